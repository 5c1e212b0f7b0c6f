"""The wall: what a made-up private run becomes. Expected values by hand from private_run.py."""

from pathlib import Path

import pandas as pd
import pytest
from private_run import options, write_private_run

from audit.publish import publish
from audit.release import PublishSummary
from core.engine import DuckDBEngine
from core.errors import PrivacyError
from core.progress import Silent
from core.published import Published
from core.store import RunFolder
from core.tables.results import FINDINGS, JOINT_VERDICTS, VERDICTS


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return write_private_run(tmp_path / "run")


def released(folder: RunFolder, **changes: object) -> tuple[Published, PublishSummary]:
    summary = publish(folder, options(**changes), DuckDBEngine(), Silent())
    return Published.open(folder.published), summary


def row(frame: pd.DataFrame, **where: object) -> pd.Series:
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_group_under_the_floor_is_hidden_with_its_smallest_sibling(folder: RunFolder) -> None:
    # By hand: yard (5) is hidden; ops - fleet - stores - dispatch would give it, so dispatch (8).
    published, summary = released(folder)
    groups = published.table("org_groups").set_index("group_id")
    hidden = groups[~groups["is_shown"]]
    assert hidden["why_hidden"].to_dict() == {
        "dispatch": "would reveal a smaller group",
        "yard": "fewer than 8 people",
    }
    assert hidden["n_band"].isna().all()
    assert (summary.n_groups, summary.n_shown) == (9, 7)


def test_a_hidden_group_has_no_word_and_no_number_in_any_table(folder: RunFolder) -> None:
    published, _ = released(folder)
    verdicts = published.table("verdicts")
    hidden = verdicts[verdicts["group_id"].isin(["yard", "dispatch"])]
    assert set(hidden["verdict"]) == {"not_shown"}
    numbers = ["effect", "low", "high", "odds_in_ten", "mde", "evidence", "leaning", "n_band"]
    assert hidden[numbers].isna().all().all()
    values = published.table("indicator_values")
    mine = values[values["group_id"].isin(["yard", "dispatch"])]
    assert set(mine["status"]) == {"not_shown"}
    assert mine[["value", "value_text", "low", "expected"]].isna().all().all()
    assert not published.table("findings")["group_id"].isin(["yard", "dispatch"]).any()
    edges = published.table("unit_edges")
    assert not {"yard", "dispatch"} & {*edges["source_group_id"], *edges["target_group_id"]}


def test_effects_leave_in_points_rounded_with_the_interval_outwards(folder: RunFolder) -> None:
    # By hand: base 44.7 %; -.72 log-odds is -16.4 points; the interval -1.4 .. -.4 is
    # -28.1 .. -9.6 points.
    published, _ = released(folder)
    fleet = row(published.table("verdicts"), group_id="fleet", layer="behaviour")
    assert (fleet["effect"], fleet["low"], fleet["high"]) == (-15.0, -30.0, -5.0)
    assert "15 points less often" in fleet["sentence"]
    assert "90 % interval \N{MINUS SIGN}30 to \N{MINUS SIGN}5 points" in fleet["sentence"]
    assert fleet["n_band"] == "10-19"


def test_survey_effects_leave_in_sd(folder: RunFolder) -> None:
    published, _ = released(folder)
    fleet = row(published.table("verdicts"), group_id="fleet", layer="perception")
    assert (fleet["effect"], fleet["low"], fleet["high"]) == (-0.5, -1.0, -0.2)
    assert fleet["n_band"] == "8-9"


def test_a_lone_shown_cell_beside_unobserved_ones_reveals_nothing_more(folder: RunFolder) -> None:
    published, _ = released(folder)
    stores = row(published.table("verdicts"), group_id="stores", layer="perception")
    assert stores["verdict"] == "not_enough_evidence"
    assert "response under half" in stores["sentence"]
    assert pd.isna(stores["effect"])


def test_a_group_that_one_person_dominates_is_hidden_for_that_indicator(folder: RunFolder) -> None:
    # north has a top share of .40; hiding north alone leaves care - south, so south goes too.
    published, _ = released(folder)
    verdicts = published.table("verdicts")
    north = row(verdicts, group_id="north", layer="behaviour")
    south = row(verdicts, group_id="south", layer="behaviour")
    assert north["why_hidden"] == "a few people carry most of it"
    assert south["why_hidden"] == "would reveal a smaller group"
    assert row(published.table("org_groups"), group_id="north")["is_shown"]


def test_extremes_of_a_share_are_masked(folder: RunFolder) -> None:
    published, _ = released(folder)
    stores = row(published.table("indicator_values"), group_id="stores", indicator="isolation")
    assert (stores["value_text"], stores["value"]) == ("under 5 %", 5.0)


def test_the_strict_policy_shows_words_only_under_twenty(folder: RunFolder) -> None:
    published, _ = released(folder, policy="strict")
    fleet = row(published.table("verdicts"), group_id="fleet", layer="behaviour")
    assert fleet["verdict"] == "desert"
    assert pd.isna(fleet["effect"])
    assert not any(character.isdigit() for character in fleet["sentence"])
    ops = row(published.table("verdicts"), group_id="ops", layer="behaviour")
    assert not pd.isna(ops["effect"])


def test_the_headline_and_the_next_step_name_the_confirmed_desert(folder: RunFolder) -> None:
    published, summary = released(folder)
    about = published.table("about").iloc[0]
    assert about["headline"] == ("1 of 4 groups is cold in messages and survey alike: Fleet.")
    assert about["next_step"].startswith("Start with Fleet.")
    assert summary.headline == about["headline"]
    assert about["people"] == 60


def test_findings_come_in_reading_order_with_evidence_in_words(folder: RunFolder) -> None:
    published, _ = released(folder)
    findings = published.table("findings").sort_values("place")
    assert findings["kind"].tolist() == ["desert", "fact"]
    steps = published.table("evidence")
    said = " ".join(steps.loc[steps["finding_id"] == "f1", "says"])
    assert "in at most 1 of 100 deals" in said
    assert "holds whichever member" in said


def test_a_refused_release_leaves_the_earlier_one(folder: RunFolder) -> None:
    released(folder)
    before = (folder.published / "about.parquet").read_bytes()
    with pytest.raises(PrivacyError):
        released(folder, min_people=4)
    assert (folder.published / "about.parquet").read_bytes() == before


def test_the_same_run_gives_the_same_bytes(folder: RunFolder) -> None:
    released(folder)
    first = {p.name: p.read_bytes() for p in sorted(folder.published.iterdir())}
    released(folder)
    assert {p.name: p.read_bytes() for p in sorted(folder.published.iterdir())} == first


def test_a_run_in_which_nothing_could_be_measured_is_published_and_says_so(
    folder: RunFolder,
) -> None:
    verdicts = VERDICTS.read(folder.results)
    numbers = ["effect_shrunk", "low", "high", "p_family", "q", "p_low", "p_high", "odds_cooler"]
    verdicts = verdicts.drop(columns=[*numbers, "mde"])
    verdicts = verdicts.assign(verdict="not_enough_evidence", is_top=False, why="coverage")
    VERDICTS.write(verdicts, folder.results)
    joint = JOINT_VERDICTS.read(folder.results)
    joint = joint.assign(joint="none", behaviour="not_enough_evidence")
    JOINT_VERDICTS.write(joint.assign(perception="not_enough_evidence"), folder.results)
    published, _ = released(folder)
    about = published.table("about").iloc[0]
    assert about["headline"] == ("None of 6 groups has enough data for a verdict.")
    assert "too few of the people have data" in published.table("verdicts")["sentence"].iloc[0]


def test_where_the_survey_leads_the_headline_counts_its_verdicts(folder: RunFolder) -> None:
    # By hand: the survey is seen in fleet alone, a desert; nothing is confirmed in both layers.
    joint = JOINT_VERDICTS.read(folder.results)
    JOINT_VERDICTS.write(joint.assign(joint="none"), folder.results)
    published, _ = released(folder, leads_with="perception")
    about = published.table("about").iloc[0]
    assert about["headline"].endswith("confirmed colder than the rest in the survey: Fleet.")
    findings = published.table("findings")
    assert row(findings, finding_id="f1")["headline"].endswith("desert in the messages.")


def test_a_finding_of_the_survey_has_its_words(folder: RunFolder) -> None:
    found = FINDINGS.read(folder.results)
    found.loc[found["finding_id"] == "f1", "indicator"] = "felt_listening"
    FINDINGS.write(found, folder.results)
    published, _ = released(folder)
    told = row(published.table("findings"), finding_id="f1")
    assert told["headline"] == "Fleet: a confirmed desert in the survey."
    assert told["detail"].startswith("On felt listening, answers from Fleet lie about 0.5 SD")
    # Both layers are cold: the messages' sentence stands beside it.
    assert "15 points less often" in told["detail"]
