"""A whole run of the small made-up company: nothing lost, nothing random, nothing half done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from whole_run import WholeRun

from audit import pipeline
from audit.config.audit_file import load_config
from core.checks import check
from core.engine import DuckDBEngine
from core.errors import ConfigError, PrivacyError
from core.progress import Silent
from core.published import Published
from core.store import RunFolder
from core.tables.network import MEMBERSHIP, PERSON_WEEKS, REPLIES, WINDOWS
from core.tables.results import (
    FINDINGS,
    GROUP_PEOPLE,
    INDICATOR_VALUES,
    JOINT_VERDICTS,
    ORG_GROUPS,
    RESULTS,
    UNIT_GROUPS,
    VERDICTS,
)
from core.text import slug
from ingest.simulate.scenarios import simulate


def test_every_result_table_keeps_its_contract(whole_run: WholeRun) -> None:
    with DuckDBEngine() as engine:
        for contract in RESULTS.values():
            check(engine, contract, whole_run.folder.results)


def test_every_whole_window_belongs_to_a_period_and_both_periods_are_judged(
    whole_run: WholeRun,
) -> None:
    windows = WINDOWS.read(whole_run.folder.network)
    # 26 weeks are six windows of four, laid from the end; two periods of three.
    assert windows["period_id"].tolist() == [2, 2, 2, 5, 5, 5]
    verdicts = VERDICTS.read(whole_run.folder.results)
    assert sorted(verdicts["window_id"].unique()) == [2, 5]
    assert set(verdicts["layer"]) == {"behaviour", "perception"}


def test_every_group_but_the_whole_has_a_verdict_in_each_layer(whole_run: WholeRun) -> None:
    groups = ORG_GROUPS.read(whole_run.folder.results)
    below = groups[groups["depth"] > 0]
    for table in (VERDICTS, JOINT_VERDICTS):
        rows = table.read(whole_run.folder.results)
        for window, part in rows.groupby("window_id"):
            wanted = set(below.loc[below["window_id"] == window, "group_id"])
            assert set(part["group_id"]) == wanted


def test_lowest_groups_hold_every_member_exactly_once(whole_run: WholeRun) -> None:
    groups = ORG_GROUPS.read(whole_run.folder.results)
    people = GROUP_PEOPLE.read(whole_run.folder.results)
    for window, table in groups.groupby("window_id"):
        here = people[people["window_id"] == window]
        leaves = set(table["group_id"]) - set(table["parent_id"].dropna())
        everybody = here.loc[here["group_id"] == "org", "person_id"]
        assert sorted(here.loc[here["group_id"].isin(leaves), "person_id"]) == sorted(everybody)
        assert len(everybody) == table.set_index("group_id").loc["org", "n_people"]


def test_people_behind_a_number_nest_like_the_groups(whole_run: WholeRun) -> None:
    groups = ORG_GROUPS.read(whole_run.folder.results)
    values = INDICATOR_VALUES.read(whole_run.folder.results)
    placed = values.merge(
        groups[["window_id", "group_id", "parent_id"]],
        on=["window_id", "group_id"],
        validate="m:1",
    )
    keys = ["window_id", "indicator"]
    parts = placed.dropna(subset=["parent_id"]).groupby([*keys, "parent_id"])["n_people"].sum()
    own = placed.set_index([*keys, "group_id"])["n_people"]
    assert (parts <= own.reindex(parts.index)).all()


def test_a_value_that_is_not_shown_stands_nowhere(whole_run: WholeRun) -> None:
    values = INDICATOR_VALUES.read(whole_run.folder.results)
    closed = values[values["status"] != "shown"]
    assert len(closed)
    assert closed["why"].notna().all()
    assert closed[["value", "expected", "effect", "low", "high", "odds_cooler"]].isna().all().all()


def test_the_response_rate_of_the_whole_is_that_of_the_replies(whole_run: WholeRun) -> None:
    # Weighted by person, so near the plain share of answered messages, not equal to it.
    replies = REPLIES.read(whole_run.folder.network)
    windows = WINDOWS.read(whole_run.folder.network)
    values = INDICATOR_VALUES.read(whole_run.folder.results)
    run_quality = json.loads(whole_run.folder.manifest_path.read_text())["reply_quality"]
    last = windows[windows["period_id"] == 5]
    inside = replies["week"].between(last["first_day"].min(), last["end_day"].max() - 1)
    inside &= (replies["relation"] != "outside") & ~replies["is_censored"]
    plain = replies.loc[inside & (replies["reply_quality"] == run_quality), "is_answered"].mean()
    row = values.set_index(["window_id", "group_id", "indicator"]).loc[(5, "org", "response_rate")]
    assert row["value"] == pytest.approx(plain, abs=0.03)


def test_weekly_sums_keep_every_observed_reply(whole_run: WholeRun) -> None:
    replies = REPLIES.read(whole_run.folder.network)
    windows = WINDOWS.read(whole_run.folder.network)
    weeks = PERSON_WEEKS.read(whole_run.folder.network)
    inside = replies["week"].between(windows["first_day"].min(), windows["end_day"].max() - 1)
    kept = replies[inside & (replies["relation"] != "outside") & ~replies["is_censored"]]
    answered = weeks[weeks["outcome"] == "answered"]
    assert answered["n"].sum() == len(kept)
    assert answered["n_yes"].sum() == kept["is_answered"].sum()
    # Residuals of a fitted model with an intercept cancel, up to the senders' shrinkage.
    assert abs(answered["excess"].sum()) < 0.02 * len(kept)


def test_strata_are_large_enough_to_exchange_people(whole_run: WholeRun) -> None:
    members = MEMBERSHIP.read(whole_run.folder.network)
    members = members[members["is_eligible"]]
    sizes = members.groupby(["window_id", "stratum"]).size()
    named = sizes[~sizes.index.get_level_values("stratum").str.startswith("any")]
    assert (named >= 20).all()


def test_what_was_planted_is_found_and_nothing_else_is_confirmed(whole_run: WholeRun) -> None:
    truth = json.loads((whole_run.exports / "truth.json").read_text())
    units = UNIT_GROUPS.read(whole_run.folder.results)
    verdicts = VERDICTS.read(whole_run.folder.results)
    late = verdicts[(verdicts["window_id"] == 5) & (verdicts["layer"] == "behaviour")]
    late = late.set_index("group_id")
    where = units[units["window_id"] == 5].set_index("unit_id")["group_id"]
    planted = {_group(where, unit["division"], unit["unit"]): unit for unit in truth["units"]}
    found = {g for g, u in planted.items() if u["kind"] in str(late.loc[g, "verdict"])}
    assert {g for g, u in planted.items() if u["kind"] == "desert"} <= found
    groups = ORG_GROUPS.read(whole_run.folder.results)
    leaves = set(groups["group_id"]) - set(groups["parent_id"].dropna())
    confirmed = late[late["verdict"].isin(["desert", "hotspot"])].index
    assert set(confirmed) & leaves <= set(planted)


def test_every_finding_is_about_a_group_of_its_period(whole_run: WholeRun) -> None:
    findings = FINDINGS.read(whole_run.folder.results)
    groups = ORG_GROUPS.read(whole_run.folder.results)
    keys = set(zip(groups["window_id"], groups["group_id"], strict=True))
    assert len(findings)
    assert set(zip(findings["window_id"], findings["group_id"], strict=True)) <= keys


def test_the_manifest_tells_inputs_by_hash_and_never_by_name(whole_run: WholeRun) -> None:
    text = whole_run.folder.manifest_path.read_text()
    manifest = json.loads(text)
    assert manifest["seed"] == 7
    assert all(len(source["sha256"]) == 64 for source in manifest["inputs"])
    assert {"reading", "building ties", "measuring and judging", "publishing"} <= {
        stage["name"] for stage in manifest["stages"]
    }
    assert whole_run.folder.manifest_path.stat().st_mode & 0o777 == 0o600
    for file in whole_run.exports.iterdir():
        assert file.name not in text


def test_the_summary_tells_balance_verdicts_hidden_groups_and_seconds(
    whole_run: WholeRun,
) -> None:
    text = "\n".join(whole_run.lines)
    for words in (" seen = ", "Verdicts, behaviour:", "Groups: ", "Took "):
        assert words in text


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the audit file of a small company of 15 weeks, judged with few draws."""
    root = tmp_path_factory.mktemp("quick")
    simulate("small", 7, root / "exports", weeks=15)
    config = root / "exports" / "audit.toml"
    config.write_text(config.read_text() + "\n[judgement]\npermutations = 199\n")
    return config


def audited(config: Path, out: Path) -> RunFolder:
    pipeline.run(load_config(config), out, Silent())
    return RunFolder.open(out)


def written(folder: RunFolder) -> dict[str, bytes]:
    places = (folder.canonical, folder.network, folder.results, folder.published)
    return {
        path.relative_to(folder.root).as_posix(): path.read_bytes()
        for place in places
        for path in sorted(place.rglob("*.parquet"))
    }


def begin_anew(root: Path) -> None:
    """Take away what holds a folder to its engagement: the key of the sample follows its seed."""
    (root / "private" / "engagement.json").unlink()
    (root / "journal.jsonl").unlink()
    (root / "journal.heads").unlink()
    shutil.rmtree(root / "access")


@pytest.fixture(scope="module")
def first(quick: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Return a run of the quick company."""
    return audited(quick, tmp_path_factory.mktemp("first") / "run")


def test_runs_repeat_byte_by_byte_wherever_files_lie(
    quick: Path, first: RunFolder, tmp_path: Path
) -> None:
    before = written(first)
    assert len(before) > 30
    assert not first.spool.exists()
    elsewhere = shutil.copytree(quick.parent, tmp_path / "moved")
    assert written(audited(elsewhere / "audit.toml", tmp_path / "run")) == before


@pytest.mark.slow
def test_another_seed_draws_anew_measures_the_same_and_a_refusal_keeps_the_old_release(
    quick: Path, first: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(first.root, tmp_path / "run")
    begin_anew(root)
    other = quick.with_name("other.toml")
    other.write_text(quick.read_text().replace("seed = 7", "seed = 8"))

    def refuse(folder: RunFolder, *_: object) -> None:
        shutil.copytree(folder.results, tmp_path / "refused")
        raise PrivacyError("Refused.")

    monkeypatch.setattr(pipeline, "publish", refuse)
    with pytest.raises(PrivacyError):
        audited(other, root)
    before, after = (
        INDICATOR_VALUES.read(first.results),
        INDICATOR_VALUES.read(tmp_path / "refused"),
    )
    # Only these two are compared with draws; and pseudonyms, which follow from the seed of the
    # sample, may change the last digit of a sum.
    drawn = before["indicator"].isin(["reciprocity", "boundary_mix"])
    np.testing.assert_allclose(before["value"][~drawn], after["value"][~drawn], rtol=1e-9)
    assert not np.array_equal(before["p"].dropna(), after["p"].dropna())
    assert written(RunFolder.open(root)) == written(first)
    assert not (root / "private" / "next").exists()


def test_a_lead_that_cannot_lead_is_refused_before_anything_is_read(
    quick: Path, tmp_path: Path
) -> None:
    wrong = quick.with_name("wrong.toml")
    text = quick.read_text() + 'lead_behaviour = "boundary_mix"\nlead_perception = ["nothing"]\n'
    wrong.write_text(text + '[indicators]\nuse = ["response_rate", "happiness"]\n')
    with pytest.raises(ConfigError) as caught:
        audited(wrong, tmp_path / "run")
    said = str(caught.value)
    for place in (
        "indicators.use[2]",
        "judgement.lead_behaviour",
        "judgement.lead_perception[1]",
    ):
        assert place in said
    assert not (tmp_path / "run").exists()


def test_a_release_opens_through_the_published_door(whole_run: WholeRun) -> None:
    about = Published.open(whole_run.folder.published).table("about").iloc[0]
    assert about["is_sample"]
    assert about["seed"] == 7
    assert about["leads_with"] in {"behaviour", "perception"}
    assert len(about["leads_why"]) > 20


def _group(where: pd.Series, division: str, unit: str) -> str:
    return str(where[slug(f"{division} {unit}")])
