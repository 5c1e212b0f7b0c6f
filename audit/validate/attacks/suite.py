"""All attacks on one run, one after the other; each is told what it tried and what it got."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from audit.disclosure.defences import ALL, Defences
from audit.validate.attacks import across, dominance, leavers, linkage, order, structure
from audit.validate.attacks.attempt import Attempt
from audit.validate.attacks.counts import read_counts, subtract_themes
from audit.validate.attacks.cubes import Cube, cubes
from audit.validate.attacks.differences import subtract_all
from audit.validate.attacks.floor_fuzz import fuzz
from audit.validate.attacks.forest import attack_forest
from audit.validate.attacks.material import Seen, Truth, material
from audit.validate.attacks.republish import Replay, options_from
from audit.validate.attacks.row_space import recover_all, recover_by_least_squares
from audit.validate.attacks.walks import walk_all
from core.progress import Reporter, stage
from core.store import RunFolder

SEED = 2026
WORKERS = 2

Attack = Callable[[], Sequence[Attempt]]


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


def attack_run(
    folder: RunFolder, reporter: Reporter, *, is_full: bool = False, seed: int = SEED
) -> Iterator[Attempt]:
    """Run every attack on a run; with `is_full` also on 500 made-up companies."""
    with tempfile.TemporaryDirectory(prefix="isotherm-attack-") as scratch:
        target = Target(folder, Path(scratch), seed)
        attacks = attacks_on(target)
        if is_full:
            attacks = [*attacks, ("random trees", lambda: attack_forest(seed, WORKERS, reporter))]
        for name, attack in attacks:
            reporter.start(f"Attacking: {name}", None)
            with stage(f"attack {name}"):
                found = attack()
            reporter.finish()
            yield from found


def attacks_on(target: Target) -> list[tuple[str, Attack]]:
    """Return the attacks by name, in the order in which they are run."""
    return [
        ("floor fuzz", lambda: fuzz(*target.sides)),
        ("row space", lambda: _row_space(target)),
        ("differencing", lambda: [subtract_all(target.cubes, target.sides[0].floor)]),
        ("filter walks", lambda: [walk_all(target.sides[0], target.cubes, target.rng(1))]),
        ("unit graph", lambda: _graph(target)),
        ("order", lambda: [order.shuffle_hidden(target.replay, target.plain, target.rng(2))]),
        ("dominance", lambda: _dominance(target)),
        ("counts", lambda: [read_counts(target.sides[0]), subtract_themes(*target.sides)]),
        ("leavers", lambda: leavers.regress_all(target.rng(3))),
        ("linkage", lambda: linkage.link_all(target.scratch, seed=target.seed)),
    ]


def _row_space(target: Target) -> list[Attempt]:
    floor = target.sides[0].floor
    return [
        recover_all(target.cubes, floor),
        recover_by_least_squares(target.cubes),
        across.recover_across(across.told_so_far(target.folder), floor),
    ]


def _graph(target: Target) -> list[Attempt]:
    traffic = structure.UnitTraffic(target.folder)
    return [
        structure.read_ties(*target.sides, traffic),
        structure.redraw_traffic(target.replay, target.plain, target.rng(4)),
    ]


def _dominance(target: Target) -> list[Attempt]:
    return [
        dominance.read_dominated(*target.sides),
        dominance.plant(target.replay, target.plain, target.rng(5)),
    ]
