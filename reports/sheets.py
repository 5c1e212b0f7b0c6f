"""The sheets of the workbook as plain rows; groups that are not shown stand last, A to Z."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.rows import Row, rows
from reports import method, slice_sheet, slices, theme
from reports.brief import Brief
from reports.focus import STATUS_WORDS
from reports.rows import table_rows

Cell = str | float | int | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: column names with widths, rows, columns that stay in view."""

    name: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[Cell, ...]]
    frozen: int = 1
    is_prose: bool = False


def sheets(brief: Brief) -> list[Sheet]:
    """Return the sheets of one period, those without a row left out."""
    return [
        _read_me(brief),
        _verdicts(brief),
        _findings(brief),
        _indicators(brief),
        *([] if brief.slices.empty else [_slices(brief)]),
        *([] if brief.profiles.empty else [_elements(brief)]),
        *([] if brief.themes.empty else [_interviews(brief)]),
        _edges(brief),
        _quality(brief),
    ]


def _read_me(brief: Brief) -> Sheet:
    about = brief.about
    told: list[tuple[Cell, ...]] = [
        (f"{about.title}: empathy audit", ""),
        ("Period", theme.days(brief.period.first_on, brief.period.last_on)),
        ("Headline", about.headline),
        ("What to do next", about.next_step),
        ("Purpose", method.PURPOSE),
        (
            "Verdicts",
            "Both layers for every group: word, effect, 90 % interval, evidence. Effects "
            "of behaviour are points, of perception SD; below 0 is colder.",
        ),
        ("Findings", "What is worth saying, in the order of reading."),
        ("Indicators", "Every indicator of every group, with its status and 90 % interval."),
        ("Slices", f"Indicators by location and level. {slices.DESCRIBED} {slices.LISTED}"),
        ("Elements", "Elements of empathy of every group, each layer apart; there is no score."),
        ("Interviews", "Themes of coded interviews, A to Z, without counts; where there are any."),
        ("Edges", "Contact between two shown groups, in classes from 1 (thin) to 5 (strong)."),
        ("Quality", "Balance sheet of the sources, coverage, response, what is not shown."),
        (
            "Order",
            "By division, A to Z. Groups that are not shown stand last, A to Z, with blank "
            "numbers and the reason. Nothing here is a ranking.",
        ),
    ]
    told += [(p.title, p.text) for p in method.passages(brief)]
    told += [("What this cannot show", limit) for limit in (about.caveat, *theme.CANNOT_SHOW)]
    told.append(("Release", brief.foot))
    told.append(
        ("Version", f"{about.version}, configuration {about.config_hash}, seed {about.seed}")
    )
    return Sheet("Read me", (), (26, 110), told, is_prose=True)


def _verdicts(brief: Brief) -> Sheet:
    columns = ["Group", "Division", "People", "Both together"]
    widths = [30, 22, 10, 30]
    for layer, unit in (("Behaviour", "points"), ("Perception", "SD")):
        columns += [f"{layer}: {name.format(unit=unit)}" for name, _ in _VERDICT_COLUMNS]
        widths += [width for _, width in _VERDICT_COLUMNS]
    columns += ["Behaviour in a sentence", "Perception in a sentence", "Try next", "Why not shown"]
    widths += [60, 60, 50, 30]
    found = {(r.text("group_id"), r.text("layer")): r for r in rows(brief.verdicts)}
    joint = {r.text("group_id"): r for r in rows(brief.joint)}
    listed = [_verdict_row(r, found, joint.get(r.text("id"))) for r in rows(table_rows(brief))]
    return Sheet("Verdicts", tuple(columns), tuple(widths), listed)


_VERDICT_COLUMNS = (
    ("verdict", 20),
    ("effect ({unit})", 10),
    ("low ({unit})", 8),
    ("high ({unit})", 8),
    ("leaning", 24),
    ("chance of one anywhere", 12),
    ("false discoveries", 12),
    ("windows", 14),
    ("smallest visible effect ({unit})", 12),
)


def _verdict_row(
    row: Row, found: dict[tuple[str, str], Row], joint: Row | None
) -> tuple[Cell, ...]:
    group = row.text("id")
    shown = row.flag("is_shown")
    cells: list[Cell] = [
        row.text("name"),
        row.text("division"),
        row.text("band").removesuffix(" people") if shown else None,
        row.text("joint") if shown else "Not shown",
    ]
    sentences: list[Cell] = []
    for layer in ("behaviour", "perception"):
        verdict = found.get((group, layer))
        cells.append(row.text(layer))
        if verdict is None or not shown:
            cells += [None] * 8
            sentences.append(None)
            continue
        cells += [verdict.maybe_number(name) for name in ("effect", "low", "high")]
        side, odds = verdict.maybe_text("leaning"), verdict.maybe_text("odds_words")
        cells.append(theme.leaning(side or "", odds or "") or None)
        cells += [verdict.maybe_text(n) for n in ("evidence", "evidence_fdr", "windows_text")]
        cells.append(verdict.maybe_number("mde"))
        sentences.append(verdict.text("sentence"))
    advice = joint.maybe_text("try_next") if joint and shown else None
    return (*cells, *sentences, advice, None if shown else row.text("why"))


def _findings(brief: Brief) -> Sheet:
    kinds = method.SECTION_TITLES
    listed = [
        (
            r.whole("place"),
            kinds[r.text("kind")],
            brief.name_of(r.text("group_id")) if r.maybe_text("group_id") else None,
            r.text("headline"),
            r.text("detail"),
            r.text("confidence"),
            r.maybe_text("next_step"),
            r.text("caveat"),
        )
        for r in rows(brief.findings)
    ]
    columns = (
        "Place",
        "Kind",
        "Group",
        "Finding",
        "Detail",
        "Confidence",
        "Try next",
        "What it cannot show",
    )
    return Sheet("Findings", columns, (7, 24, 26, 50, 70, 12, 50, 50), listed, frozen=0)


_VALUE_COLUMNS = (
    ("Group", 30),
    ("Division", 22),
    ("Code", 7),
    ("Indicator", 24),
    ("Layer", 12),
    ("Status", 14),
    ("Value", 9),
    ("90 % from", 9),
    ("90 % to", 9),
    ("Expected", 10),
    ("As people read it", 16),
    ("Leaning", 10),
    ("Scale", 10),
    ("Why there is no number", 32),
    ("What it cannot show", 40),
)


def _indicators(brief: Brief) -> Sheet:
    entries = {r.text("indicator"): r for r in rows(brief.indicators)}
    groups = {r.text("group_id"): r for r in rows(brief.groups)}
    listed = []
    for r in rows(brief.values):
        group = groups[r.text("group_id")]
        division = groups.get(group.maybe_text("division_id") or "")
        named = (group.text("name"), division.text("name") if division else "")
        listed.append((*named, *_value_cells(r, entries[r.text("indicator")])))
    names, widths = zip(*_VALUE_COLUMNS, strict=True)
    return Sheet("Indicators", names, widths, listed)


def _value_cells(row: Row, entry: Row) -> tuple[Cell, ...]:
    shown = row.text("status") == "shown"
    return (
        entry.text("code"),
        entry.text("title"),
        entry.text("layer"),
        STATUS_WORDS[row.text("status")],
        *(row.maybe_number(n) if shown else None for n in ("value", "low", "high", "expected")),
        row.maybe_text("value_text") if shown else None,
        row.maybe_text("leaning") if shown else None,
        entry.text("scale"),
        row.maybe_text("why"),
        entry.text("cannot_show"),
    )


def _slices(brief: Brief) -> Sheet:
    names, widths = zip(*slice_sheet.COLUMNS, strict=True)
    listed = slice_sheet.sheet_rows(brief.slices, brief.slice_values, brief.indicators)
    return Sheet("Slices", names, widths, listed)


def _elements(brief: Brief) -> Sheet:
    listed = [
        (
            brief.name_of(r.text("group_id")),
            r.text("element"),
            r.text("layer"),
            r.text("standing"),
            r.maybe_number("value"),
            r.text("observed_text"),
            r.maybe_text("why_hidden"),
        )
        for r in rows(brief.profiles)
    ]
    columns = ("Group", "Element", "Layer", "Standing", "SDs between groups", "Observed")
    widths = (34, 28, 12, 14, 12, 20, 32)
    return Sheet("Elements", (*columns, "Why it is not shown"), widths, listed)


def _interviews(brief: Brief) -> Sheet:
    listed = [
        (
            brief.name_of(r.text("group_id")),
            r.text("code"),
            theme.POLARITY[r.text("polarity")],
            r.text("element"),
            r.text("says"),
        )
        for r in rows(brief.themes)
    ]
    columns = ("Group", "Theme", "Spoken of as", "Element", "In a sentence")
    return Sheet("Interviews", columns, (34, 34, 18, 28, 80), listed, frozen=0)


def _edges(brief: Brief) -> Sheet:
    listed = [
        (
            brief.name_of(r.text("source_group_id")),
            brief.name_of(r.text("target_group_id")),
            r.whole("strength"),
            r.maybe_number("mutual"),
        )
        for r in rows(brief.edges)
    ]
    columns = ("Group", "Other group", "Strength (1 to 5)", "Two-way share (percent)")
    return Sheet("Edges", columns, (34, 34, 14, 16), listed, frozen=0)


def _quality(brief: Brief) -> Sheet:
    listed = [
        (
            r.text("section"),
            r.text("item"),
            r.text("part"),
            r.maybe_number("number"),
            r.text("text"),
            r.text("state"),
            r.text("says"),
        )
        for r in rows(brief.quality)
    ]
    columns = ("Section", "Item", "Part", "Number", "As people read it", "State", "What it means")
    return Sheet("Quality", columns, (12, 26, 28, 12, 18, 9, 70), listed, frozen=0)
