"""Which column or row of a survey is which declared item, and what its answers mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ingest.settings import ItemSettings
from ingest.source import Source
from ingest.survey.likert import ladders, numbered, worded
from ingest.survey.promise import PERSONAL
from ingest.survey.scales import scales_of
from ingest.survey.table import SurveyTable
from ingest.tables.columns import names_of, plain
from ingest.tables.parsing import number
from ingest.tally import Tally

_LOOKED_AT = 500
_MOST_POINTS = 11
_NUMBERS = {"id", "responseid", "lastpage", "seed", "progress", "totalpoints"}


def item_columns(
    source: Source, table: SurveyTable, taken: Collection[int]
) -> dict[int, ItemSettings]:
    """Where each item stands; a scale that is there in part is an error.

    Columns in `taken` are declared to be something else.
    """
    if source.survey.finds_items:
        return _found(source, table, taken)
    survey = scales_of(source.survey)
    given = {str(item): column for column, item in source.table("items").items()}
    found: dict[int, ItemSettings] = {}
    missing: dict[str, list[str]] = {}
    for item in survey.items:
        column = given.get(item.item_id, item.column)
        place = table.place(column)
        if place is None:
            missing.setdefault(item.scale_id, []).append(column)
        else:
            found[place] = item
    asked = {item.scale_id for item in found.values()}
    broken = [name for scale in asked for name in missing.get(scale, [])]
    if not found or broken:
        listed = ", ".join(f'"{name}"' for name in broken) or "any declared item"
        raise source.error(
            f"there is no column for {listed}",
            "E-SURVEY-002",
            f"Nothing was read. Columns found: {names_of(table.table)}. Mend [[survey.scale]].",
            place="1",
        )
    for scale in sorted(set(missing) - asked):
        source.tally.note(f"scale_not_asked_{scale}")
    return found


def items_by_name(source: Source) -> dict[str, ItemSettings]:
    """Return the item of each name that a long table may use, without case and punctuation."""
    survey = scales_of(source.survey)
    items = {item.item_id: item for item in survey.items}
    by_name = {plain(item.column): item for item in survey.items}
    by_name |= {plain(item_id): item for item_id, item in items.items()}
    for column, item_id in source.table("items").items():
        if str(item_id) in items:
            by_name[plain(column)] = items[str(item_id)]
    return by_name


def labels_of(source: Source) -> dict[str, float]:
    """Return the answer behind each text that the source declares."""
    labels: dict[str, float] = {}
    for text, value in source.table("labels").items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise source.bad_option(f"labels.{text}", "a number")
        labels[text.strip().casefold()] = float(value)
    return labels


def absent_codes(source: Source) -> frozenset[str]:
    """Return what the source declares to stand for no answer, such as 0 or 99, as plain text."""
    listed = source.options.get("not_applicable", ())
    codes = listed if isinstance(listed, (list, tuple)) else (listed,)
    if any(isinstance(code, bool) or not isinstance(code, str | int | float) for code in codes):
        raise source.bad_option("not_applicable", "a list of numbers or texts")
    return frozenset(str(code).strip().casefold() for code in codes)


def _found(source: Source, table: SurveyTable, taken: Collection[int]) -> dict[int, ItemSettings]:
    """Every column of answers, so that a file can be looked at before its items are declared."""
    sample: list[Sequence[str]] = []
    for _, row in table.table.rows(Tally(source.file, source.tally.limits)):
        sample.append(row)
        if len(sample) >= _LOOKED_AT:
            break
    found: dict[int, ItemSettings] = {}
    for place, names in enumerate(table.names):
        if place in taken or not names or {plain(name) for name in names} & (PERSONAL | _NUMBERS):
            continue
        bounds = _bounds({text for row in sample if (text := row[place].strip().rstrip(";"))})
        if bounds is not None:
            found[place] = ItemSettings(f"item_{place}", "asked", names[0], place + 1, *bounds)
    listed = ", ".join(f'"{item.column}"' for item in found.values()) or "none"
    source.tally.remarks.append(f"columns that look like answers on a scale: {listed}")
    return found


def _bounds(texts: set[str]) -> tuple[int, int] | None:
    """The scale that all answers of a column may belong to, where they look like answers."""
    words = {worded(text) for text in texts if text.casefold() not in ladders().absent}
    values = {word: numbered(word) if number(word) is None else number(word) for word in words}
    told = {word for word, value in values.items() if value is None}
    whole = [int(v) for v in values.values() if v is not None and v == int(v)]
    if not words or len(told) + len(whole) < len(words):
        return None
    if told:
        fits = [
            points for points, known in sorted(ladders().places.items()) if told <= known.keys()
        ]
        return next(((1, points) for points in fits if max(whole, default=1) <= points), None)
    if min(whole) < 0 or max(whole) >= _MOST_POINTS:
        return None
    return min(*whole, 1), max(*whole, 5)
