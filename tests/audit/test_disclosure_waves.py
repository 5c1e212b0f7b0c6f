"""Joiners and leavers between periods and releases, and what binds the next release."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from audit.disclosure.cells import Cell, Decision, decide
from audit.disclosure.cubes import Slices
from audit.disclosure.defences import Defences
from audit.disclosure.history import History, Release
from audit.disclosure.stood import Membership, parts_of, stood_behind
from audit.disclosure.theme_rows import steady_themes, told_themes
from audit.disclosure.thresholds import CHANGED, Floor
from audit.disclosure.waves import Stood, Told, without_waves
from core.errors import PrivacyError
from core.tables.results import SLICE_VALUES, SLICES

BEFORE, AFTER = 2, 5
RATE = "response_rate"
NUMBER = Cell("number", None, "10-19")


def crew(name: str, n: int, first: int = 0) -> frozenset[str]:
    return frozenset(f"{name}{i}" for i in range(first, first + n))


def together(
    people: dict[tuple[int, str], frozenset[str]],
    earlier: tuple[Told, ...] = (),
    hidden: tuple[tuple[int, str], ...] = (),
    defences: Defences | None = None,
) -> dict[tuple[int, str], str]:
    """Return the form of each cell; every group contributes with all its people."""
    cells = {
        (*place, RATE): Cell("hidden", "would reveal a smaller group", None)
        if place in hidden
        else NUMBER
        for place in people
    }
    decision = Decision(dict.fromkeys(people, NUMBER), cells)
    counts = {(*place, RATE): len(held) for place, held in people.items()}
    stood = Stood(people, counts, earlier)
    out = without_waves(decision, stood, 8, defences or Defences())
    return {place: out.cell(*place, RATE).form for place in people}


def test_a_small_group_that_one_person_joined_keeps_its_latest_number_alone() -> None:
    # By hand: 12 people before, 13 after: 13 x after - 12 x before is the joiner's value.
    people = {(BEFORE, "a"): crew("p", 12), (AFTER, "a"): crew("p", 13)}
    assert together(people) == {(BEFORE, "a"): "status_only", (AFTER, "a"): "number"}
    off = together(people, defences=Defences(waves=False))
    assert set(off.values()) == {"number"}


@pytest.mark.parametrize(
    ("before", "after", "form"),
    [
        (crew("p", 12), crew("p", 12), "number"),  # nobody joined or left
        (crew("p", 42), crew("p", 43), "number"),  # rounding covers 42 and more
        (crew("p", 41), crew("p", 42), "status_only"),
        (crew("p", 19), crew("p", 21), "status_only"),  # it does not cover the 19
        (crew("p", 12), crew("p", 22), "number"),  # ten joined: no few people
        (crew("p", 12), crew("p", 12, first=1), "status_only"),  # one left, one joined
        (crew("p", 18), crew("p", 18, first=9), "number"),  # nine left, nine joined
        (crew("p", 18), crew("p", 12, first=9), "status_only"),  # nine left, three joined
    ],
)
def test_when_a_number_tells_of_few_people(
    before: frozenset[str], after: frozenset[str], form: str
) -> None:
    assert together({(BEFORE, "a"): before, (AFTER, "a"): after})[BEFORE, "a"] == form


def test_what_an_earlier_release_told_stands_so_the_new_number_gives_way() -> None:
    told = Told("a", RATE, crew("p", 12), 12, -1)
    people = {(BEFORE, "a"): crew("p", 12), (AFTER, "a"): crew("p", 13)}
    assert together(people, (told,)) == {(BEFORE, "a"): "number", (AFTER, "a"): "status_only"}


def test_a_share_in_another_unit_is_another_unknown() -> None:
    stayed = crew("p", 11)
    people = {
        (BEFORE, "a"): stayed | {"m|one"},
        (AFTER, "a"): stayed | {"m|two"},
    }
    assert together(people)[BEFORE, "a"] == "status_only"


def test_a_few_people_who_moved_between_two_groups_follow_from_no_sum() -> None:
    # By hand: b split off from a: before a = p0..p17, after a = p0..p8 and b = p9..p13: the four
    # who left altogether are before - after a - after b.
    people = {
        (BEFORE, "a"): crew("p", 18),
        (AFTER, "a"): crew("p", 9),
        (AFTER, "b"): crew("p", 5, first=9) | crew("q", 5),
    }
    assert together(people)[BEFORE, "a"] == "number"
    people[AFTER, "b"] = crew("p", 9, first=9) - {"p17"}
    assert together(people)[BEFORE, "a"] == "status_only"


def test_a_cell_hidden_in_one_period_is_not_told_by_the_same_people_in_another() -> None:
    people = {(BEFORE, "a"): crew("p", 12), (AFTER, "a"): crew("p", 12)}
    found = together(people, hidden=((BEFORE, "a"),))
    assert found == {(BEFORE, "a"): "hidden", (AFTER, "a"): "status_only"}


def test_the_reason_for_words_alone_is_said() -> None:
    people = {(BEFORE, "a"): crew("p", 12), (AFTER, "a"): crew("p", 13)}
    counts = {(*place, RATE): len(held) for place, held in people.items()}
    decision = Decision(dict.fromkeys(people, NUMBER), {(*p, RATE): NUMBER for p in people})
    cell = without_waves(decision, Stood(people, counts), 8).cell(BEFORE, "a", RATE)
    assert (cell.why, cell.band, cell.is_shown) == (CHANGED, "10-19", True)


def test_whoever_left_before_the_last_window_stood_behind_the_period_too() -> None:
    people = pd.DataFrame(
        {
            "window_id": [0, 1, 0, 1, 0, 1],
            "person_id": ["gone", "stays", "stays", "moves", "moves", "odd"],
            "unit_id": ["a", "a", "a", "b", "a", "unknown"],
        }
    )
    groups = pd.DataFrame(
        {
            "window_id": 1,
            "group_id": ["all", "a", "b"],
            "path": ["all", "all/a", "all/b"],
            "depth": [0, 1, 1],
        }
    )
    units = pd.DataFrame({"window_id": 1, "unit_id": ["a", "b"], "group_id": ["a", "b"]})
    windows = pd.DataFrame({"window_id": [0, 1], "period_id": [1, 1]})
    stood = stood_behind(Membership(people, windows, units, groups))
    found = stood.groupby("slice_id")["person_id"].agg(set).to_dict()
    # A unit that the period does not know counts in the whole alone.
    assert found["a"] == {"gone", "stays", "moves"}
    assert found["b"] == {"moves"}
    assert found["all"] == {"gone", "stays", "moves", "odd"}
    parts = dict(zip(stood["person_id"] + stood["unit_id"], parts_of(stood), strict=True))
    assert parts["movesa"] == "moves|a" and parts["staysa"] == "stays"


def release(run_id: str, policy: str = "standard", k: int = 8, kinds: str = "unit") -> Release:
    stood = pd.DataFrame(
        {"window_id": [5], "slice_id": ["a"], "person_id": ["p"], "unit_id": ["a"]}
    )
    floor = Floor(k, "strict" if policy == "strict" else "standard")
    decision = Decision({(5, "a"): NUMBER}, {(5, "a", RATE): NUMBER})
    return Release(run_id, floor, kinds.split(","), decision, {(5, "a", RATE): 12}, stood)


def test_the_same_run_made_again_takes_its_own_place(tmp_path: Path) -> None:
    first = release("r1").after(History())
    second = release("r2").after(first)
    again = release("r1").after(second)
    assert again.releases["release"].tolist() == [1, 2]
    again.write(tmp_path / "one")
    second.write(tmp_path / "two")
    for name in ("releases", "released_cells", "released_people"):
        assert (tmp_path / "one" / f"{name}.parquet").read_bytes() == (
            tmp_path / "two" / f"{name}.parquet"
        ).read_bytes()
    assert [told.people for told in History.read(tmp_path / "one").before("r2").told()] == [
        frozenset({"p"})
    ]


def test_a_later_release_may_not_ask_less() -> None:
    history = release("r1").after(History())
    with pytest.raises(PrivacyError) as refused:
        history.refuse_relaxed(Floor(7))
    assert refused.value.code == "E-PRIVACY-008" and refused.value.exit_code == 4


def test_the_first_release_fixes_the_kinds_of_slices() -> None:
    assert History().open_kinds(("unit", "level")) == {"unit", "level"}
    history = release("r2", kinds="unit,level,location").after(
        release("r1", kinds="unit,level").after(History())
    )
    assert history.open_kinds(("unit", "level", "location")) == {"unit", "level"}


def test_the_floor_may_rise_and_the_policy_grow_stricter_but_neither_comes_back() -> None:
    history = release("r2", "strict", 10).after(release("r1").after(History()))
    history.refuse_relaxed(Floor(12, "strict"))
    with pytest.raises(PrivacyError, match="10"):
        history.refuse_relaxed(Floor(8, "strict"))
    with pytest.raises(PrivacyError, match="strict"):
        history.refuse_relaxed(Floor(10))


PUBLISHED = pd.DataFrame(
    [(5, "a", "listening", "c1", "negative"), (5, "b", "listening", "c2", "mixed")],
    columns=["window_id", "group_id", "element", "code", "polarity"],
)


@pytest.mark.parametrize(
    ("then", "left"),
    [
        ({}, {"a", "b"}),  # nothing was told before
        ({(5, "a", "theme:"): 8}, {"b"}),  # one more interviewee, and a theme is there
        ({(5, "a", "theme:"): 6}, {"a", "b"}),  # three more: no one or two made it
        (
            {(5, "a", "theme:"): 8, (5, "a", "theme:listening:c1:negative"): 8},
            {"a", "b"},  # one more, the same themes
        ),
        ({(4, "a", "theme:"): 8}, {"a", "b"}),  # another period: other interviews
    ],
)
def test_a_theme_that_one_or_two_interviewees_made_is_not_told(
    then: dict[tuple[int, str, str], int], left: set[str]
) -> None:
    private = PUBLISHED.assign(n_interviews=9)
    told = told_themes(private, PUBLISHED)
    assert told[5, "a", "theme:"] == told[5, "a", "theme:listening:c1:negative"] == 9
    assert set(steady_themes(PUBLISHED, told, then)["group_id"]) == left


def values(counts: dict[str, int], top: dict[str, float] | None = None) -> pd.DataFrame:
    shares = top or {}
    return pd.DataFrame(
        {
            "window_id": 5,
            "group_id": list(counts),
            "indicator": RATE,
            "n_people": list(counts.values()),
            "top_share": [shares.get(g, 0.1) for g in counts],
            "status": "shown",
        }
    )


TREE = {"all": 45, "a": 20, "b": 18, "c": 7}
GROUPS = pd.DataFrame(
    {
        "window_id": 5,
        "group_id": list(TREE),
        "parent_id": [None, "all", "all", "all"],
        "n_people": list(TREE.values()),
    }
)


def shown(defences: Defences, policy: str = "standard", **top: float) -> dict[str, str]:
    floor = Floor(8, "strict" if policy == "strict" else "standard")
    decision = decide(GROUPS, values(TREE, top), floor, defences)
    return {group: decision.cell(5, group, RATE).form for group in TREE}


def test_each_rule_hides_something_that_is_shown_without_it() -> None:
    assert shown(Defences()) == {"all": "number", "a": "number", "b": "hidden", "c": "hidden"}
    assert shown(Defences(floor=False))["c"] == "number"
    assert shown(Defences(complement=False, remainder=False))["b"] == "number"
    assert shown(Defences(), a=0.4)["a"] == "hidden"
    assert shown(Defences(dominance=False), a=0.4)["a"] == "number"
    assert shown(Defences(complement=False, remainder=False), "strict")["b"] == "status_only"
    loose = Defences(complement=False, remainder=False, bands=False)
    assert shown(loose, "strict")["b"] == "number"


def test_slices_that_cannot_be_laid_out_in_atoms_are_not_shown() -> None:
    table = pd.DataFrame(
        {
            "window_id": [5], "slice_id": ["s"], "kind": ["location"], "group_id": [None],
            "location": ["Oslo"], "level": [None], "n_people": [22],
        }
    )[SLICES.names]  # fmt: skip
    measured = SLICE_VALUES.empty()
    row = {"window_id": 5, "slice_id": "s", "indicator": RATE, "n_people": 22, "status": "shown"}
    measured = pd.concat([measured, pd.DataFrame([row])], ignore_index=True)
    found = decide(GROUPS, values(TREE), Floor(8), slices=Slices(table=table, measured=measured))
    assert found.group(5, "s").why == "would reveal a smaller group"
