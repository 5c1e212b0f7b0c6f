"""Slices of a hand-made company of 24: who is in them, and what they show.

Places, by hand (units a, b, c of eight; c7 works in c's window alone, see made_up_view):

    Porto: a0-a7, b0-b3 (12)   Leeds: b4-b7, c0-c5 (10)   Oslo: c7 (1)   not stated: c6
    level 1: the first two of each unit (6)   level 2: the others (18)

a x Porto is unit a, and is no slice; so is everything that crosses Oslo with something that holds
c7 alone: of slices with the same people the one with fewest dimensions stays.
"""

from __future__ import annotations

from dataclasses import replace

import made_up_view as made
import numpy as np
import pandas as pd
import pytest
from sliced_company import (
    LAST,
    config,
    homes,
    named,
    roster,
    seen,
    site_of,
    told,
    values_of,
)

from audit.config.audit_file import AuditConfig
from audit.describing import Described
from audit.judging import Judged, judge_behaviour
from audit.perception import judge_perception
from audit.plan import Plugin
from audit.registry import indicators
from audit.slices import MEMBERS, NOT_TOLD, slice_tables
from audit.slicing import cube_of
from audit.survey import Answers
from audit.view import WindowView


def test_slices_hold_who_works_there_at_that_level_and_groups_are_no_slices() -> None:
    assert named(cube_of(seen(), homes())) == {
        ("*", "Porto", "*"): 12, ("*", "Leeds", "*"): 10, ("*", "Oslo", "*"): 1,
        ("*", "*", "level 1"): 6, ("*", "*", "level 2"): 18,
        ("b", "Porto", "*"): 4, ("b", "Leeds", "*"): 4, ("c", "Leeds", "*"): 6,
        ("a", "*", "level 1"): 2, ("b", "*", "level 1"): 2,
        ("a", "*", "level 2"): 6, ("b", "*", "level 2"): 6, ("c", "*", "level 2"): 6,
        # c at level 1 is c0 and c1, and so is Leeds at level 1: one of the two stays.
        ("*", "Leeds", "level 1"): 2,
        ("*", "Porto", "level 1"): 4, ("*", "Porto", "level 2"): 8,
        ("*", "Leeds", "level 2"): 8,
    }  # fmt: skip


def test_nobody_without_a_site_is_in_a_slice_by_location() -> None:
    cube = cube_of(seen(), homes())
    of = cube.people.merge(cube.table, on="slice_id", validate="m:1")
    mine = of[of["person_id"] == "c6"]
    assert len(mine)
    assert mine["location"].isna().all()


def test_everybody_has_one_site_and_level_that_of_the_last_window_in_the_main_team() -> None:
    # a0 moves from Porto to Leeds on the first day of the second window: Leeds it is.
    moved = roster(a0={"valid_to_day": LAST})
    after = moved[moved["person_id"] == "a0"].assign(
        valid_from_day=LAST, valid_to_day=None, site="Leeds", level=2
    )
    cube = cube_of(seen(pd.concat([moved, after])), homes())
    assert cube.places.loc["a0"].tolist() == ["Leeds", "level 2"]
    assert named(cube)["*", "Porto", "*"] == 11
    # b0 moves a day later: the last window began in Porto.
    late = roster(b0={"valid_to_day": LAST + 1})
    after = late[late["person_id"] == "b0"].assign(
        valid_from_day=LAST + 1, valid_to_day=None, site="Leeds"
    )
    assert cube_of(seen(pd.concat([late, after])), homes()).places.loc["b0", "location"] == "Porto"


def test_whoever_left_before_the_end_stands_behind_a_slice_without_being_a_member() -> None:
    stayed = homes()[homes()["person_id"] != "b5"]
    cube = cube_of(seen(), stayed)
    leeds = cube.table.query("location == 'Leeds' and kind == 'location'").iloc[0]
    assert leeds["n_people"] == 9
    behind = cube.people.loc[cube.people["slice_id"] == leeds["slice_id"], "person_id"]
    assert sorted(behind) == ["b4", "b5", "b6", "b7", "c0", "c1", "c2", "c3", "c4", "c5"]


def test_site_names_are_cleaned_before_they_make_a_slice() -> None:
    # Decomposed and composed o with a bell and a right-to-left mark are one and the same place.
    strange = {p: {"site": "O\u0301bidos\u0007\u200f"} for p in ("a0", "a1", "a2")}
    plain = {p: {"site": "\u00d3bidos"} for p in ("a3", "a4")}
    blank = {p: {"site": " \u200b"} for p in ("a5", "a6")}
    cube = cube_of(seen(roster(**strange, **plain, **blank)), homes())
    assert named(cube)["*", "\u00d3bidos", "*"] == 5
    assert set(cube.table["location"].dropna()) == {"\u00d3bidos", "Porto", "Leeds", "Oslo"}


def test_a_roster_without_sites_and_levels_gives_no_slices() -> None:
    bare = roster().assign(site=None, level=pd.array([None] * 24, dtype="Int8"))
    found = slice_tables(seen(bare), homes(), {"one": told(dict.fromkeys(made.PEOPLE, 1.0))},
                         config())  # fmt: skip
    assert found["slices"].empty
    assert found["slice_people"].empty
    assert found["slice_values"].empty
    assert found["slice_atoms"].query("indicator == 'one'")["n_people"].sum() == 24


def test_ids_are_stable_name_nothing_and_keep_like_sounding_places_apart() -> None:
    first = cube_of(seen(), homes()).table
    again = cube_of(seen(roster().sort_values("site")), homes().iloc[::-1]).table
    assert first["slice_id"].tolist() == again["slice_id"].tolist()
    assert first["slice_id"].is_unique
    assert first["slice_id"].str.fullmatch("[0-9a-f]{12}").all()


def test_values_are_means_of_the_people_with_t_intervals() -> None:
    # Oracle: Leeds is b4-b7 with 1, 2, 3, 4 and c0-c5 with 5: mean 40/10, sd by hand.
    values = dict.fromkeys(made.PEOPLE, 0.0) | {f"b{4 + i}": i + 1.0 for i in range(4)}
    values |= {f"c{i}": 5.0 for i in range(6)}
    found = values_of(slice_tables(seen(), homes(), {"one": told(values)}, config()))
    leeds = found.loc[("*", "Leeds", "*")]
    ten = np.array([1, 2, 3, 4, 5, 5, 5, 5, 5, 5.0])
    half = 1.833113 * ten.std(ddof=1) / np.sqrt(10)  # t(.95, 9) from a table
    assert leeds["value"] == pytest.approx(4.0)
    assert leeds["value_low"] == pytest.approx(4.0 - half, abs=1e-5)
    assert leeds["value_high"] == pytest.approx(4.0 + half, abs=1e-5)
    assert (leeds["n_people"], leeds["n_observations"]) == (10, 10)
    assert leeds["top_share"] == pytest.approx(0.1)


def test_one_dimension_needs_the_floor_and_two_need_ten() -> None:
    found = values_of(
        slice_tables(seen(), homes(), {"one": told(dict.fromkeys(made.PEOPLE, 1.0))}, config(6))
    )
    status = found["status"]
    assert status["*", "*", "level 1"] == "shown"  # 6 of one dimension
    assert status["*", "Porto", "level 2"] == "too_few"  # 8 of two
    assert status["*", "Oslo", "*"] == "too_few"
    assert found.loc[found["status"] != "shown", ["value", "value_low"]].isna().all(axis=None)


def test_coverage_closes_a_slice_as_it_closes_a_group() -> None:
    # Of Leeds only c0-c3 and b4-b7 (b0 wrote to them) have contact: 8 of 10 people; of Porto all.
    every = {"one": told(dict.fromkeys(made.PEOPLE, 1.0))}
    rules = config().model_copy(deep=True)
    strict = rules.model_copy(
        update={"measurement": rules.measurement.model_copy(update={"min_coverage": 0.9})}
    )
    assert (
        values_of(slice_tables(seen(), homes(), every, rules)).loc[("*", "Leeds", "*"), "status"]
        == "shown"
    )
    found = values_of(slice_tables(seen(), homes(), every, strict))
    assert found.loc[("*", "Leeds", "*"), ["status", "why"]].tolist() == [
        "not_observed",
        "coverage",
    ]
    assert found.loc[("*", "Porto", "*"), "status"] == "shown"


def test_a_slice_with_the_contributors_of_a_group_has_its_value_interval_and_base() -> None:
    # b7 has no site and no value: "b in Porto" is b0-b6, and so are those behind unit b.
    people = roster(**{f"b{i}": {"site": "Faro"} for i in range(7)}, b7={"site": None})
    weeks = made.person_weeks([
        (p, 20 + i, 5 + i % 7, 8.0) for i, p in enumerate(made.PEOPLE) if p != "b7"
    ])  # fmt: skip
    base = made.view(weeks=weeks)
    view = replace(base, tables=replace(base.tables, people=people))
    rules = config(5)
    judged = judged_on("response_rate", view, rules)
    assert judged.described is not None
    found = values_of(slice_tables(view, homes(), {"one": judged.described}, rules))
    mine, group = found.loc[("*", "Faro", "*")], judged.measured.set_index("group_id").loc["b"]
    assert mine["n_people"] == group["n_people"] == 7
    for name in ("value", "value_low", "value_high", "top_share", "n_observations"):
        assert mine[name] == pytest.approx(group[name], rel=1e-12), name


def judged_on(name: str, view: WindowView, rules: AuditConfig) -> Judged:
    entry = indicators.get(name)
    easy = replace(entry.meta, least_median=0.0)
    shares = pd.Series(1.0, index=view.groups.table["group_id"])
    return judge_behaviour(Plugin(entry.name, easy, entry.function), view, shares, rules)


def surveyed() -> Answers:
    """Return a wave in which everybody answered: from 3 in a, 4 in b, 5 in c, with their sites."""
    scores = {p: {"a": 3.0, "b": 4.0, "c": 5.0}[p[0]] + int(p[1]) / 10 for p in made.PEOPLE}
    wave = made.answers(scores)
    sites = [site_of(p) for p in made.PEOPLE]
    return replace(wave, forms=wave.forms.assign(site=sites, level_group="level 2"))


def felt(asked: Answers) -> tuple[WindowView, Described]:
    view = seen(asked=asked)
    entry = indicators.get("felt_listening")
    judged = judge_perception(Plugin(entry.name, entry.meta, entry.function), view, config())
    assert judged is not None
    assert judged.described is not None
    return view, replace(judged.described, is_reliable=True, icc1=0.5)


def test_answers_are_placed_by_what_their_forms_tell() -> None:
    view, described = felt(surveyed())
    found = values_of(slice_tables(view, homes(), {"felt": described}, config()))
    # Porto by hand: a0-a7 have 3.0-3.7, b0-b3 have 4.0-4.3: (26.8 + 16.6) / 12.
    porto = found.loc[("*", "Porto", "*")]
    assert porto["value"] == pytest.approx(43.4 / 12)
    assert porto["n_people"] == 12
    assert found.loc[("*", "Leeds", "*"), "status"] == "shown"


def test_anonymous_forms_tell_their_unit_alone_and_have_no_slices() -> None:
    wave = surveyed()
    bare = replace(wave, forms=wave.forms.assign(site=None, level_group=None))
    view, described = felt(bare)
    found = values_of(slice_tables(view, homes(), {"felt": described}, config()))
    assert set(found["status"]) == {"not_observed"}
    assert set(found["why"]) == {NOT_TOLD}
    assert found["value"].isna().all()


def test_answers_from_under_half_of_those_asked_are_not_observed() -> None:
    # Asked: 16 of a, 18 of b, 8 of c; spread as members are, Porto has 16 + 9 = 25, Leeds 9 + 6.
    asked = pd.DataFrame({"unit_id": ["a", "b", "c"], "n_invited": [16, 18, 8]})
    view, described = felt(replace(surveyed(), invited=asked))
    found = values_of(slice_tables(view, homes(), {"felt": described}, config()))
    porto = found.loc[("*", "Porto", "*")]  # 12 of 25
    assert (porto["status"], porto["why"]) == ("not_observed", "coverage")
    assert found.loc[("*", "Leeds", "*"), "status"] == "shown"  # 10 of 15


def test_finest_sets_add_up_to_every_group_and_slice() -> None:
    view = seen()
    known = {p: 1.0 for p in made.PEOPLE if p not in {"a0", "b5", "c7"}}
    found = slice_tables(view, homes(), {"one": told(known)}, config())
    atoms = found["slice_atoms"].fillna("*")
    for indicator, values in ((MEMBERS, found["slices"]), ("one", found["slice_values"])):
        mine = atoms[atoms["indicator"] == indicator]
        assert mine["atom_id"].is_unique
        sizes = values.set_index("slice_id")["n_people"]
        for cut in found["slices"].fillna("*").itertuples(index=False):
            inside = mine[
                ((cut.group_id == "*") | (mine["group_id"] == cut.group_id))
                & ((cut.location == "*") | (mine["location"] == cut.location))
                & ((cut.level == "*") | (mine["level"] == cut.level))
            ]
            assert inside["n_people"].sum() == sizes[cut.slice_id]
    assert atoms[atoms["indicator"] == "one"]["n_people"].sum() == 21
