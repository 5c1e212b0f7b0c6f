"""What becomes a finding, how strong it is said to be, and that its id stays."""

from __future__ import annotations

import pandas as pd

from audit.findings import PeriodFindings, build_findings

GROUPS = pd.DataFrame(
    {
        "group_id": ["org", "a", "b"],
        "parent_id": [None, "org", "org"],
        "depth": [0, 1, 1],
        "n_people": [20, 12, 8],
    }
)
NOTHING = pd.DataFrame(columns=["indicator", "status", "group_id", "value", "expected"])
NO_JOINT = pd.DataFrame(columns=["group_id", "joint", "q"])


def verdict(
    group: str, word: str, effect: float | None = None, **more: object
) -> dict[str, object]:
    return {
        "group_id": group,
        "layer": "behaviour",
        "indicator": "response_rate",
        "verdict": word,
        "effect_shrunk": effect,
        "odds_cooler": None,
        "is_top": True,
        "why": None,
        **more,
    }


def found(
    *verdicts: dict[str, object],
    measured: pd.DataFrame = NOTHING,
    joint: pd.DataFrame = NO_JOINT,
    first_day: int = 20458,
    groups: pd.DataFrame = GROUPS,
    leads_with: str = "behaviour",
) -> pd.DataFrame:
    names = list(verdict("a", "typical"))
    period = PeriodFindings(
        window_id=2,
        first_day=first_day,
        groups=groups,
        measured=measured,
        verdicts=pd.DataFrame(verdicts, columns=names),
        joint=joint,
        leads={"behaviour": "response_rate", "perception": "felt_listening"},
        material={"behaviour": 0.25, "perception": 0.30},
        leads_with=leads_with,
    )
    return build_findings([period])


def test_confirmed_and_watched_groups_are_told_with_their_strength() -> None:
    rows = found(verdict("a", "desert", -0.8), verdict("b", "hotspot_watch", 0.3))
    told = rows.set_index("group_id")
    assert told["kind"].to_dict() == {"a": "desert", "b": "watch"}
    assert told["confidence"].to_dict() == {"a": "high", "b": "medium"}
    # .8 is three whole material effects of .25, .3 is one.
    assert told["severity"].to_dict() == {"a": 3, "b": 1}


def test_an_effect_is_told_once_at_its_highest_group() -> None:
    assert found(verdict("a", "desert", -0.8, is_top=False)).empty


def test_a_fact_is_a_share_ten_points_above_everybody_else() -> None:
    measured = pd.DataFrame(
        {
            "indicator": "isolation",
            "status": ["shown", "shown", "shown"],
            "group_id": ["a", "b", "org"],
            "value": [0.30, 0.19, 0.9],
            "expected": [0.10, 0.10, 0.1],
        }
    )
    rows = found(measured=measured)
    assert rows["group_id"].tolist() == ["a"]
    assert rows["kind"].tolist() == ["fact"]
    closed = measured.assign(status="not_observed")
    assert found(measured=closed).empty


def test_leanings_are_groups_without_a_verdict_at_seven_in_ten_or_more() -> None:
    rows = found(
        verdict("a", "not_enough_evidence", -0.1, odds_cooler=0.72),
        verdict("b", "typical", 0.1, odds_cooler=0.31),
    )
    assert rows[["kind", "group_id", "confidence"]].to_numpy().tolist() == [
        ["leaning", "a", "low"]
    ]
    assert found(verdict("b", "typical", 0.1, odds_cooler=0.30))["group_id"].tolist() == ["b"]


def test_blind_spots_come_from_the_joint_reading() -> None:
    joint = pd.DataFrame(
        {"group_id": ["a", "b"], "joint": ["busy_not_heard", "process_desert"], "q": [0.05, None]}
    )
    rows = found(joint=joint)
    assert rows[["kind", "group_id", "confidence"]].to_numpy().tolist() == [
        ["blind_spot", "a", "medium"]
    ]


def test_a_lowest_group_with_too_little_data_is_a_gap() -> None:
    rows = found(verdict("a", "not_enough_evidence", why="coverage"))
    assert rows["kind"].tolist() == ["data_gap"]
    assert found(verdict("a", "not_enough_evidence", why="not_significant")).empty


def test_of_many_gaps_the_largest_groups_are_told() -> None:
    groups = pd.DataFrame(
        {"group_id": list("abcde"), "parent_id": "org", "depth": 1, "n_people": [8, 9, 30, 10, 8]}
    )
    gaps = [verdict(group, "not_enough_evidence", why="coverage") for group in "abcde"]
    assert set(found(*gaps, groups=groups)["group_id"]) == {"c", "d", "b"}


def test_ids_stay_while_kind_group_indicator_and_period_stay() -> None:
    first = found(verdict("a", "desert", -0.8))["finding_id"].iloc[0]
    assert found(verdict("a", "desert", -0.4))["finding_id"].iloc[0] == first
    assert found(verdict("a", "desert", -0.8), first_day=20486)["finding_id"].iloc[0] != first
    assert found(verdict("b", "desert", -0.8))["finding_id"].iloc[0] != first


def felt(group: str, word: str, effect: float | None = None, **more: object) -> dict[str, object]:
    return verdict(group, word, effect, layer="perception", indicator="felt_listening", **more)


def test_a_survey_verdict_that_nothing_else_tells_is_a_finding_of_its_own() -> None:
    rows = found(
        verdict("a", "typical", 0.0),
        felt("a", "hotspot", 0.7),
        verdict("b", "typical", 0.0),
        felt("b", "hotspot_watch", 0.4),
    ).set_index("group_id")
    assert rows["kind"].to_dict() == {"a": "hotspot", "b": "watch"}
    assert set(rows["indicator"]) == {"felt_listening"}
    # .7 SD is two whole material effects of .3 SD, .4 is one.
    assert rows["severity"].to_dict() == {"a": 2, "b": 1}


def test_a_survey_verdict_is_not_told_twice() -> None:
    both = found(verdict("a", "hotspot", 0.6), felt("a", "hotspot", 0.7))
    assert both["indicator"].tolist() == ["response_rate"]
    joint = pd.DataFrame({"group_id": ["a"], "joint": ["felt_desert"], "q": [None]})
    blind = found(verdict("a", "typical", 0.0), felt("a", "desert", -0.7), joint=joint)
    assert blind["kind"].tolist() == ["blind_spot"]


def test_without_messages_a_cold_survey_is_a_desert_and_no_blind_spot() -> None:
    joint = pd.DataFrame({"group_id": ["a"], "joint": ["felt_desert"], "q": [None]})
    rows = found(
        verdict("a", "not_enough_evidence", why="there were no messages to look at"),
        felt("a", "desert", -0.7),
        joint=joint,
    )
    assert rows["kind"].tolist() == ["desert"]


def test_leanings_are_told_of_the_layer_to_read_first() -> None:
    verdicts = (
        verdict("a", "not_enough_evidence", -0.1, odds_cooler=0.85),
        felt("b", "not_enough_evidence", -0.3, odds_cooler=0.9),
    )
    assert found(*verdicts)["group_id"].tolist() == ["a"]
    rows = found(*verdicts, leads_with="perception")
    assert rows[["kind", "group_id", "indicator"]].to_numpy().tolist() == [
        ["leaning", "b", "felt_listening"]
    ]
