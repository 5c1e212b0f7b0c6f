"""Element profiles: four groups worked out by hand, and what they must never say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audit.disclosure.cells import decide
from audit.disclosure.profile_rows import ProfileSources
from audit.disclosure.profile_rows import profile_rows as published_rows
from audit.disclosure.tables import Context
from audit.disclosure.thresholds import Floor
from audit.plan import Plugin
from audit.profiles import profile_rows
from audit.registry import Indicator
from core.elements import ACTIVE_LISTENING

LEAVES = ("a", "b", "c", "d")
WINDOW = 2


def indicator(gives: str, higher_is: str = "warmer", element: str = ACTIVE_LISTENING) -> Indicator:
    return Indicator(
        code="A1",
        title="Title",
        question="Does it?",
        layer="behaviour",
        element=element,
        quadrant="sees",
        higher_is=higher_is,
        scale="share",
        gives=gives,
        source="by hand",
        cannot_show="Much.",
    )


def plugin(name: str, meta: Indicator) -> Plugin:
    return Plugin(name, meta, lambda _view: pd.DataFrame())


ONE = plugin("one", indicator("reply_sums"))
TWO = plugin("two", indicator("unit_values", "colder"))
CONTEXT = plugin("three", indicator("unit_values", "neither"))


def groups(leaves: tuple[str, ...] = LEAVES) -> pd.DataFrame:
    rows = [("org", None, 0), *((leaf, "org", 1) for leaf in leaves)]
    table = pd.DataFrame(rows, columns=["group_id", "parent_id", "depth"])
    people = [20 * len(leaves), *(20 for _ in leaves)]
    return table.assign(window_id=WINDOW, kind="unit", name=table["group_id"], n_people=people)


def judged(effect: list[float], leaves: tuple[str, ...] = LEAVES) -> pd.DataFrame:
    """Return values of an indicator with a verdict, shrunken by half."""
    frame = pd.DataFrame({"group_id": leaves, "effect": effect, "se": 0.3})
    frame["effect_shrunk"] = frame["effect"] / 2
    return frame.assign(indicator="one", **_plain())


def compared(value: list[float], leaves: tuple[str, ...] = LEAVES) -> pd.DataFrame:
    """Return values shown against their own interval, .0329 wide: a standard error of .01."""
    frame = pd.DataFrame({"group_id": leaves, "value": value})
    frame = frame.assign(value_low=frame["value"] - 0.01645, value_high=frame["value"] + 0.01645)
    return frame.assign(indicator="two", **_plain())


def _plain() -> dict[str, object]:
    return {
        "window_id": WINDOW,
        "status": "shown",
        "n_people": 12,
        "top_share": 0.1,
        "expected": np.nan,
    }


def profiles(measured: pd.DataFrame, *plugins: Plugin, seed: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    full = measured.reindex(columns=[*measured.columns, "effect", "effect_shrunk", "se", "value",
                                     "value_low", "value_high"])  # fmt: skip
    full = full.loc[:, ~full.columns.duplicated()]
    leaves = tuple(sorted(set(measured["group_id"]) | set(LEAVES)))
    found = profile_rows(full, groups(leaves), plugins, 8, rng)
    return found.set_index("group_id")


def both() -> pd.DataFrame:
    return pd.concat(
        [judged([-1.0, 0.0, 0.0, 1.0]), compared([0.4, 0.2, 0.2, 0.0])], ignore_index=True
    )


def test_a_value_is_the_mean_of_shrunken_effects_in_sds_between_groups() -> None:
    found = profiles(both(), ONE, TWO)
    # one: SD of -1, 0, 0, 1 is .8165, shrunken -.5: -.6124. two: colder is high, centred -.2,
    # SD .1633; tau^2 = .08 / 3 - .0001 = .026567, B = .99625: -1.2202. Mean: -.9163.
    assert found["value"].to_dict() == pytest.approx(
        {"a": -0.9163, "b": 0.0, "c": 0.0, "d": 0.9163}, abs=1e-4
    )
    assert (found["n_observed"] == 2).all()
    assert (found["n_ranked"] == 4).all()
    assert (found["rank_low"] <= found["rank_high"]).all()
    # a lies behind d whatever the weights.
    assert found.loc["a", "rank_low"] > found.loc["d", "rank_high"]


def test_an_element_needs_six_in_ten_of_its_indicators() -> None:
    partly = both()
    partly.loc[(partly["indicator"] == "two") & (partly["group_id"] == "a"), "status"] = "too_few"
    found = profiles(partly, ONE, TWO)
    assert np.isnan(found.loc["a", "value"])
    assert (found.loc["a", "n_observed"], found.loc["a", "n_indicators"]) == (1, 2)
    assert pd.isna(found.loc["a", "rank_low"])
    assert (found["n_ranked"] == 3).all()


def test_what_most_groups_of_a_level_cannot_have_is_no_part_of_it() -> None:
    partly = both()
    rare = (partly["indicator"] == "two") & (partly["group_id"] != "a")
    partly.loc[rare, "status"] = "too_few"
    found = profiles(partly, ONE, TWO)
    assert (found["n_indicators"] == 1).all()
    assert found.loc["a", "value"] == pytest.approx(-0.6124, abs=1e-4)


def test_indicators_without_a_good_side_make_no_profile() -> None:
    assert profiles(compared([0.4, 0.2, 0.2, 0.0]).assign(indicator="three"), CONTEXT).empty


@pytest.mark.parametrize("change", [{"n_people": 7}, {"top_share": 0.31}])
def test_values_that_a_release_would_hide_do_not_enter(change: dict[str, float]) -> None:
    measured = judged([-1.0, 0.0, 0.0, 1.0])
    hidden = measured["group_id"] == "a"
    name, value = next(iter(change.items()))
    measured[name] = measured[name].astype("float64").mask(hidden, value)
    assert np.isnan(profiles(measured, ONE).loc["a", "value"])


def test_where_nothing_differs_nobody_stands_out(rng: np.random.Generator) -> None:
    leaves = tuple(f"g{i:02d}" for i in range(40))
    # Chance alone: values scatter exactly as their standard error says.
    measured = compared(list(0.3 + rng.normal(0, 0.01, 40)), leaves)
    plain = profiles(measured, TWO).drop(index=list(LEAVES))
    assert plain["value"].abs().max() < 0.5


def test_the_same_seed_gives_the_same_profiles_and_a_shift_of_all_changes_nothing() -> None:
    first, again = profiles(both(), ONE, TWO), profiles(both(), ONE, TWO)
    pd.testing.assert_frame_equal(first, again)
    shifted = both()
    for name in ("value", "value_low", "value_high"):
        shifted[name] += 0.2
    pd.testing.assert_frame_equal(first, profiles(shifted, ONE, TWO))


def sources(measured: pd.DataFrame, **changes: object) -> tuple[ProfileSources, Context]:
    found = profiles(measured, ONE, TWO).reset_index().assign(window_id=WINDOW)
    catalogue = pd.DataFrame(
        {
            "indicator": ["one", "two"],
            "layer": "behaviour",
            "element": ACTIVE_LISTENING,
            "higher_is": ["warmer", "colder"],
        }
    )
    floor = Floor(8, str(changes.get("policy", "standard")))
    context = Context(decide(groups(), measured, floor), {}, {}, {}, {}, {})
    return ProfileSources(found, measured, catalogue, 8), context


def test_a_profile_is_rounded_and_worded() -> None:
    told = published_rows(*sources(both())).set_index("group_id")
    assert told["value"].to_dict() == {"a": -0.9, "b": 0.0, "c": 0.0, "d": 0.9}
    assert told["standing"].to_dict() == {
        "a": "colder",
        "b": "as the rest",
        "c": "as the rest",
        "d": "warmer",
    }
    # Four groups are too few for a rank.
    assert told["rank_text"].isna().all()
    assert (told["observed_text"] == "2 of 2 indicators").all()
    assert (told["n_band"] == "10-19").all()


def test_a_profile_of_a_hidden_value_is_hidden() -> None:
    measured = both()
    # Nobody else is small, so hiding b's value takes another with it: neither may show through.
    small = (measured["indicator"] == "two") & (measured["group_id"] == "b")
    measured["n_people"] = measured["n_people"].mask(small, 7)
    whole = compared([0.2], ("org",)).assign(n_people=43)
    made_of, context = sources(pd.concat([measured, whole], ignore_index=True))
    told = published_rows(made_of, context).set_index("group_id")
    cells = {g: context.decision.cell(WINDOW, g, "two").is_shown for g in LEAVES}
    assert sum(not seen for seen in cells.values()) >= 2
    for group, seen in cells.items():
        assert told.loc[group, "is_shown"] == seen or group == "b"
        if not seen:
            assert pd.isna(told.loc[group, "value"])
            assert pd.isna(told.loc[group, "rank_text"])


def test_a_strict_release_has_the_word_alone() -> None:
    told = published_rows(*sources(both(), policy="strict")).set_index("group_id")
    assert told["value"].isna().all()
    assert told.loc["a", "standing"] == "colder"
