"""Seconds and memory of a full scan: replies in, a verdict for every group out.

10,000 people and about 0.5 M messages, at least 4,999 permutations and 20 per group. The company
is drawn in one process and scanned in a fresh one, whose peak memory is told. Beside it the same
permutations as a user would write them, at few draws, scaled up: `scipy.stats.permutation_test`
for each group, and a loop over pandas. Run from the root: `python -m benchmarks.full_scan`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from audit.reply_model import fit_reply_model, person_sums
from audit.statistics.effects import GroupSet, PersonEffects, build_groups
from audit.statistics.family import distinct_groups, family_numbers, test_family, tree_levels
from audit.statistics.permutation import default_draws
from audit.statistics.pooling import reply_effects
from audit.statistics.tree_search import highest_groups
from audit.statistics.verdicts import FLAGGED, JudgeRules, judge
from audit.validate.planted import PlantedCompany, Scenario, planted_company

T = TypeVar("T")
P = ParamSpec("P")
TABLES = ("observations", "members", "groups", "group_people", "truth")
SCIPY_GROUPS, SCIPY_DRAWS, LOOP_DRAWS = 5, 200, 20
MEGA = 1024.0**2


def main() -> None:
    """Draw, scan in a fresh process, print seconds by stage, memory and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--messages", type=float, default=50.0, help="mean per person")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    many = asked.people // 200
    scenario = Scenario(asked.people, messages=asked.messages, planted=1.0, n_planted=many)
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        apart(write_company, Path(name), scenario, asked.seed)
        print(f"generate and write {time.perf_counter() - started:13.2f} s (not in the scan)")
        tell(apart(scan, Path(name), asked.seed))


def apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Do something in a fresh process: this one stays small, so that its memory is not counted."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(work, *given, **named).result()


def write_company(folder: Path, scenario: Scenario, seed: int) -> None:
    """Draw a company and write its tables."""
    company = planted_company(scenario, np.random.default_rng(seed))
    for table in TABLES:
        getattr(company, table).to_parquet(folder / f"{table}.parquet")


def scan(folder: Path, seed: int) -> dict[str, float]:
    """Scan a written company; seconds by stage, counts and peak memory of this process."""
    clock = _Clock()
    company = clock.time(
        "read", lambda: PlantedCompany(*(pd.read_parquet(folder / f"{t}.parquet") for t in TABLES))
    )
    before = _peak()
    seen = company.observations
    fit = clock.time("fit", lambda: fit_reply_model(seen))
    sums = clock.time("sums", lambda: person_sums(seen, fit))
    effects = clock.time("effects", lambda: reply_effects(sums, company.members))
    groups = clock.time(
        "groups", lambda: build_groups(company.groups, company.group_people, effects)
    )
    rules, rng = JudgeRules(), np.random.default_rng(seed)
    rows = clock.time("judge", lambda: judge(effects, groups, rules, rng))
    peak = _peak()
    tested = _within_judge(clock, effects, groups, rows, np.random.default_rng(seed))
    _peers(clock, effects, tested, rng)
    return clock.seconds | {
        "messages": float(len(seen)),
        "people": float(len(effects.persons)),
        "n_groups": float(len(tested)),
        "draws": float(default_draws(len(tested))),
        "flagged": float(rows["verdict"].isin(FLAGGED).sum()),
        "peak_read": before,
        "peak": peak,
    }


def tell(found: dict[str, float]) -> None:
    """Print what a scan took."""
    stages = ("fit", "sums", "effects", "groups", "judge")
    total = sum(found[name] for name in stages)
    draws, groups = found["draws"], found["n_groups"]
    print(f"read                     {found['read']:7.2f} s (not in the scan)")
    for name in stages:
        print(f"{name:24s} {found[name]:7.2f} s")
    for name in ("permutations", "numbers of each group", "tree search"):
        print(f"  of which {name:22s} {found[name]:5.2f} s")
    print(f"full scan                {total:7.2f} s, peak {found['peak']:.0f} MB "
          f"({found['peak_read']:.0f} MB once the tables are read)")  # fmt: skip
    print(f"{found['messages']:,.0f} messages, {found['people']:,.0f} informative people")
    print(f"{groups:,.0f} groups tested, {draws:,.0f} draws, {found['flagged']:.0f} flagged")
    ours = found["permutations"]
    for name in ("scipy", "pandas"):
        print(f"the permutations by {name:6s} {found[name]:9,.0f} s scaled up "
              f"(x {found[name] / ours:,.0f} ours, {ours:.2f} s)")  # fmt: skip
    versions = (
        f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}"
    )
    print(f"{os.cpu_count()} cores, {versions}, {date.today()}")


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = work()
        self.seconds[name] = time.perf_counter() - started
        return result


def _within_judge(
    clock: _Clock,
    effects: PersonEffects,
    groups: GroupSet,
    rows: pd.DataFrame,
    rng: np.random.Generator,
) -> GroupSet:
    """Time the parts of a judgement once more, one by one; return the tested groups."""
    searched = rows["effect"].notna().to_numpy()
    tested_as = distinct_groups(groups, searched)
    tested = np.unique(tested_as[tested_as >= 0])
    chosen = groups.rows(tested)
    draws = default_draws(tested.size)
    family = clock.time("permutations", lambda: test_family(effects, chosen, draws, rng))
    level = tree_levels(groups, searched)[tested]
    clock.time("numbers of each group", lambda: family_numbers(effects, family, level, 1.0))
    flagged = rows["verdict"].isin(FLAGGED).to_numpy()
    clock.time("tree search", lambda: highest_groups(effects, groups, flagged, rng))
    return chosen


def _peers(
    clock: _Clock, effects: PersonEffects, tested: GroupSet, rng: np.random.Generator
) -> None:
    """Permute persons as a user would write it, scaled up to all groups and draws.

    Both do less than ours: no weights, no variance, no strata, no correction over groups.
    """
    draws = default_draws(len(tested))
    value = effects.effect

    def gap(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return np.mean(x, axis=axis) - np.mean(y, axis=axis)

    def by_scipy() -> None:
        for row in range(SCIPY_GROUPS):
            inside = np.zeros(value.size, dtype=np.bool_)
            inside[tested.people(row * len(tested) // SCIPY_GROUPS)] = True
            stats.permutation_test(
                (value[inside], value[~inside]), gap, n_resamples=SCIPY_DRAWS,
                vectorized=True, batch=100, rng=rng,
            )  # fmt: skip

    place = tested.members.tocoo()
    pairs = pd.DataFrame({"group": place.row, "person": place.col})

    def by_pandas() -> None:
        for _ in range(LOOP_DRAWS):
            drawn = pairs.assign(value=rng.permutation(value)[pairs["person"].to_numpy()])
            drawn.groupby("group")["value"].mean()

    clock.time("scipy", by_scipy)
    clock.time("pandas", by_pandas)
    clock.seconds["scipy"] *= len(tested) / SCIPY_GROUPS * draws / SCIPY_DRAWS
    clock.seconds["pandas"] *= draws / LOOP_DRAWS


def _peak() -> float:
    """Peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGA


if __name__ == "__main__":
    main()
