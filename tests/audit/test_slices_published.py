"""Slices past the wall, by hand on the run of private_run.py.

Aarhus holds fleet (12) and 8 of stores, Oslo 2 of stores, Ghent all others (39): 61 in all. So
Aarhus and Ghent together give Oslo away, and one of them is kept back.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from private_people import PARENT, PEOPLE, PERIOD
from private_run import options, write_private_run

from audit.disclosure.cells import Cell, Decision
from audit.disclosure.slice_rows import slice_name, slice_rows, slice_value_rows, unlisted_rows
from audit.disclosure.tables import Context
from audit.disclosure.thresholds import Floor
from audit.publish import publish
from audit.recheck import recheck
from audit.slicing import kind_of, slice_id
from core.engine import DuckDBEngine
from core.errors import PrivacyError
from core.progress import Silent
from core.published import Published
from core.rows import Row
from core.store import RunFolder
from core.tables.published import PUBLISHED
from core.tables.results import SLICE_ATOMS, SLICE_PEOPLE, SLICE_VALUES, SLICES

PLACES = {"fleet": {"Aarhus": 12}, "stores": {"Aarhus": 8, "Oslo": 2}}
VALUE = 0.413


def places_of(leaf: str) -> dict[str, int]:
    return PLACES.get(leaf, {"Ghent": PEOPLE[leaf]})


def leaves() -> list[str]:
    return [group for group in PEOPLE if group not in PARENT.values()]


def with_slices(folder: RunFolder) -> RunFolder:
    """Write slices by location, and those of stores, beside the made-up tree."""
    keys = [(None, "Aarhus", None), (None, "Ghent", None), (None, "Oslo", None),
            ("stores", "Aarhus", None), ("stores", "Oslo", None)]  # fmt: skip
    held = {
        key: sum(
            n
            for leaf in leaves()
            for place, n in places_of(leaf).items()
            if place == key[1] and key[0] in (None, leaf)
        )
        for key in keys
    }
    cuts = [
        {"window_id": PERIOD, "slice_id": slice_id(key), "kind": kind_of(key), "group_id": key[0],
         "location": key[1], "level": None, "n_people": n}
        for key, n in held.items()
    ]  # fmt: skip
    atoms = [
        {"window_id": PERIOD, "indicator": indicator, "atom_id": slice_id((leaf, place, None)),
         "group_id": leaf, "location": place, "level": None, "n_people": n}
        for indicator in ("", "response_rate")
        for leaf in leaves()
        for place, n in places_of(leaf).items()
    ]  # fmt: skip
    values = [
        {"window_id": PERIOD, "slice_id": cut["slice_id"], "indicator": "response_rate",
         "value": VALUE, "value_low": 0.32, "value_high": 0.51, "n_people": cut["n_people"],
         "n_observations": 100, "top_share": 0.1, "status": "shown", "why": None}
        for cut in cuts
    ]  # fmt: skip
    people = [
        {"window_id": PERIOD, "slice_id": cut["slice_id"], "person_id": f"{place}{i}"}
        for cut, place in zip(cuts, (key[1] for key in keys), strict=True)
        for i in range(int(str(cut["n_people"])))
    ]
    for contract, told in ((SLICES, cuts), (SLICE_ATOMS, atoms), (SLICE_VALUES, values),
                           (SLICE_PEOPLE, people)):  # fmt: skip
        contract.write(pd.DataFrame(told), folder.results)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return with_slices(write_private_run(tmp_path / "run"))


def released(folder: RunFolder, **changes: object) -> Published:
    publish(folder, options(**changes), DuckDBEngine(), Silent())
    return Published.open(folder.published)


def test_a_place_of_two_people_is_named_nowhere_in_a_release(folder: RunFolder) -> None:
    published = released(folder)
    assert "Oslo" not in set(published.table("slices")["location"])
    for path in sorted(folder.published.rglob("*")):
        assert b"Oslo" not in path.read_bytes(), path.name
    frames = [published.table(name).to_csv() for name in PUBLISHED]
    assert not any("Oslo" in frame for frame in frames)
    quality = published.table("quality").set_index("item").loc["slices"]
    assert (quality["text"], quality["state"]) == ("fewer than 10", "info")


def test_places_that_would_give_a_small_one_away_are_not_both_shown(folder: RunFolder) -> None:
    slices = released(folder).table("slices").set_index("name")
    assert slices["is_shown"].to_dict() == {"Aarhus": False, "Ghent": True}
    assert slices.loc["Aarhus", "why_hidden"] == "would reveal a smaller group"
    assert pd.isna(slices.loc["Aarhus", "n_band"])
    assert slices.loc["Ghent", "n_band"] == "20-49"


def test_two_dimensions_of_eight_people_are_not_listed(folder: RunFolder) -> None:
    # Stores in Aarhus holds 8: enough for one dimension, not for two.
    assert set(released(folder).table("slices")["kind"]) == {"location"}


def test_values_leave_rounded_as_those_of_groups_and_hidden_ones_are_blank(
    folder: RunFolder,
) -> None:
    published = released(folder)
    placed = published.table("slice_values").merge(
        published.table("slices")[["slice_id", "name"]], on="slice_id", validate="m:1"
    )
    by_name = placed.set_index("name")
    ghent = by_name.loc["Ghent"]
    # .413, .32 to .51: about 40, the longer arm of 9.7 points and half a step are 12.2.
    assert (ghent["value"], ghent["low"], ghent["high"]) == (40.0, 25.0, 55.0)
    assert ghent["value_text"] == "about 40 %"
    hidden = by_name.loc["Aarhus"]
    assert hidden["status"] == "not_shown"
    assert hidden[["value", "value_text", "low", "high", "n_band"]].isna().all()


def test_a_release_with_a_crossed_slice_of_nine_is_refused(folder: RunFolder) -> None:
    released(folder)
    for name, change in (
        ("slices", {"kind": "unit_location", "n_band": "8-9"}),
        ("slices", {"is_shown": False, "n_band": None}),
    ):
        frame = PUBLISHED[name].read(folder.published)
        ghent = frame["name"] == "Ghent"
        changed = frame.copy()
        for column, value in change.items():
            changed.loc[ghent, column] = value
        PUBLISHED[name].write(changed, folder.published)
        with pytest.raises(PrivacyError):
            recheck(folder.published, Floor(8), DuckDBEngine())
        PUBLISHED[name].write(frame, folder.published)
    recheck(folder.published, Floor(8), DuckDBEngine())


@pytest.mark.parametrize(
    ("group", "location", "level", "name"),
    [
        (None, "Porto", None, "Porto"),
        (None, None, "level 3", "Level 3"),
        (None, "Porto", "level 3", "Porto, level 3"),
        ("g", "Porto", None, "Sales in Porto"),
        ("g", None, "level 3", "Sales, level 3"),
    ],
)
def test_slices_are_named_for_people(
    group: str | None, location: str | None, level: str | None, name: str
) -> None:
    row = Row({"window_id": 2, "group_id": group, "location": location, "level": level})
    assert slice_name(row, {(2, "g"): "Sales"}) == name


def cut(name: str, n: int, kind: str = "location") -> dict[str, object]:
    return {
        "window_id": 2, "slice_id": name, "kind": kind, "group_id": None, "location": name,
        "level": None, "n_people": n,
    }  # fmt: skip


def test_the_floor_lists_and_a_slice_nobody_decided_on_is_not_shown() -> None:
    slices = pd.DataFrame([cut("a", 8), cut("b", 7), cut("c", 10, "unit_location"),
                           cut("d", 9, "unit_location")])  # fmt: skip
    fates = {(2, "a"): Cell("number", None, "8-9")}
    context = Context(Decision(fates, {}), {}, {}, {}, {"one": "share"}, {})
    listed = slice_rows(slices, context, 8)
    assert listed.set_index("slice_id")["is_shown"].to_dict() == {"a": True, "c": False}
    assert unlisted_rows(slices, 8)[0]["text"] == "fewer than 10"
    assert unlisted_rows(slices.iloc[:1], 8)[0]["text"] == "none"
    many = pd.DataFrame([cut(str(i), 1) for i in range(12)])
    assert unlisted_rows(many, 8)[0]["text"] == "10 to 49"
    assert unlisted_rows(pd.concat([many] * 5), 8)[0]["text"] == "50 or more"
    assert unlisted_rows(slices.iloc[:0], 8) == []
    assert slice_value_rows(SLICE_VALUES.empty(), listed, context).empty
