"""Which column or row of a survey is which declared item, and what its answers mean."""

from __future__ import annotations

from ingest.columns import names_of, plain
from ingest.scales import scales_of
from ingest.settings import ItemSettings
from ingest.source import Source
from ingest.tables import Table


def item_columns(source: Source, table: Table) -> dict[int, ItemSettings]:
    """Where each item stands; a scale that is there in part is an error."""
    survey = scales_of(source.survey)
    given = {str(item): column for column, item in source.table("items").items()}
    headers = {name: i for i, name in reversed(list(enumerate(table.header)))}
    by_plain = {plain(name): i for i, name in reversed(list(enumerate(table.header))) if name}
    found: dict[int, ItemSettings] = {}
    missing: dict[str, list[str]] = {}
    for item in survey.items:
        column = given.get(item.item_id, item.column)
        place = headers.get(column, by_plain.get(plain(column)))
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
            f"Nothing was read. Columns found: {names_of(table)}. Mend [[survey.scale]].",
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
