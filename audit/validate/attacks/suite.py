"""All attacks on one run, in one process or several; each tells what it tried and what it got."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from audit.disclosure.defences import ALL, Defences
from audit.validate.attacks import across, dominance, leavers, linkage, structure
from audit.validate.attacks.attempt import Attempt
from audit.validate.attacks.counts import read_counts, subtract_themes
from audit.validate.attacks.cubes import Cube, cubes
from audit.validate.attacks.differences import subtract_all
from audit.validate.attacks.floor_fuzz import fuzz
from audit.validate.attacks.forest import TREES, attack_forest
from audit.validate.attacks.material import Seen, Truth, material
from audit.validate.attacks.redrawn import redraw_all
from audit.validate.attacks.republish import Replay, options_from
from audit.validate.attacks.row_space import recover_all, recover_by_least_squares
from audit.validate.attacks.walks import walk_all
from core.progress import Reporter, stage
from core.store import RunFolder

SEED = 2026


@dataclass(frozen=True)
class Target:
    """A run under attack; `scratch` takes what is published again."""

    folder: RunFolder
    scratch: Path
    seed: int = SEED
    defences: Defences = ALL

    @cached_property
    def sides(self) -> tuple[Seen, Truth]:
        """Return the attacker's and the judge's side."""
        return material(self.folder)

    @cached_property
    def cubes(self) -> list[Cube]:
        """Return every cell with what of it was published."""
        return cubes(*self.sides)

    @cached_property
    def replay(self) -> Replay:
        """Return what publishes the run again."""
        options = options_from(self.sides[0].tables["about"])
        return Replay(self.folder, options, self.scratch, self.defences)

    @cached_property
    def plain(self) -> RunFolder:
        """Return the run published again as it is: what changed runs are compared with."""
        return self.replay.release("plain")

    def rng(self, stream: int) -> np.random.Generator:
        """Return the random numbers of one attack."""
        return np.random.default_rng([self.seed, stream])


Attack = Callable[[Target], Sequence[Attempt]]


def attack_run(
    folder: RunFolder,
    reporter: Reporter,
    *,
    seed: int = SEED,
    workers: int = 1,
    is_full: bool = False,
) -> Iterator[Attempt]:
    """Run every attack on a run in `workers` processes; in full also on 500 made-up companies.

    Order and outcome do not depend on the number of processes.
    """
    n_attacks = len(ATTACKS) + is_full
    with tempfile.TemporaryDirectory(prefix="isotherm-attack-") as scratch:
        target = Target(folder, Path(scratch), seed)
        with _pool(min(workers, len(ATTACKS))) as pool:
            outcomes = _outcomes(target, pool)
            for number, (name, outcome) in enumerate(outcomes.items(), start=1):
                reporter.start(f"Attack {number} of {n_attacks}: {name}", None)
                with stage(f"attack {name}"):
                    found = outcome()
                reporter.finish()
                yield from found
    if is_full:
        reporter.start(f"Attack {n_attacks} of {n_attacks}: random trees", TREES)
        with stage("attack random trees"):
            trees = attack_forest(seed, workers, reporter)
        reporter.finish()
        yield from trees


def _pool(workers: int) -> AbstractContextManager[Executor | None]:
    if workers <= 1:
        return nullcontext()
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _outcomes(target: Target, pool: Executor | None) -> dict[str, Callable[[], Sequence[Attempt]]]:
    """Return what carries out, or waits for, each attack; in a pool the longest start first."""
    if pool is None:
        return {name: partial(attack, target) for name, attack in ATTACKS.items()}
    by_length = sorted(ATTACKS, key=lambda name: name not in _LONGEST)
    started = {name: pool.submit(_carried_out, target, name).result for name in by_length}
    return {name: started[name] for name in ATTACKS}


def _carried_out(target: Target, name: str) -> list[Attempt]:
    return list(ATTACKS[name](target))


def _numbers(target: Target) -> list[Attempt]:
    seen, floor = target.sides[0], target.sides[0].floor
    return [
        recover_all(target.cubes, floor),
        recover_by_least_squares(target.cubes),
        across.recover_across(across.told_so_far(target.folder), floor),
        subtract_all(target.cubes, floor),
        walk_all(seen, target.cubes, target.rng(1)),
    ]


def _ties(target: Target) -> list[Attempt]:
    return [structure.read_ties(*target.sides, structure.UnitTraffic(target.folder))]


def _dominance(target: Target) -> list[Attempt]:
    return [
        dominance.read_dominated(*target.sides),
        dominance.plant(target.replay, target.folder, target.rng(5)),
    ]


ATTACKS: Mapping[str, Attack] = {
    "floor fuzz": lambda target: fuzz(*target.sides),
    "row space, differencing and walks": _numbers,
    "unit graph": _ties,
    "redrawn values and traffic": lambda t: redraw_all(t.replay, t.plain, t.rng),
    "dominance": _dominance,
    "counts and themes": lambda t: [read_counts(t.sides[0]), subtract_themes(*t.sides)],
    "leavers and joiners": lambda target: leavers.regress_all(target.rng(3)),
    "linkage": lambda target: linkage.link_all(target.scratch, seed=target.seed),
}
"""All attacks by name, in the order in which they are told."""
_LONGEST = frozenset({"redrawn values and traffic", "dominance"})
