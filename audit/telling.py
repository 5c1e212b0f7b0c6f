"""What a release says of groups in sentences: findings and the evidence behind them.

Reads published rows only, so that no sentence can hold more than its table.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from audit import wording
from audit.interviews import spoken
from audit.lookup import BLIND_SPOTS, Place, Release
from core.rows import Row, rows

Cells = dict[str, object]

_KINDS = ("desert", "blind_spot", "hotspot", "watch", "leaning", "fact", "data_gap")
_BLIND_HEADS = {
    "felt_desert": "people do not feel heard, the messages look ordinary",
    "warm_words_cold_network": "warm words, cold network",
    "busy_not_heard": "busy but not heard",
}
_FACTS = {
    "isolation": "In this period {value} of the people in {name} had fewer than two mutual "
    "contacts; in the whole organization {whole}.",
    "after_hours": "People in {name} received {value} of their internal messages outside their "
    "hours; in the whole organization {whole}.",
}
_FACT_CAVEAT = "A fact of a period is not yet a trait of a group."


def finding_rows(findings: pd.DataFrame, release: Release) -> pd.DataFrame:
    """Return the published findings, in reading order; those about hidden cells are left out."""
    told = [cells for row in rows(findings) if (cells := _finding(row, release)) is not None]
    if not told:
        return pd.DataFrame(columns=["finding_id"])
    frame = pd.DataFrame(told)
    frame["order"] = frame["kind"].map({kind: i for i, kind in enumerate(_KINDS)})
    frame = frame.sort_values(
        ["window_id", "order", "severity", "headline"], ascending=[False, True, False, True]
    )
    frame["place"] = range(1, len(frame) + 1)
    return frame.drop(columns=["order", "severity"]).reset_index(drop=True)


def evidence_rows(findings: pd.DataFrame, release: Release) -> pd.DataFrame:
    """Return the chain of evidence behind each finding about a group, step by step, in words.

    `findings` is the published table.
    """
    out: list[Cells] = []
    for finding in rows(findings):
        if finding.text("kind") == "fact" or finding.is_null("group_id"):
            continue
        place = (finding.whole("window_id"), finding.text("group_id"))
        told = finding.text("detail")
        steps = [
            step
            for layer in ("behaviour", "perception")
            if (verdict := release.verdicts.get((*place, layer))) is not None
            for step in _chain(verdict, layer)
            if step[1] not in told
        ]
        out += [
            {"finding_id": finding.text("finding_id"), "step": i, "name": name, "says": says}
            for i, (name, says) in enumerate(steps, start=1)
        ]
    return pd.DataFrame(out, columns=["finding_id", "step", "name", "says"])


def _finding(row: Row, release: Release) -> Cells | None:
    if row.is_null("group_id"):
        return None
    place = (row.whole("window_id"), row.text("group_id"))
    kind = row.text("kind")
    if place not in release.groups or not release.groups[place].flag("is_shown"):
        return None
    if kind == "fact":
        told = _fact(place, row.text("indicator"), release)
    elif kind == "blind_spot":
        told = _blind_spot(place, release)
    else:
        told = _verdict_finding(kind, place, release)
    if told is None:
        return None
    said = "" if kind == "fact" else spoken(release, place)
    return {
        "finding_id": row.text("finding_id"),
        "window_id": place[0],
        "kind": kind,
        "group_id": place[1],
        "confidence": row.text("confidence"),
        "severity": row.whole("severity"),
        "caveat": wording.CAVEAT,
        **told,
        "detail": f"{told['detail']} {said}".strip(),
    }


def _verdict_finding(kind: str, place: Place, release: Release) -> Cells | None:
    found = release.verdicts.get((*place, "behaviour"))
    if found is None or found.text("verdict") == "not_shown":
        return None
    name = release.name(place)
    words = wording.leaning_words(found.maybe_text("leaning"), found.maybe_whole("odds_in_ten"))
    side = "colder" if found.text("verdict").startswith("desert") else "warmer"
    heads = {
        "desert": f"{name}: a confirmed desert in the messages",
        "hotspot": f"{name}: a confirmed hotspot in the messages",
        "watch": f"{name}: on watch, {side} than the rest",
        "leaning": f"{name} is {words}" if words else None,
        "data_gap": f"{name}: too little data for a verdict",
    }
    if heads[kind] is None:
        return None
    joint = release.joint.get(place)
    advice = None if joint is None else joint.maybe_text("try_next")
    return {
        "headline": f"{heads[kind]}.",
        "detail": found.text("sentence"),
        "next_step": advice or found.maybe_text("settle"),
    }


def _blind_spot(place: Place, release: Release) -> Cells | None:
    joint = release.joint.get(place)
    if joint is None or joint.text("joint") not in BLIND_SPOTS:
        return None
    layers = [
        verdict.text("sentence")
        for layer in ("behaviour", "perception")
        if (verdict := release.verdicts.get((*place, layer))) is not None
    ]
    return {
        "headline": f"{release.name(place)}: a blind spot, {_BLIND_HEADS[joint.text('joint')]}.",
        "detail": " ".join([joint.text("sentence"), *layers]),
        "next_step": joint.maybe_text("try_next"),
    }


def _fact(place: Place, indicator: str, release: Release) -> Cells | None:
    root = release.root(place[0])
    own = release.measured.get((*place, indicator))
    whole = release.measured.get((*root, indicator)) if root else None
    if own is None or whole is None or indicator not in _FACTS:
        return None
    if own.is_null("value_text") or whole.is_null("value_text"):
        return None
    says = _FACTS[indicator].format(
        name=release.name(place), value=own.text("value_text"), whole=whole.text("value_text")
    )
    return {"headline": says, "detail": _FACT_CAVEAT, "next_step": None}


def _chain(verdict: Row, layer: str) -> Iterator[tuple[str, str]]:
    says = "What the messages say" if layer == "behaviour" else "What the survey says"
    yield says, verdict.text("sentence")
    if verdict.is_null("effect"):
        return
    if not verdict.is_null("n_band"):
        yield "People behind it", f"{verdict.text('n_band')} people."
    if not verdict.is_null("evidence"):
        yield "Could it be chance?", _chance(verdict)
    if not verdict.is_null("windows_text"):
        yield "Did it last?", f"The same side in {verdict.text('windows_text')}."
    if not verdict.is_null("is_robust") and verdict.text("verdict") != "not_enough_evidence":
        yield (
            "Does one person make it?",
            (
                "No: it holds whichever member is left out."
                if verdict.flag("is_robust")
                else "Perhaps: it weakens when one member is left out, so it is not confirmed."
            ),
        )
    if not verdict.is_null("mde"):
        unit = "points" if verdict.text("scale") == "points" else "SD"
        size = wording.number(verdict.number("mde"))
        yield "What could be seen here?", f"Effects of about {size} {unit} or more."


def _chance(verdict: Row) -> str:
    return (
        "When people are dealt out to groups at random, the chance of a gap this wide anywhere is "
        f"{verdict.text('evidence')}; of findings this strong, the share of false alarms is "
        f"{verdict.text('evidence_fdr')}."
    )
