"""Whole audits of companies in which nothing is planted: how often anything is confirmed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from audit import pipeline
from audit.config.audit_file import load_config
from core.progress import Silent
from core.store import RunFolder
from core.tables.results import VERDICTS
from ingest.simulate.scenarios import simulate

CONFIRMED = ("desert", "hotspot")


@dataclass(frozen=True)
class NullRun:
    """One whole audit without anything to find."""

    seed: int
    confirmed: tuple[tuple[int, str, str], ...]
    """(period, layer, group) of every confirmed verdict: each of them is false."""
    n_watch: int
    """Verdicts on watch, over both layers and all periods."""
    n_judged: int
    """Verdicts that rest on a number."""


def null_runs(seeds: Iterable[int], workers: int = 2) -> list[NullRun]:
    """Audit one `null` company per seed, from written exports to verdicts.

    The company, its exports, the reading of them, the estimator and the rules are those of any
    audit; only the indicators that carry no verdict are left out.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        return list(pool.map(null_run, seeds))


def null_run(seed: int) -> NullRun:
    """Audit the `null` company of one seed."""
    with TemporaryDirectory() as name:
        root = Path(name)
        made = simulate("null", seed, root / "exports")
        config = load_config(made.config)
        leads = (config.judgement.lead_behaviour, *config.judgement.lead_perception)
        only = config.indicators.model_copy(update={"use": leads})
        pipeline.run(config.model_copy(update={"indicators": only}), root / "run", Silent())
        verdicts = VERDICTS.read(RunFolder.open(root / "run").results)
    found = verdicts[verdicts["verdict"].isin(CONFIRMED)]
    keys = found[["window_id", "layer", "group_id"]].itertuples(index=False, name=None)
    return NullRun(
        seed,
        tuple((int(period), str(layer), str(group)) for period, layer, group in keys),
        int(verdicts["verdict"].str.endswith("_watch").sum()),
        int(verdicts["effect_shrunk"].notna().sum()),
    )
