"""The report of a validation in Markdown: every target with its figures, bounds and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.validate.experiment import Figure, Setting
from audit.validate.plan import EXPERIMENTS
from audit.validate.record import Record

TARGETS = {
    "N1": "Nothing planted: a confirmed verdict in at most 7 of 100 companies",
    "N2": "Nothing planted: any verdict on watch in at most 12 of 100 companies",
    "N3": "Shocks of single windows are not taken for habits: at most 8 of 100 companies",
    "N4": "Large groups and hubs are not suspicious by construction",
    "N5": "People exchanged: a confirmed verdict in at most 7 of 100 exchanges",
    "D1": "Planted teams of ±1.0 are found: recall ≥ .90, false share ≤ .10, familywise ≥ .70",
    "D2": "Planted teams of ±.75: recall ≥ .70",
    "D3": "A department of about 110 people at −.30 is found at its own unit: recall ≥ .60",
    "D4": "Power is what the detectable effect promises: within .08",
    "D5": "Shown 90 % intervals hold the truth: 88 to 92 %, smallest quartile ≥ 85 %",
    "ODDS": "Odds in words are calibrated: in each tenth within 5 points",
    "B1": "Blind spots where none is planted: at most .10 per company",
    "B2": "Planted blind spots (±1.0): recall ≥ .50",
    "M1": "Silent people: bias ≤ .05 SD after raking; verdicts they overturn are flagged: ≥ 90 %",
    "M2": "A fifth of the people deleted: verdicts agree in ≥ 80 %",
    "A1": "30 % more traffic by bots: Spearman of group effects ≥ .98",
    "A2": "One unit acknowledges automatically: no new hotspot",
    "R1": "The same seed gives the same bytes; other seeds Jaccard ≥ .9",
    "T1": "10,000 people, 0.5 million messages: at most 30 s and 2 GB",
}
"""What each target of the plan asks for, in its order."""


def markdown(record: Record, note: str = "") -> str:
    """Return the report; `note` is a paragraph of the author's below the head."""
    lines = [
        "# Validation",
        "",
        *_head(record),
        "",
        *([note.strip(), ""] if note.strip() else []),
        *_overview(record),
        "",
    ]
    for target in TARGETS:
        lines += _target(record, target)
    lines += [
        "## What was run",
        "",
        "| experiment | replications | seconds | date |",
        "| --- | ---: | ---: | --- |",
    ]
    lines += [
        f"| {_cell(entry.title)} (`{entry.name}`) | {entry.replications:,} | {entry.seconds:,.0f} "
        f"| {entry.date} |"
        for entry in record.entries
    ]
    lines += _lacking(record)
    return "\n".join(lines) + "\n"


def verdict_line(record: Record) -> str:
    """Return in one sentence whether every bound holds."""
    missed = record.missed
    bounded = [f for f in record.figures if not (f.least is None and f.most is None)]
    if not missed:
        return f"Every bound holds: {len(bounded)} figures of {_count(record)} targets."
    named = ", ".join(dict.fromkeys(figure.target for figure in missed))
    return f"{len(missed)} of {len(bounded)} figures miss their bounds: {named}."


def number(value: float) -> str:
    """Return a number as the report shows it."""
    if value != value:  # noqa: PLR0124  # nan
        return "not known"
    if value == int(value) and abs(value) > 1:
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"  # noqa: PLR2004


def bound(figure: Figure, is_quick: bool) -> str:
    """Return the bounds of a figure in words."""
    least, most = figure.bounds(is_quick)
    if least is not None and most is not None:
        return f"{number(least)} to {number(most)}"
    if least is not None:
        return f"≥ {number(least)}"
    return f"≤ {number(most)}" if most is not None else "for the record"


def _head(record: Record) -> Iterator[str]:
    kind = "Quick run" if record.is_quick else "Full run"
    dates = sorted({entry.date for entry in record.entries})
    when = " to ".join(dict.fromkeys([dates[0], dates[-1]])) if dates else "nothing run"
    yield (
        f"{kind} of `python -m audit validate{' --quick' if record.is_quick else ''}`, {when}, "
        f"seed {record.seed}. {record.versions}."
    )
    if record.is_quick:
        yield (
            "Bounds of a quick run are wider than those of the plan: a correct estimator misses "
            "one in a thousand runs."
        )
    if record.broken:
        yield f"**The estimator was broken on purpose ({record.broken}).**"
    yield ""
    yield f"**{verdict_line(record)}**"


def _overview(record: Record) -> list[str]:
    lines = ["| | target | figures | met |", "| --- | --- | ---: | --- |"]
    for target, text in TARGETS.items():
        figures = _of(record, target)
        bad = [figure for figure in figures if not figure.is_met(record.is_quick)]
        met = "not run" if not figures else f"**no** ({len(bad)})" if bad else "yes"
        lines.append(f"| {target} | {text} | {len(figures)} | {met} |")
    return lines


def _target(record: Record, target: str) -> list[str]:
    figures = _of(record, target)
    if not figures:
        return []
    return [
        f"## {target}",
        "",
        TARGETS[target] + ".",
        "",
        "| figure | value | bound | trials | met |",
        "| --- | ---: | ---: | ---: | --- |",
        *(_row(figure, record.is_quick) for figure in figures),
        "",
    ]


def _row(figure: Figure, is_quick: bool) -> str:
    met = "yes" if figure.is_met(is_quick) else "**no**"
    if figure.least is None and figure.most is None:
        met = ""
    trials = f"{figure.trials:,}" if figure.trials else ""
    return (
        f"| {_cell(figure.what)} | {number(figure.value)} | {bound(figure, is_quick)} "
        f"| {trials} | {met} |"
    )


def _of(record: Record, target: str) -> Sequence[Figure]:
    return [figure for figure in record.figures if figure.target == target]


def _lacking(record: Record) -> list[str]:
    """What a whole plan would hold beyond this record."""
    run = {entry.name: entry.replications for entry in record.entries}
    wanted = Setting(is_quick=record.is_quick)
    lacking = []
    for experiment in EXPERIMENTS:
        n = experiment.replications(wanted)
        if experiment.name not in run and (n or experiment.needs_mail):
            lacking.append(f"- not run: {experiment.title} (`{experiment.name}`)")
        elif run.get(experiment.name, n) < n:
            lacking.append(
                f"- fewer replications than the plan's {n:,}: {experiment.title} "
                f"(`{experiment.name}`, {run[experiment.name]:,})"
            )
    return ["", "Beyond this record the plan has:", "", *lacking] if lacking else []


def _count(record: Record) -> int:
    return len({figure.target for figure in record.figures})


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
