"""Real surveys from end to end: no roster, no messages, and everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from shared_data import CHECKOUT, shared_path

from audit.config.audit_file import AuditConfig, load_config
from audit.gates import scale_gates
from audit.groups import build_groups_of
from audit.pipeline import RunSummary, run
from audit.survey import homes_of_forms, read_answers
from core.progress import Silent
from core.published import Published
from core.store import RunFolder
from core.tables.canonical import UNITS
from core.tables.survey import RESPONSES

PIERCE = "pierce_county_responses.xlsx"


def config_of(name: str) -> AuditConfig:
    """Return the example's configuration with few draws: what is looked at here needs none."""
    config = load_config(CHECKOUT / "examples" / name)
    judgement = config.judgement.model_copy(update={"permutations": 199})
    audit = config.audit.model_copy(update={"is_sample": True})
    return config.model_copy(update={"judgement": judgement, "audit": audit})


@pytest.fixture(scope="module")
def pierce(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSummary, RunFolder]:
    shared_path("data", "surveys", PIERCE)
    out = tmp_path_factory.mktemp("pierce")
    return run(config_of("pierce_county.toml"), out, Silent()), RunFolder(out)


def quality(folder: RunFolder) -> pd.DataFrame:
    rows = Published(folder.published).table("quality")
    return rows[rows["section"] == "survey"].set_index(["item", "part"])


def test_every_answer_of_the_county_is_accounted_for(
    pierce: tuple[RunSummary, RunFolder],
) -> None:
    [balance] = pierce[0].intake.sources
    # By hand from the sheet: 14,725 rows, of which 5,889 ask one of the four questions.
    assert balance.n_seen == 14_725
    assert dict(balance.filtered) == {"item_not_declared": 8_836, "no_answer": 153}
    assert dict(balance.slots) == {"blank": 57, "duplicate": 5, "not_applicable": 96}
    assert balance.n_rows == 5_731


def test_a_code_for_no_answer_is_never_averaged(pierce: tuple[RunSummary, RunFolder]) -> None:
    rows = RESPONSES.read(pierce[1].canonical)
    assert rows["raw"].between(1, 4).all()
    wave = read_answers(pierce[1].canonical, "survey")
    scale = wave.scale(("support",))
    assert scale is not None
    # By hand: mean of question 4 without 0 and blanks.
    raw = pd.read_excel(shared_path("data", "surveys", PIERCE), sheet_name=0)
    asked = raw[raw["Question"].str.startswith("4.")].drop_duplicates("Response ID")
    known = pd.to_numeric(asked["Response"], errors="coerce")
    assert scale.score.mean() == pytest.approx(known[known > 0].mean())


def test_the_traps_of_the_county_are_told(pierce: tuple[RunSummary, RunFolder]) -> None:
    assert "W-SURVEY-010" in " ".join(pierce[0].intake.warnings)
    told = quality(pierce[1])
    assert told.loc[("forms", "respondents with one answer"), "state"] == "fail"
    assert told.loc[("forms", "marked incomplete"), "text"] == "135"
    assert told.loc[("answers left out", "not applicable"), "text"] == "96"
    assert told.loc[("people asked", "response"), "text"] == "not known"
    assert told.loc[("units", "too small"), "text"] == "2 units"
    assert told.loc[("Felt support", "agreement within groups"), "state"] == "fail"


def test_tiny_departments_are_reported_together(pierce: tuple[RunSummary, RunFolder]) -> None:
    units = Published(pierce[1].published).table("units").set_index("unit_id")
    small = units.loc[["family-justice-center", "economic-development"]]
    assert len(set(small["group_id"])) == 1
    assert set(small["why"]) == {"merged with siblings"}


def test_a_scale_that_fails_its_gate_shows_no_group_and_says_why(
    pierce: tuple[RunSummary, RunFolder],
) -> None:
    published = Published(pierce[1].published)
    values = published.table("indicator_values")
    own = values[values["indicator"] == "support"].set_index("group_id")
    assert own.loc["org", "status"] == "shown"
    assert set(own.drop("org")["status"]) == {"unreliable"}
    about = published.table("about").iloc[0]
    assert about["leads_with"] == "perception"
    assert "did not pass the gates of reliability" in about["headline"]
    trust = published.table("quality")
    trust = trust[trust["section"] == "trust"].set_index("item")["says"]
    assert trust["behaviour"] == "This audit holds no messages."
    assert trust["perception"] == "The survey did not pass the gates of reliability."
    # 1,471 people answered, though the file numbers 14,710 answers.
    assert about["people"] == pytest.approx(1_450, abs=25)


def test_the_army_groups_run_from_end_to_end(tmp_path: Path) -> None:
    shared_path("data", "surveys", "bh1996.csv")
    summary = run(config_of("bh1996.toml"), tmp_path, Silent())
    [balance] = summary.intake.sources
    assert (balance.n_accepted, balance.n_rows) == (7_382, 14_764)
    folder = RunFolder(tmp_path)
    gates = Published(folder.published).table("reliability").set_index(["indicator", "kind"])
    # Method page, reproduction table: LEAD ICC1 .12703, ICC2 .91561 over the 99 groups.
    assert gates.loc[("support", "icc1"), "value"] == 0.13
    assert gates.loc[("support", "icc2"), "value"] == 0.92
    wave = read_answers(folder.canonical, "1996")
    homes = homes_of_forms(folder.canonical, "1996")["unit_id"]
    groups = build_groups_of(UNITS.read(folder.canonical), homes, 5)
    scale = wave.scale(("support",))
    assert scale is not None
    found = scale_gates(scale, wave.forms, groups).table.set_index("kind")["value"]
    assert found["icc1"] == pytest.approx(0.12703, abs=5e-6)
    assert found["icc2"] == pytest.approx(0.91561, abs=5e-6)
