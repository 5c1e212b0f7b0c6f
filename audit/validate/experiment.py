"""What an experiment of the validation plan is, and what comes out of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from audit.statistics.verdicts import JudgeRules
from audit.validate.estimators import ESTIMATORS, Estimator

RARE = 0.001
"""A quick bound is missed by a correct estimator in one of a thousand runs."""
FEW_DRAWS = 199
"""Permuting messages is dear and wrong enough to be seen with few draws."""


@dataclass(frozen=True)
class Setting:
    """What holds for a whole validation: how many replications, which estimator, which mail."""

    is_quick: bool = False
    broken: str = ""
    mail: Path | None = None

    @property
    def estimator(self) -> Estimator:
        """Return the estimator under validation."""
        return ESTIMATORS[self.broken]

    def rules(self, draws: int | None) -> JudgeRules:
        """Return the product's rules with so many draws; None for the product's own number."""
        if self.broken == "messages":
            draws = min(draws or FEW_DRAWS, FEW_DRAWS)
        return JudgeRules(draws=draws)


@dataclass(frozen=True)
class Figure:
    """One measured number beside its bounds; without bounds it is told for the record."""

    target: str
    what: str
    value: float
    least: float | None = None
    most: float | None = None
    trials: int = 0
    """Trials behind a share: its bounds widen by binomial error in a quick run."""
    slack: float = 0.0
    """By how much the bounds of any other number widen in a quick run."""

    def bounds(self, is_quick: bool) -> tuple[float | None, float | None]:
        """Return the bounds that hold; those of a full run are the plan's own, never wider."""
        if not is_quick:
            return self.least, self.most
        if self.trials:
            return (
                _quantile(self.least, self.trials, RARE),
                _quantile(self.most, self.trials, 1.0 - RARE),
            )
        least = None if self.least is None else self.least - self.slack
        return least, None if self.most is None else self.most + self.slack

    def is_met(self, is_quick: bool) -> bool:
        """Say whether the value lies within its bounds; a number that is not known does not."""
        least, most = self.bounds(is_quick)
        if least is None and most is None:
            return True
        low = least is None or self.value >= least
        return low and (most is None or self.value <= most)


@dataclass(frozen=True)
class Curve:
    """Lines to draw: each series a name and its points."""

    title: str
    x: str
    y: str
    series: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    is_diagonal: bool = False
    """Whether the truth would be the diagonal."""


@dataclass(frozen=True)
class Summary:
    """What all replications of an experiment say together."""

    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...] = ()


Trial = Callable[[np.random.Generator, Setting], pd.DataFrame]
Summarise = Callable[[Sequence[pd.DataFrame]], Summary]


@dataclass(frozen=True)
class Experiment:
    """One entry of the plan.

    `trial` is one replication; `summarise` reads the tables of all of them, in their order.
    """

    name: str
    targets: tuple[str, ...]
    title: str
    trial: Trial
    summarise: Summarise
    full: int
    quick: int
    is_alone: bool = False
    """Whether every trial needs a process of its own: seconds and memory are measured."""
    needs_mail: bool = False
    """Whether it runs only where an audit of real mail is named."""

    def replications(self, setting: Setting) -> int:
        """Return how many replications this setting asks for."""
        if self.needs_mail and setting.mail is None:
            return 0
        return self.quick if setting.is_quick else self.full


def _quantile(bound: float | None, trials: int, level: float) -> float | None:
    return None if bound is None else float(binom.ppf(level, trials, bound)) / trials
