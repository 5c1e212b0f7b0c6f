"""How far to trust a run: balance sheet, coverage, identity, response, what was hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from audit.release import PublishOptions, SourceBalance
from core.rows import rows

RARE_REASON = 20
_IDENTITY_GATE = 0.90
_RESPONSE_GATE = 0.50
_COVERAGE_GATE = 0.70
_FIVE_PERCENT = 0.05
_COUNT_STEP = 5
_REVIEW = (
    "Whoever runs the audit can see who may be meant: python -m audit identities review CONFIG. "
    "Nothing is merged without a decision."
)

Cells = dict[str, object]


def quality_rows(
    options: PublishOptions,
    coverage: pd.DataFrame,
    hidden: Mapping[str, int],
    trust: list[Cells],
    *,
    is_exact: bool = False,
) -> pd.DataFrame:
    """Return the rows of the published `quality` table.

    `coverage` is the private coverage table of the latest period (whole organization only),
    `hidden` counts groups not shown by reason, `trust` holds rows about the verdicts.
    Counts leave to the nearest 5; with `is_exact`, which tests alone ask for, as they are.
    """
    found: list[Cells] = []
    for source in options.balance:
        found += _balance(source, is_exact=is_exact)
    found += list(_coverage(coverage))
    found += list(_responses(options))
    found += list(_identity(options))
    found += list(_identity_facts(options))
    found += list(_automated(options))
    found += [
        _row(
            ("hidden", "groups", reason),
            n,
            _groups(n),
            "info",
            "This protects the people in small groups.",
        )
        for reason, n in sorted(hidden.items())
    ]
    return pd.DataFrame(found + trust)


def _balance(source: SourceBalance, *, is_exact: bool) -> list[Cells]:
    state = "pass" if source.adds_up and source.is_complete else "fail"
    says = "Every unit read is accounted for, to the last one; shown here to the nearest 5."
    if not source.is_complete:
        says = "The export seems cut off. Export it again."
    parts = (
        ("seen", source.n_seen),
        ("accepted", source.n_accepted),
        ("duplicate", source.n_duplicate),
        ("filtered", source.n_filtered),
        ("rejected", source.n_rejected),
    )
    found = [
        _row(("balance", source.label, part), *_count(n, is_exact=is_exact), state, says)
        for part, n in parts
    ]
    common = [(code, n) for code, n in source.reasons if n >= RARE_REASON]
    rare = sum(n for _, n in source.reasons if n < RARE_REASON)
    if rare:
        common.append(("other reasons", rare))
    found += [
        _row(
            ("reasons", source.label, code.replace("_", " ")),
            *_count(n, is_exact=is_exact),
            "info",
            "Left out on purpose or not understood.",
        )
        for code, n in sorted(common)
    ]
    return found


def _coverage(coverage: pd.DataFrame) -> Iterator[Cells]:
    for row in rows(coverage.sort_values("channel")):
        channel, members = row.text("channel"), row.whole("n_people")
        if members == 0 or channel == "survey":
            continue
        share = row.whole("n_with_data") / members
        # One thin channel is no fault: people who mail may not chat.
        bad = "fail" if channel == "any" else "info"
        is_good = share >= _COVERAGE_GATE
        yield _row(
            ("coverage", "any channel" if channel == "any" else channel, "people with data"),
            _five(share),
            _share(share),
            "pass" if is_good else bad,
            "Enough people have data."
            if is_good
            else "Fewer than 70 % of the people have data in this channel.",
        )


def _responses(options: PublishOptions) -> Iterator[Cells]:
    for wave in options.responses:
        if wave.n_invited == 0:
            continue
        share = min(1.0, wave.n_answered / wave.n_invited)
        good = share >= _RESPONSE_GATE
        says = (
            "Enough answered for a reading."
            if good
            else (
                "Under half answered: the survey layer is not observed. Ask again, and say what "
                "the last survey changed."
            )
        )
        yield _row(
            ("response", wave.label, "response"),
            _five(share),
            _share(share),
            "pass" if good else "fail",
            says,
        )
    if not options.responses:
        yield _row(
            ("response", "survey", "response"),
            None,
            "nobody was asked",
            "warn",
            "Without a survey nothing here says how people feel. Ask four items.",
        )


def _identity(options: PublishOptions) -> Iterator[Cells]:
    share = options.resolved_share
    if share is None:
        return
    good = share >= _IDENTITY_GATE
    says = (
        "People behind the traffic are known."
        if good
        else ("Results are not reliable: add aliases for the addresses of your own domains.")
    )
    yield _row(
        ("identity", "internal traffic", "resolved"),
        _five(share),
        _share(share),
        "pass" if good else "fail",
        says,
    )


def _identity_facts(options: PublishOptions) -> Iterator[Cells]:
    """Where identities are resolved and by which rule; counts rounded, no domain, no person."""
    facts = options.identities
    if facts is None:
        return
    for source, resolved, n in facts.by_source:
        if n < RARE_REASON:
            continue
        share = resolved / n
        good = share >= _IDENTITY_GATE
        says = "Both ends of a message are people on the roster." if good else _REVIEW
        yield _row(
            ("identity", source, "resolved"),
            _five(share),
            _share(share),
            "pass" if good else "warn",
            says,
        )
    for words, n in facts.by_rule:
        if n:
            yield _row(
                ("identity", "put down to", words),
                _fives(n),
                _about(n),
                "info",
                "Addresses and accounts by the rule that decided.",
            )
    yield _row(
        ("identity", "own domains", "with addresses that are on no roster"),
        None,
        _few(facts.n_domains),
        "info",
        _REVIEW if facts.n_domains else "Every address of an own domain is somebody's.",
    )


def _automated(options: PublishOptions) -> Iterator[Cells]:
    total = options.n_human + sum(n for _, n in options.automated)
    for reason, n in options.automated:
        share = n / total if total else 0.0
        yield _row(
            ("automated", "messages", reason.replace("_", " ")),
            _five(share),
            _share(share),
            "info",
            "Left out of every indicator about people.",
        )


def _row(
    key: tuple[str, str, str], number: float | None, text: str, state: str, says: str
) -> Cells:
    section, item, part = key
    return {
        "section": section,
        "item": item,
        "part": part,
        "number": number,
        "text": text,
        "state": state,
        "says": says,
    }


def _share(share: float) -> str:
    return "under 5 %" if share < _FIVE_PERCENT else f"about {_five(share):.0f} %"


def _five(share: float) -> float:
    return float(5 * round(20 * share))


def _fives(n: int) -> int:
    return _COUNT_STEP * round(n / _COUNT_STEP)


def _count(n: int, *, is_exact: bool) -> tuple[int, str]:
    return (n, f"{n:,}") if is_exact else (_fives(n), _about(n))


def _about(n: int) -> str:
    """Return a count to the nearest 5: an exact one says how large a small group is."""
    if n == 0:
        return "none"
    return f"about {_fives(n):,}" if n >= _COUNT_STEP else f"under {_COUNT_STEP}"


def _few(n: int) -> str:
    return "none" if n == 0 else "1 to 4" if n < _COUNT_STEP else f"{_COUNT_STEP} or more"


def _groups(n: int) -> str:
    return f"{n} group" if n == 1 else f"{n} groups"
