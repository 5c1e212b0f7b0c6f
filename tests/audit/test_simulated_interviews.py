"""The interviews of the made-up company: two coders who agree, themes as they were planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audit.qualitative import Agreement, agreement
from ingest.simulate.interviews import (
    CODEBOOK,
    PER_TEAM,
    Coding,
    hold_interviews,
    interviewed_teams,
    write_codes,
)
from ingest.simulate.org import Company, build_company
from ingest.simulate.scenarios import FIRST_DAY, plan_of, streams_of

SEEDS = (1, 2, 3, 4, 5, 6, 7)


def company(scenario: str, seed: int) -> Company:
    return build_company(plan_of(scenario), FIRST_DAY, streams_of(seed)["company"])


def held(scenario: str, seed: int) -> tuple[Company, list[Coding]]:
    made = company(scenario, seed)
    return made, hold_interviews(made, streams_of(seed)["interviews"])


def as_codes(codings: list[Coding]) -> pd.DataFrame:
    rows = [(c.interview, c.team, c.coder, c.code.label, c.polarity, c.code.element)
            for c in codings]  # fmt: skip
    names = ["interview_id", "unit_id", "coder_id", "code", "polarity", "element"]
    return pd.DataFrame(rows, columns=names)


def coders(scenario: str, seed: int) -> Agreement:
    return agreement(as_codes(held(scenario, seed)[1]))


def test_about_thirty_five_interviews_are_coded_twice_with_an_alpha_of_about_eight() -> None:
    found = [coders("planted", seed) for seed in SEEDS]
    assert {(f.n_interviews, f.n_coders, f.n_shared) for f in found} == {(36, 2, 36)}
    assert np.mean([f.on_codes for f in found]) == pytest.approx(0.83, abs=0.05)
    assert all(f.is_enough for f in found)


def test_cold_teams_speak_of_strains_and_warm_ones_of_help() -> None:
    for seed in SEEDS:
        made, codings = held("planted", seed)
        for row in interviewed_teams(made):
            team = made.teams[row]
            if team.effect * team.survey <= 0:
                continue  # a blind spot: strains and help side by side
            given = [c.code.polarity for c in codings if c.team == row]
            strains = given.count("negative") / len(given)
            assert strains > 0.6 if team.survey < 0 else strains < 0.4


def test_nine_are_asked_in_each_team_that_is_large_enough() -> None:
    made, codings = held("planted", 7)
    teams = interviewed_teams(made)
    assert len(teams) == 4
    by_team = {row: {c.interview for c in codings if c.team == row} for row in teams}
    assert all(len(ids) == PER_TEAM for ids in by_team.values())
    assert len({c.interview for c in codings}) == 4 * PER_TEAM


def test_nobody_is_interviewed_where_nothing_differs() -> None:
    assert held("null", 7)[1] == []


def test_the_file_names_nobody_and_every_code_is_in_the_book(tmp_path: Path) -> None:
    made, codings = held("small", 7)
    write_codes(made, codings, tmp_path / "codes.csv")
    text = (tmp_path / "codes.csv").read_text(encoding="utf-8")
    assert "@" not in text
    assert not any(f"E{number}" in text for number in made.people.number)
    table = pd.read_csv(tmp_path / "codes.csv")
    book = {code.label: code.element for code in CODEBOOK}
    assert dict(zip(table["Code"], table["Element"], strict=True)).items() <= book.items()
    write_codes(made, held("small", 7)[1], tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "codes.csv").read_bytes()


def test_a_new_part_of_the_company_leaves_the_others_as_they_were() -> None:
    # The eight first streams are those that a company of eight parts had.
    names = ("company", "outside", "roots", "answers", "surroundings", "trace", "slack", "survey")
    children = np.random.SeedSequence(7).spawn(len(names))
    now = streams_of(7)
    for name, child in zip(names, children, strict=True):
        before = np.random.Generator(np.random.PCG64(child))
        assert now[name].integers(0, 2**32) == before.integers(0, 2**32)
