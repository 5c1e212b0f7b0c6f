"""Every attack succeeds where its defence is off, and gets nothing where all are on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_company import Published, publish_company

from audit.disclosure.defences import ALL, Defences
from audit.validate.attacks import across, counts, dominance, floor_fuzz, structure
from audit.validate.attacks.attempt import Attempt
from audit.validate.attacks.cubes import cubes
from audit.validate.attacks.differences import subtract_all
from audit.validate.attacks.leavers import Setting, regress, regress_all
from audit.validate.attacks.material import material
from audit.validate.attacks.redrawn import redraw_all
from audit.validate.attacks.republish import Replay, options_from
from audit.validate.attacks.row_space import recover_all, recover_by_least_squares
from audit.validate.attacks.walks import walk_all
from core.store import RunFolder

RNG = 5
Attack = Callable[[Published, Path], list[Attempt]]


def fuzz(made: Published, _: Path) -> list[Attempt]:
    return floor_fuzz.fuzz(*material(made.folder))


def row_space(made: Published, _: Path) -> list[Attempt]:
    seen, truth = material(made.folder)
    found = cubes(seen, truth)
    return [recover_all(found, seen.floor), recover_by_least_squares(found)]


def differencing(made: Published, _: Path) -> list[Attempt]:
    seen, truth = material(made.folder)
    return [subtract_all(cubes(seen, truth), seen.floor)]


def walks(made: Published, _: Path) -> list[Attempt]:
    seen, truth = material(made.folder)
    return [walk_all(seen, cubes(seen, truth), np.random.default_rng(RNG), 10)]


def periods(made: Published, _: Path) -> list[Attempt]:
    return [across.recover_across(across.told_so_far(made.folder), 8)]


def ties(made: Published, _: Path) -> list[Attempt]:
    return [structure.read_ties(*material(made.folder), structure.UnitTraffic(made.folder))]


def quality(made: Published, _: Path) -> list[Attempt]:
    return [counts.read_counts(material(made.folder)[0])]


def themes(made: Published, _: Path) -> list[Attempt]:
    return [counts.subtract_themes(*material(made.folder))]


def hidden_values(made: Published, scratch: Path) -> list[Attempt]:
    return redraw_all(*again(made, scratch), lambda stream: np.random.default_rng([RNG, stream]))


def one_member(made: Published, scratch: Path) -> list[Attempt]:
    return [dominance.plant(*again(made, scratch), np.random.default_rng(RNG))]


def again(made: Published, scratch: Path) -> tuple[Replay, RunFolder]:
    about = material(made.folder)[0].tables["about"]
    replay = Replay(made.folder, options_from(about), scratch, made.defences)
    return replay, replay.release("plain")


ATTACKS: dict[str, tuple[Attack, ...]] = {
    # What is under the floor is protected by the audit of the row space too: three rules off.
    "floor complement remainder": (fuzz,),
    "complement": (row_space, walks),
    "slices": (row_space, differencing, walks),
    "remainder": (differencing,),
    "waves": (periods,),
    "dominance": (one_member,),
    "ties": (ties,),
    "rounding": (fuzz,),
    "order": (hidden_values,),
    "counts": (quality,),
    "themes": (themes,),
}
_LONG = {"hidden_values", "one_member", "order", "dominance", "floor complement remainder"}
"""Attacks and switches that take ten seconds each: with the slow tests."""


def long_ones_marked(cases: Iterable[object], name: Callable[[object], str]) -> list[object]:
    """Return cases as parameters, the long ones marked slow."""
    return [
        pytest.param(one, marks=pytest.mark.slow if name(one) in _LONG else (), id=name(one))
        for one in cases
    ]


EVERY = tuple(dict.fromkeys(attack for attacks in ATTACKS.values() for attack in attacks))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish_company(tmp_path_factory.mktemp("all") / "run")


@pytest.mark.parametrize("attack", long_ones_marked(EVERY, lambda one: one.__name__))
def test_an_attack_gets_nothing_where_all_defences_are_on(
    whole: Published, attack: Attack, tmp_path: Path
) -> None:
    for one in attack(whole, tmp_path):
        assert one.got == 0, f"{one.name}: {one.places}"
        assert one.tried > 0, one.name


@pytest.mark.parametrize("switch", long_ones_marked(ATTACKS, str))
def test_an_attack_succeeds_where_its_defence_is_off(switch: str, tmp_path: Path) -> None:
    off = replace(ALL, **dict.fromkeys(switch.split(), False))
    made = publish_company(tmp_path / "run", defences=off)
    for attack in ATTACKS[switch]:
        got = sum(one.got for one in attack(made, tmp_path / "scratch"))
        assert got > 0, f"{attack.__name__} got nothing without {switch}"


@pytest.mark.slow
def test_numbers_of_small_groups_are_found_where_bands_are_off(tmp_path: Path) -> None:
    strict = publish_company(tmp_path / "on", policy="strict")
    bare = publish_company(tmp_path / "off", "strict", Defences(bands=False))
    assert sum(one.got for one in fuzz(strict, tmp_path)) == 0
    assert sum(one.got for one in fuzz(bare, tmp_path)) > 0


@pytest.mark.slow
def test_leavers_are_read_where_waves_or_rounding_are_off() -> None:
    on = regress_all(np.random.default_rng(RNG), draws=20_000)
    assert [one.got for one in on] == [0, 0, 0, 0]
    for off in (Defences(waves=False), Defences(rounding=False)):
        found = regress_all(np.random.default_rng(RNG), off, draws=2000)
        assert all(one.got > 0 for one in found), off


def test_the_leak_of_a_leaver_is_as_calculated() -> None:
    # By hand: R^2 = s / (n r sqrt(2 / pi)) = 13 / (20 x 5 x .798) = .163 at n = 20, .081 at 40.
    bare = Setting("standard", defences=Defences(waves=False))
    found = regress(bare, np.random.default_rng(RNG), 50_000)
    assert found[20] == pytest.approx(0.163, abs=0.01)
    assert found[40] == pytest.approx(0.081, abs=0.01)
