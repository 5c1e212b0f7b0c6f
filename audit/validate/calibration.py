"""Whether intervals hold the truth and odds mean what they say: D5 and the odds in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from audit.validate.chance import KEPT
from audit.validate.experiment import Curve, Experiment, Figure, Setting, Summary
from audit.validate.nulls import judged, odds_calibration
from audit.validate.planted import Scenario, planted_company

TEAM_SDS = (0.14, 0.30)
"""As measured in a mid-size firm, and twice as much."""
DRAWS = 999
ODDS_DRAWS = 299
LEAST_TENTH = 150
"""Groups in a tenth from which its share is bound; a full run has more than 1,000 in each."""
MOST_GAP = 0.05


def company_with_differences(
    rng: np.random.Generator, setting: Setting, scenario: Scenario, draws: int
) -> pd.DataFrame:
    """One company of each team SD, judged, beside its truth."""
    parts = []
    for team_sd in TEAM_SDS:
        company = planted_company(replace(scenario, team_sd=team_sd), rng)
        rows = judged(company, setting.rules(draws), rng, setting.estimator)
        parts.append(rows[list(KEPT)].assign(team_sd=team_sd))
    return pd.concat(parts, ignore_index=True)


def coverage_and_odds(tables: Sequence[pd.DataFrame], n_people: int) -> Summary:
    """D5 and the odds, on the same companies."""
    rows = pd.concat(list(tables), ignore_index=True)
    rows = rows[rows["effect"].notna() & rows["true_effect"].notna()]
    figures = [figure for sd in TEAM_SDS for figure in _coverage(rows[rows["team_sd"] == sd], sd)]
    odds = odds_of(tables, n_people)
    return Summary((*figures, *odds.figures), odds.curves)


def odds_of(tables: Sequence[pd.DataFrame], n_people: int) -> Summary:
    """Stated against true share of cooler groups in each tenth of the odds."""
    table = odds_calibration(list(tables))
    known = table[table["n"] >= LEAST_TENTH]
    tenth, n = known["tenth"].to_numpy(np.int64), known["n"].to_numpy(np.int64)
    stated, true = known["stated"].to_numpy(np.float64), known["true"].to_numpy(np.float64)
    figures = [
        Figure(
            "ODDS",
            f"{n_people} people, tenth {tenth[i] + 1} of the odds ({n[i]:,} groups): "
            f"stated {stated[i]:.2f}, true {true[i]:.2f}",
            float(true[i] - stated[i]),
            -MOST_GAP,
            MOST_GAP,
            slack=3.0 * float(np.sqrt(0.25 / n[i])),
        )
        for i in range(len(known))
    ]
    enough = f"{n_people} people: tenths with at least {LEAST_TENTH} groups"
    figures.append(Figure("ODDS", enough, float(len(known)), 10.0, None, slack=3.0))
    points = tuple((float(x), float(y)) for x, y in zip(stated, true, strict=True))
    curve = Curve(
        f"ODDS: {n_people} people",
        "stated odds of being cooler",
        "share truly cooler",
        ((f"{n_people} people", points),),
        is_diagonal=True,
    )
    return Summary(tuple(figures), (curve,))


def _coverage(rows: pd.DataFrame, sd: float) -> list[Figure]:
    held = rows["true_effect"].between(rows["low"], rows["high"])
    small = rows["n_people"] <= rows["n_people"].quantile(0.25)
    where = f"team SD {sd:.2f}".replace("0.", ".")
    return [
        Figure(
            "D5",
            f"{where}: intervals that hold the truth, all groups ({len(rows):,})",
            float(held.mean()),
            0.88,
            0.92,
            slack=4.0 * float(np.sqrt(0.09 / len(rows))),
        ),
        Figure(
            "D5",
            f"{where}: the same, smallest quartile ({int(small.sum()):,})",
            float(held[small].mean()),
            0.85,
            None,
            slack=4.0 * float(np.sqrt(0.09 / max(int(small.sum()), 1))),
        ),
    ]


EXPERIMENTS = (
    Experiment(
        "intervals",
        ("D5", "ODDS"),
        "Teams that differ a little, companies of 1,000",
        partial(company_with_differences, scenario=Scenario(), draws=DRAWS),
        partial(coverage_and_odds, n_people=1000),
        full=100,
        quick=20,
    ),
    Experiment(
        "odds_300",
        ("ODDS",),
        "Teams that differ a little, companies of 300",
        partial(
            company_with_differences,
            scenario=Scenario(n_people=300, n_departments=5),
            draws=ODDS_DRAWS,
        ),
        partial(odds_of, n_people=300),
        full=200,
        quick=40,
    ),
    Experiment(
        "odds_80",
        ("ODDS",),
        "Teams that differ a little, companies of 80",
        partial(
            company_with_differences,
            scenario=Scenario(n_people=80, n_departments=3),
            draws=ODDS_DRAWS,
        ),
        partial(odds_of, n_people=80),
        full=1000,
        quick=120,
    ),
)
