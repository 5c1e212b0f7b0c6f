"""The validation plan: every experiment, in the order in which they run.

A new target is one `Experiment` in the list of its module, and one line in `TARGETS`.
"""

from __future__ import annotations

from audit.validate import abuse, calibration, chance, layers, missing, power, real_mail, running
from audit.validate.experiment import Experiment

EXPERIMENTS: tuple[Experiment, ...] = (
    *chance.EXPERIMENTS,
    *real_mail.EXPERIMENTS,
    *power.EXPERIMENTS,
    *calibration.EXPERIMENTS,
    *abuse.EXPERIMENTS,
    *missing.EXPERIMENTS,
    *running.EXPERIMENTS,
    *layers.EXPERIMENTS,
)
