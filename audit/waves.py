"""Survey waves before the judged one: how far groups swing, and on which side they lay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from audit.plan import Plugin
from audit.statistics.contrasts import window_contrasts
from audit.statistics.effects import build_groups
from audit.statistics.pooling import value_effects
from audit.statistics.variance import within_team_sd
from audit.survey import Answers, read_answers
from audit.view import WindowView
from core.tables.survey import WAVES

LEAST_WAVES = 3


@dataclass(frozen=True)
class Swing:
    """What earlier waves add to a judgement; nothing below three waves in all."""

    shock: float = 0.0
    """Variance of what befalls a whole group in one wave, in SD of answers within teams."""
    earlier: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Contrast of each group in each earlier wave; index group_id, one column a wave."""


def waves_before(canonical: Path, answers: Answers | None) -> tuple[Answers, ...]:
    """Return the two latest waves before the one that is judged; none where there are fewer."""
    if answers is None:
        return ()
    waves = WAVES.read(canonical)
    before = waves[waves["first_day"] < answers.first_day].sort_values(["first_day", "wave_id"])
    if len(before) + 1 < LEAST_WAVES:
        return ()
    ids = before["wave_id"].astype(str).tolist()[1 - LEAST_WAVES :]
    return tuple(read_answers(canonical, wave) for wave in ids)


def swing_of(plugin: Plugin, view: WindowView) -> Swing:
    """How far groups swing between the last three waves of a scale, and where they lay before.

    Formula
        Scores less the mean of their wave, in SD within teams; common-shock variance over
        unit x wave (step 5); contrast with the rest in each earlier wave.
    Shape
        A `Swing` over the groups of the view.
    Unit
        SD^2, SD. Range: shock 0 or more.
    Edge cases
        Fewer than three waves that asked the scale: nothing, and no window rule.
    Null
        None of its own: the shock widens the observed side of the test alone. Only the judged
        wave is tested: answers of the same people in several waves are not more people.
    Raises
        Nothing.
    Source
        `docs/method.md`, from observations to verdicts.

    >>> swing_of(plugin, view).earlier.shape
    (58, 2)
    """
    asked = list(_scored(plugin, view))
    if len(asked) < LEAST_WAVES:
        return Swing()
    scores = pd.concat([part for part, _ in asked], ignore_index=True)
    forms = pd.concat([part for _, part in asked], ignore_index=True)
    members = forms.assign(unit_id=forms["unit_id"].map(view.groups.leaf_of))
    effects = value_effects(scores, members, in_sd=True)
    table = view.groups.table[["group_id", "parent_id", "kind", "depth"]]
    groups = build_groups(table, view.groups.people(forms[["subject_id", "unit_id"]]), effects)
    # Pooled over waves the SD within teams holds their swing too: what is meant is that of one.
    own = effects.unit_sd / _sd_of_a_wave(scores, members)
    contrasts = own * window_contrasts(effects, groups)[:-1]
    earlier = pd.DataFrame(contrasts.T, index=list(groups.group_ids))
    return Swing(own**2 * effects.var_shock, earlier)


def _sd_of_a_wave(scores: pd.DataFrame, members: pd.DataFrame) -> float:
    places = members.set_index("subject_id")["unit_id"].reindex(scores["subject_id"])
    cell = scores["window_id"].astype(str) + " " + places.astype(str).to_numpy()
    codes = pd.factorize(cell, sort=True)[0].astype(np.int64)
    return within_team_sd(scores["value"].to_numpy(dtype=np.float64), codes) or 1.0


def _scored(plugin: Plugin, view: WindowView) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Scores and forms of each wave that asked the scale, oldest first, under ids of their own."""
    waves = [*view.tables.waves_before, view.tables.answers]
    for number, wave in enumerate(waves):
        if wave is None or wave.scale((plugin.meta.construct,)) is None:
            continue
        then = replace(view, tables=replace(view.tables, answers=wave))
        scores, forms = plugin.function(then), wave.forms
        if scores.empty:
            continue
        yield (
            scores.assign(
                subject_id=f"{number} " + scores["subject_id"].astype(str),
                window_id=number,
                value=scores["value"] - scores["value"].mean(),
            ),
            forms[["unit_id", "stratum"]].assign(
                subject_id=f"{number} " + forms["subject_id"].astype(str), window_id=number
            ),
        )
