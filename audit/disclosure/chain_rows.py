"""The chain of evidence behind every verdict, step by step, in words a leader reads.

Takes published rows wherever there are some; of the private ones only shares, rounded to five
points, bands and yes or no.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from audit import chain_words as words
from audit.disclosure.cells import Cell
from audit.disclosure.rounding import share_text
from audit.disclosure.tables import Cells, Context
from audit.interviews import spoken
from audit.lookup import Release
from core.rows import Row, rows
from core.tables.published import PUBLISHED_CHAIN

Step = tuple[str, str]
Key = tuple[int, str, str]
MISSING = ("missing_10", "missing_20", "missing_30")


@dataclass(frozen=True)
class ChainSources:
    """What a chain is made of: published tables as `release`, private ones beside them."""

    release: Release
    leads: Mapping[str, str]
    """Lead indicator by layer."""
    measured: pd.DataFrame
    robustness: pd.DataFrame
    coverage: pd.DataFrame
    reliability: pd.DataFrame
    regions: pd.DataFrame
    """The published table."""
    cannot_show: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Index:
    """The sources by key."""

    measured: Mapping[Key, Row]
    checks: Mapping[Key, Mapping[str, Row]]
    response: Mapping[tuple[int, str], float]
    gates: Mapping[tuple[int, str], Mapping[str, Row]]
    regions: Mapping[tuple[int, str], Row]


def chain_rows(sources: ChainSources, context: Context) -> pd.DataFrame:
    """Return the published chain of each layer's verdict on each shown group.

    A hidden verdict has no chain; one of which only the word is shown has no number in it.
    """
    index = _indexed(sources)
    out: list[Cells] = []
    for (period, group, layer), verdict in sorted(sources.release.verdicts.items()):
        cell = context.decision.cell(period, group, sources.leads[layer])
        if verdict.text("verdict") == "not_shown":
            continue
        found = _Verdict(period, group, layer, verdict, cell)
        steps = [step for step in _steps(found, sources, index) if step[1]]
        out += [
            {
                "window_id": period,
                "group_id": group,
                "layer": layer,
                "step": number,
                "name": name,
                "says": says,
            }
            for number, (name, says) in enumerate(steps, start=1)
        ]
    return pd.DataFrame(out, columns=PUBLISHED_CHAIN.names)


@dataclass(frozen=True)
class _Verdict:
    period: int
    group: str
    layer: str
    row: Row
    """The published verdict."""
    cell: Cell

    @property
    def has_number(self) -> bool:
        return not self.row.is_null("effect")

    @property
    def key(self) -> Key:
        return self.period, self.group, self.layer


def _steps(found: _Verdict, sources: ChainSources, index: _Index) -> Iterator[Step]:
    lead = sources.leads[found.layer]
    checks = index.checks.get(found.key, {})
    if not found.has_number:
        yield words.WORD_ONLY, found.row.text("sentence")
    elif found.layer == "behaviour":
        yield from _counted(found, lead, sources, index)
    else:
        yield from _answered(found, lead, sources, index)
    if found.has_number:
        yield words.GAP, words.gap(found.row)
        yield words.CHANCE, words.chance(found.row)
        yield words.LASTING, words.lasting(found.row)
        yield words.ONE_PERSON, words.one_person(found.row)
        yield words.PEOPLE_MISSING, _missing(found.row, checks)
    if found.layer == "behaviour":
        yield words.CHANNEL, _channel(checks)
        yield words.SENDERS, _senders(found, checks)
        region = index.regions.get((found.period, found.group))
        if region is not None and region.text("region") != "not_shown":
            yield words.AROUND, words.around(region)
    elif found.has_number:
        yield words.WEIGHTS, words.weights(checks.get("unweighted"))
        yield words.SILENT, words.silent(checks.get("tipping_point"))
    yield words.TOLD, words.told(spoken(sources.release, (found.period, found.group)))
    if found.has_number:
        yield words.SEEN, words.seen(found.row)
    yield words.CANNOT, f"{sources.cannot_show.get(lead, '')} {found.row.text('caveat')}".strip()


def _counted(found: _Verdict, lead: str, sources: ChainSources, index: _Index) -> Iterator[Step]:
    private = index.measured.get((found.period, found.group, lead))
    shown = sources.release.measured.get((found.period, found.group, lead))
    if private is None or shown is None or shown.is_null("value_text"):
        return
    base = words.count_band(private.whole("n_observations"))
    yield words.BASE, words.base(lead, shown.text("value_text"), base)
    if not shown.is_null("expected"):
        yield words.EXPECTED, words.expected(lead, share_text(shown.number("expected") / 100.0))


def _answered(found: _Verdict, lead: str, sources: ChainSources, index: _Index) -> Iterator[Step]:
    share = index.response.get((found.period, found.group))
    if share is not None:
        yield words.WHO, words.who(share_text(share), found.row.maybe_text("n_band"))
    shown = sources.release.measured.get((found.period, found.group, lead))
    if shown is not None and not shown.is_null("value_text"):
        elsewhere = shown.maybe_number("expected")
        yield words.SAID, words.said(shown.text("value_text"), elsewhere)
    private = index.measured.get((found.period, found.group, lead))
    own = None if private is None else private.maybe_number("reliability")
    gates = index.gates.get((found.period, lead), {})
    passed = {kind: row.flag("is_enough") for kind, row in gates.items()}
    yield words.DEPENDABLE, words.dependable(passed, own)


def _missing(verdict: Row, checks: Mapping[str, Row]) -> str:
    if not all(kind in checks and not checks[kind].is_null("value") for kind in MISSING):
        return ""
    shares = [share_text(checks[kind].number("value")) for kind in MISSING]
    return words.missing(verdict.text("verdict"), shares, checks["missing_20"].flag("is_enough"))


def _channel(checks: Mapping[str, Row]) -> str:
    row = checks.get("without_channel")
    if row is None:
        return ""
    return words.channel(row.maybe_text("detail"), row.whole("n"), row.flag("is_enough"))


def _senders(found: _Verdict, checks: Mapping[str, Row]) -> str:
    row = checks.get("senders_elsewhere")
    if row is None or row.is_null("value"):
        return ""
    share = share_text(row.number("value")) if found.has_number else None
    return words.senders(share, row.flag("is_enough"), found.row.text("verdict"))


def _indexed(sources: ChainSources) -> _Index:
    checks: dict[Key, dict[str, Row]] = defaultdict(dict)
    for row in rows(sources.robustness):
        key = (row.whole("window_id"), row.text("group_id"), row.text("layer"))
        checks[key][row.text("kind")] = row
    gates: dict[tuple[int, str], dict[str, Row]] = defaultdict(dict)
    for row in rows(sources.reliability):
        gates[row.whole("window_id"), row.text("indicator")][row.text("kind")] = row
    survey = sources.coverage[sources.coverage["channel"] == "survey"]
    leads = set(sources.leads.values())
    lead_rows = rows(sources.measured[sources.measured["indicator"].isin(leads)])
    return _Index(
        measured={(*_place(row), row.text("indicator")): row for row in lead_rows},
        checks=checks,
        response={
            _place(row): row.whole("n_with_data") / row.whole("n_people")
            for row in rows(survey)
            if row.whole("n_people")
        },
        gates=gates,
        regions={_place(row): row for row in rows(sources.regions)},
    )


def _place(row: Row) -> tuple[int, str]:
    return row.whole("window_id"), row.text("group_id")
