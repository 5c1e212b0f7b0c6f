"""The full form: 500 made-up companies, two or three waves each, every published table.

Random private results go through the publisher itself; row-space recovery (exact and numeric),
subset differencing, recovery across periods and releases, walks, contact and the floor fuzz are
run on what comes out. Every tenth company is written as documents too, and these are attacked.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from audit.disclosure.defences import ALL, Defences
from audit.publish import publish
from audit.validate.attacks.across import Told, recover_across, told_by
from audit.validate.attacks.attempt import Attempt
from audit.validate.attacks.cubes import cubes
from audit.validate.attacks.differences import subtract_all
from audit.validate.attacks.floor_fuzz import fuzz
from audit.validate.attacks.material import Seen, Truth, material
from audit.validate.attacks.random_company import Shape, next_wave, random_company
from audit.validate.attacks.random_results import empty_run, options_of, write_results
from audit.validate.attacks.row_space import recover_all, recover_by_least_squares
from audit.validate.attacks.structure import UnitTraffic, read_ties
from audit.validate.attacks.walks import walk_all
from core.engine import DuckDBEngine
from core.progress import Reporter, Silent
from reports.build import build_reports

TREES = 500
WALKS = 2
_WRITTEN = 10
_FORMATS = ("json", "graphml", "network_html", "xlsx")
_POLICIES = ("standard", "standard", "strict")
_FLOORS = (8, 8, 5, 10)


@dataclass(frozen=True)
class Tree:
    """One made-up company: its number decides its waves, policy, floor and documents."""

    seed: int
    number: int
    defences: Defences = ALL

    @property
    def policy(self) -> str:
        """Return the disclosure policy: strict for every third company."""
        return _POLICIES[self.number % len(_POLICIES)]

    @property
    def min_people(self) -> int:
        """Return the floor."""
        return _FLOORS[self.number % len(_FLOORS)]

    @property
    def has_second_release(self) -> bool:
        """Return whether a third wave is published in a release of its own."""
        return self.number % 2 == 1

    @property
    def is_written(self) -> bool:
        """Return whether documents are written."""
        return self.number % _WRITTEN == 0


def attack_forest(
    seed: int, workers: int, reporter: Reporter, n_trees: int = TREES, defences: Defences = ALL
) -> list[Attempt]:
    """Attack `n_trees` made-up companies in `workers` processes and add up what was got."""
    trees = [Tree(seed, number, defences) for number in range(n_trees)]
    found: dict[str, Attempt] = {}
    for attempts in _attacked(trees, workers):
        reporter.advance()
        for one in attempts:
            found[one.name] = _added(found.get(one.name), one)
    says = f"{n_trees} made-up companies of two or three waves"
    return [replace(one, name=f"random trees: {name}", says=says) for name, one in found.items()]


def attack_tree(tree: Tree, scratch: Path) -> list[Attempt]:
    """Publish one made-up company, in one release or two, and attack all that came out."""
    rng = np.random.default_rng([tree.seed, tree.number])
    shape = Shape()
    first = random_company(rng, shape)
    second = next_wave(rng, shape, first, 1)
    waves = [{1: first, 2: second}]
    if tree.has_second_release:
        waves.append({2: second, 3: next_wave(rng, shape, second, 2)})
    folder = empty_run(scratch / f"tree-{tree.number}")
    out: list[Attempt] = []
    told: list[Told] = []
    for release, periods in enumerate(waves):
        write_results(folder, periods, shape, rng)
        options = options_of(tree.policy, tree.min_people, f"release {release}")
        with DuckDBEngine() as engine:
            publish(folder, options, engine, Silent(), defences=tree.defences)
        if tree.is_written:
            build_reports(folder.published, folder.reports, _written(), Silent())
        seen, truth = material(folder)
        told += told_by(seen, truth)
        out += [*_release(seen, truth, rng), read_ties(seen, truth, UnitTraffic(folder))]
    return [*out, recover_across(told, tree.min_people)]


def _release(seen: Seen, truth: Truth, rng: np.random.Generator) -> list[Attempt]:
    found = cubes(seen, truth)
    return [
        recover_all(found, seen.floor),
        recover_by_least_squares(found),
        subtract_all(found, seen.floor),
        walk_all(seen, found, rng, WALKS),
        *fuzz(seen, truth),
    ]


def _attacked(trees: Sequence[Tree], workers: int) -> Iterator[list[Attempt]]:
    with tempfile.TemporaryDirectory(prefix="isotherm-trees-") as scratch:
        attack = partial(attack_tree, scratch=Path(scratch))
        if workers <= 1:
            yield from map(attack, trees)
            return
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
            yield from pool.map(attack, trees)


def _added(sum_so_far: Attempt | None, one: Attempt) -> Attempt:
    if sum_so_far is None:
        return one
    return replace(
        one,
        tried=sum_so_far.tried + one.tried,
        got=sum_so_far.got + one.got,
        places=tuple(sorted({*sum_so_far.places, *one.places})),
        has_failed=sum_so_far.has_failed or one.has_failed,
    )


def _written() -> tuple[str, ...]:
    from reports.registry import writers  # noqa: PLC0415 - writers load their libraries

    return tuple(name for name in writers.names() if name in _FORMATS)
