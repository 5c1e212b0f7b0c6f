"""How far to trust a release: balance sheet, checks, reliability, the catalogue."""

from __future__ import annotations

from core.rows import Row, rows
from reports.brief import Brief
from reports.parts import Balance, Check, Indicator

PARTS = ("seen", "accepted", "duplicate", "filtered", "rejected")
SECTIONS = {
    "reasons": "Left out",
    "coverage": "Coverage",
    "identity": "Identity",
    "response": "Response",
    "automated": "Machines",
    "hidden": "Not shown",
    "survey": "Survey",
    "interviews": "Interviews",
    "trust": "Verdicts",
}
_STATES = {"pass": "good", "warn": "look", "fail": "not enough", "info": "note"}
_ORDER = ("fail", "warn", "pass", "info")
_KINDS = {
    "alpha": "internal consistency",
    "omega": "internal consistency (omega)",
    "rwg": "agreement within groups",
    "icc1": "share between groups",
    "icc2": "dependability of group means",
    "split_half": "split-half reliability",
    "invariance": "change of meaning between waves (loss of fit)",
    "convergent": "agreement of messages and survey",
    "krippendorff": "agreement of the coders (alpha)",
}


def balance_rows(brief: Brief) -> tuple[tuple[str, ...], tuple[Balance, ...]]:
    """Return the parts of the balance sheet, and one row of them per source."""
    found: dict[str, dict[str, str]] = {}
    for row in rows(brief.quality[brief.quality["section"] == "balance"]):
        found.setdefault(row.text("item"), {})[row.text("part")] = row.text("text")
    return PARTS, tuple(
        Balance(source, tuple(parts.get(part, "–") for part in PARTS))
        for source, parts in found.items()
    )


def checks(brief: Brief) -> tuple[Check, ...]:
    """Return the checks, failures first, then in the order of the sections."""
    listed = [row for row in rows(brief.quality) if row.text("section") in SECTIONS]
    order = list(SECTIONS)
    listed.sort(key=lambda r: (_ORDER.index(r.text("state")), order.index(r.text("section"))))
    return tuple(
        Check(
            section=SECTIONS[row.text("section")],
            item=f"{row.text('item')}, {row.text('part')}",
            text=row.text("text"),
            state=row.text("state"),
            state_word=_STATES[row.text("state")],
            says=row.text("says"),
        )
        for row in listed
    )


def catalogue(brief: Brief) -> tuple[Indicator, ...]:
    """Return the indicators of the release, with the reliability that was found."""
    gates: dict[str, list[str]] = {}
    for row in rows(brief.reliability):
        gates.setdefault(row.text("indicator"), []).append(_gate(row))
    return tuple(
        Indicator(
            code=row.text("code"),
            title=row.text("title"),
            question=row.text("question"),
            layer=row.text("layer"),
            cannot_show=row.text("cannot_show"),
            gate="; ".join(gates.get(row.text("indicator"), [])),
        )
        for row in rows(brief.indicators)
    )


def _gate(row: Row) -> str:
    value = row.maybe_number("value")
    told = _KINDS.get(row.text("kind"), row.text("kind"))
    if value is None:
        return f"{told}: not known"
    return f"{told} {value:.2f}{'' if row.flag('is_enough') else ', not enough'}"
