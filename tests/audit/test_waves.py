"""Three survey waves: the swing of groups widens the test, and a verdict has to last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.config.audit_file import AuditConfig, load_config
from audit.judging import Judged
from audit.perception import judge_perception
from audit.registry import indicators
from audit.survey import Answers
from audit.view import WindowView
from audit.waves import swing_of, waves_before
from core.tables.survey import INVITED, ITEMS, RESPONSES, SCALES, WAVES

FELT = indicators.get("felt_listening")


def wave(rng: np.random.Generator, **lower: float) -> Answers:
    """Return 40 forms a unit around 4 with an SD of 1; named units lie so much lower."""
    feel = rng.normal(size=40)
    feel = (feel - feel.mean()) / feel.std(ddof=1)
    scores = {
        f"{unit}{i:02d}": 4.0 + feel[i] - lower.get(unit, 0.0)
        for unit in made.UNITS
        for i in range(40)
    }
    asked = made.answers(scores)
    return replace(
        asked, invited=pd.DataFrame({"unit_id": list(made.UNITS), "n_invited": [40, 40, 40]})
    )


def view(*waves: Answers) -> WindowView:
    found = made.view(with_edges=False, asked=waves[-1])
    return replace(found, tables=replace(found.tables, waves_before=tuple(waves[:-1])))


@pytest.fixture
def config(tmp_path: Path) -> AuditConfig:
    (tmp_path / "r.csv").touch()
    (tmp_path / "a.toml").write_text(
        '[audit]\nname = "A"\n[[source]]\nreader = "roster_csv"\npath = "r.csv"\n'
        "[judgement]\npermutations = 999\n"
    )
    return load_config(tmp_path / "a.toml")


def judged(config: AuditConfig, *waves: Answers) -> pd.DataFrame:
    found = judge_perception(FELT, view(*waves), config)
    assert isinstance(found, Judged)
    return found.judgement.set_index("group_id")


def test_contrasts_of_earlier_waves_by_hand(rng: np.random.Generator) -> None:
    # Teams have an SD of 1 each, so that a unit 1 lower lies 1 SD below the rest, which are alike.
    swing = swing_of(FELT, view(wave(rng, a=1.0), wave(rng, b=0.5), wave(rng)))
    assert swing.earlier.shape[1] == 2
    assert swing.earlier.loc["a"].tolist() == pytest.approx([-1.0, 0.25])
    assert swing.earlier.loc["b"].tolist() == pytest.approx([0.5, -0.5])
    assert swing.earlier.loc["c"].tolist() == pytest.approx([0.5, 0.25])


def test_groups_that_stay_where_they_are_do_not_swing(rng: np.random.Generator) -> None:
    still = swing_of(FELT, view(*(wave(rng, a=1.0) for _ in range(3))))
    assert still.shock == 0.0
    moved = swing_of(FELT, view(wave(rng, a=1.5), wave(rng, b=1.5), wave(rng, c=1.5)))
    assert moved.shock > 0.3


def test_a_shift_of_the_whole_company_is_no_swing(rng: np.random.Generator) -> None:
    waves = [wave(rng, a=s, b=s, c=s) for s in (0.0, 1.0, 2.0)]
    swing = swing_of(FELT, view(*waves))
    assert swing.shock == 0.0
    assert swing.earlier.abs().max(axis=None) < 1e-9


def test_with_fewer_than_three_waves_nothing_is_added(rng: np.random.Generator) -> None:
    swing = swing_of(FELT, view(wave(rng, a=1.0), wave(rng, a=1.0)))
    assert (swing.shock, swing.earlier.shape[1]) == (0.0, 0)


def test_a_verdict_of_three_waves_has_to_last(
    rng: np.random.Generator, config: AuditConfig
) -> None:
    cold, warm = {"a": 0.9}, {"a": -0.9}
    alone = judged(config, wave(rng, **cold)).loc["a"]
    assert alone["verdict"] == "desert"
    lasting = judged(config, *(wave(rng, **cold) for _ in range(3))).loc["a"]
    assert lasting[["verdict", "n_windows", "n_same_sign"]].tolist() == ["desert", 3, 3]
    turned = judged(config, wave(rng, **warm), wave(rng, **warm), wave(rng, **cold)).loc["a"]
    assert turned["n_same_sign"] == 1
    assert turned["verdict"] != "desert"
    # The swing is as large as the effect: it widens the test as well.
    assert turned["se"] > 2 * alone["se"]


def test_the_two_latest_waves_before_are_read(tmp_path: Path) -> None:
    days = [100, 130, 160, 190]
    WAVES.write(
        pd.DataFrame(
            {
                "wave_id": ["w0", "w1", "w2", "w3"], "first_day": days,
                "last_day": [day + 5 for day in days], "mode": "anonymous", "min_people": 8,
            }
        ).reindex(columns=WAVES.names),
        tmp_path,
    )  # fmt: skip
    for contract in (RESPONSES, ITEMS, SCALES, INVITED):
        contract.write(contract.empty(), tmp_path)
    now = replace(made.answers({"a0": 1.0}), first_day=190)
    assert [a.wave_id for a in waves_before(tmp_path, now)] == ["w1", "w2"]
    assert waves_before(tmp_path, replace(now, first_day=130)) == ()
    assert waves_before(tmp_path, None) == ()
