"""The same seed and other seeds (R1), and seconds and memory of a large company (T1)."""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from audit.statistics.verdicts import FLAGGED, judge
from audit.validate.experiment import Experiment, Figure, Setting, Summary
from audit.validate.planted import Scenario, planted_company

SEEDS = 5
DRAWS = 4999
LARGE = Scenario(n_people=10_000, n_departments=60, messages=50.0, planted=1.0, n_planted=20)
KIB_PER_GB = 1024.0**2


def judged_twice(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """One company judged twice with one seed, and with other seeds of the draws."""
    effects, groups = setting.estimator(planted_company(Scenario(planted=0.8), rng))
    first = int(rng.integers(2**32))
    seeds = [first, first, *(int(seed) for seed in rng.integers(0, 2**32, SEEDS - 1))]
    rows = [
        judge(effects, groups, setting.rules(DRAWS), np.random.default_rng(seed)) for seed in seeds
    ]
    digests = [hashlib.sha256(table.to_csv().encode()).hexdigest() for table in rows[:2]]
    flagged = [table[table["verdict"].isin(FLAGGED)] for table in rows[1:]]
    marked = [set(zip(t["group_id"], t["verdict"], strict=True)) for t in flagged]
    overlap = [len(a & b) / max(len(a | b), 1) for a, b in combinations(marked, 2)]
    return pd.DataFrame(
        {
            "same_bytes": [digests[0] == digests[1]],
            "jaccard": [float(np.mean(overlap))],
            "n_flagged": [float(np.mean([len(one) for one in marked]))],
        }
    )


def repeatability(tables: Sequence[pd.DataFrame]) -> Summary:
    """R1."""
    rows = pd.concat(list(tables), ignore_index=True)
    return Summary(
        (
            Figure(
                "R1", "same seed: companies with identical bytes", rows["same_bytes"].mean(), 1.0
            ),
            Figure(
                "R1",
                "other seeds: Jaccard of verdicts, mean over companies",
                float(rows["jaccard"].mean()),
                0.90,
                slack=0.03,
            ),
            Figure("R1", "verdicts, watch or more, per company", float(rows["n_flagged"].mean())),
        )
    )


def large_company(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """Seconds and peak memory of the reply model, the effects and the full scan."""
    company = planted_company(LARGE, rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, busy = time.perf_counter(), time.process_time()
    effects, groups = setting.estimator(company)
    fitted = time.perf_counter()
    rows = judge(effects, groups, setting.rules(DRAWS), rng)
    ended = time.perf_counter()
    return pd.DataFrame(
        {
            "messages": [len(company.observations)],
            "groups": [int(rows["p"].notna().sum())],
            "fit_s": [fitted - started],
            "scan_s": [ended - fitted],
            "cpu_s": [time.process_time() - busy],
            "gb": [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GB],
            "before_gb": [before / KIB_PER_GB],
        }
    )


def large_company_cost(tables: Sequence[pd.DataFrame]) -> Summary:
    """T1: seconds include the reply model; memory is the peak of the whole process."""
    rows = pd.concat(list(tables), ignore_index=True)
    # Whatever else the machine does only adds seconds: the fastest run counts, and most memory.
    rows = rows.assign(total_s=rows["fit_s"] + rows["scan_s"]).sort_values("total_s")
    row = rows.iloc[0].astype("float64")
    size = f"{int(row['messages']):,} messages, {int(row['groups']):,} groups tested"
    return Summary(
        (
            Figure(
                "T1",
                f"seconds, {size}",
                float(row["fit_s"] + float(row["scan_s"])),
                None,
                30.0,
                slack=30.0,
            ),
            Figure("T1", "of these the scan", float(row["scan_s"])),
            Figure("T1", "seconds of one core for all of it", float(row["cpu_s"])),
            Figure("T1", "peak memory (GB), with the data", float(rows["gb"].max()), None, 2.0),
            Figure("T1", "memory before the scan (GB)", float(row["before_gb"])),
        )
    )


EXPERIMENTS = (
    Experiment(
        "seeds",
        ("R1",),
        "The same seed, and other seeds of the draws",
        judged_twice,
        repeatability,
        full=30,
        quick=3,
    ),
    Experiment(
        "large",
        ("T1",),
        "10,000 people and half a million messages",
        large_company,
        large_company_cost,
        full=3,
        quick=1,
        is_alone=True,
    ),
)
