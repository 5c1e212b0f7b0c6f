"""Runs experiments on several cores and keeps what came out."""

from __future__ import annotations

import multiprocessing
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.validate.experiment import Experiment, Setting, Summary
from audit.validate.plan import EXPERIMENTS
from core.progress import Reporter

CHUNKS_PER_WORKER = 8


@dataclass(frozen=True)
class Outcome:
    """One experiment that was run."""

    experiment: Experiment
    replications: int
    seconds: float
    summary: Summary


@dataclass(frozen=True)
class _Task:
    experiment: str
    seed: int
    number: int
    setting: Setting


def run_plan(
    experiments: Sequence[Experiment],
    setting: Setting,
    seed: int,
    workers: int,
    reporter: Reporter,
) -> Iterator[Outcome]:
    """Run experiments one after the other, each on all workers; yields each when it is done.

    The replications of an experiment depend on the seed and the experiment's name alone, not on
    workers, order or which other experiments run.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        for experiment in experiments:
            n = experiment.replications(setting)
            if not n:
                continue
            tasks = [_Task(experiment.name, seed, number, setting) for number in range(n)]
            reporter.start(experiment.title, n)
            started = time.perf_counter()
            found = _alone(tasks) if experiment.is_alone else _shared(pool, tasks, workers)
            tables = list(_counted(found, reporter))
            reporter.finish()
            seconds = time.perf_counter() - started
            yield Outcome(experiment, n, seconds, experiment.summarise(tables))


def replication(experiment: Experiment, setting: Setting, seed: int, number: int) -> pd.DataFrame:
    """Return the table of one replication."""
    entropy = [seed, zlib.crc32(experiment.name.encode())]
    rng = np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(number,)))
    return experiment.trial(rng, setting)


def chosen(targets: Iterable[str]) -> tuple[Experiment, ...]:
    """Return the experiments behind some targets or names of experiments, in the plan's order."""
    wanted = {name.strip().lower() for name in targets if name.strip()}
    if not wanted:
        return EXPERIMENTS
    return tuple(
        experiment
        for experiment in EXPERIMENTS
        if wanted & {experiment.name.lower(), *(name.lower() for name in experiment.targets)}
    )


def unknown(targets: Iterable[str]) -> list[str]:
    """Return names that are neither a target nor an experiment."""
    known = {experiment.name.lower() for experiment in EXPERIMENTS}
    known |= {name.lower() for experiment in EXPERIMENTS for name in experiment.targets}
    return [name for name in targets if name.strip() and name.strip().lower() not in known]


def _shared(pool: Executor, tasks: Sequence[_Task], workers: int) -> Iterator[pd.DataFrame]:
    size = max(1, len(tasks) // (CHUNKS_PER_WORKER * workers))
    return pool.map(_one, tasks, chunksize=size)


def _alone(tasks: Sequence[_Task]) -> Iterator[pd.DataFrame]:
    """Each task in a fresh process, one after the other: nobody else's memory or work counts."""
    spawn = multiprocessing.get_context("spawn")
    for task in tasks:
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            yield pool.submit(_one, task).result()


def _counted(tables: Iterable[pd.DataFrame], reporter: Reporter) -> Iterator[pd.DataFrame]:
    for table in tables:
        reporter.advance()
        yield table


def _one(task: _Task) -> pd.DataFrame:
    experiment = next(e for e in EXPERIMENTS if e.name == task.experiment)
    return replication(experiment, task.setting, task.seed, task.number)
