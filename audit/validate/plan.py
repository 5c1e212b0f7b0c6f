"""The validation plan: every experiment, in the order in which they run.

A new target is one `Experiment` in the list of its module.
"""

from __future__ import annotations

from audit.validate import calibration, chance, power
from audit.validate.experiment import Experiment

EXPERIMENTS: tuple[Experiment, ...] = (
    *chance.EXPERIMENTS,
    *power.EXPERIMENTS,
    *calibration.EXPERIMENTS,
)
