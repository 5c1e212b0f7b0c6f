"""Error rates where nothing is to be found: N1 to N5, also where the model is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from audit.statistics.verdicts import FLAGGED, JudgeRules, judge
from audit.validate.experiment import Experiment, Figure, Setting, Summary
from audit.validate.nulls import judged, recovery, shuffled_units
from audit.validate.planted import Scenario, planted_company
from audit.validate.scenarios import BASELINE, SUITE, Case

FloatArray = npt.NDArray[np.float64]

KEPT = (
    *("group_id", "kind", "n_people", "n_observations", "effect", "se", "low", "high", "p", "q"),
    *("p_family", "mde", "odds_cooler", "verdict", "true_effect", "is_planted", "holds_planted"),
)
SUITE_DRAWS = 1999
"""Enough for a single one of 100 groups to pass the false discovery rate."""
SHOCK_SD = 0.5
UNADJUSTED = 0.05
LEAST_RATE, MOST_RATE = 0.03, 0.07
SHUFFLES = 20


def judged_company(
    rng: np.random.Generator,
    setting: Setting,
    case: Case,
    draws: int | None,
    shock_sd: float = 0.0,
) -> pd.DataFrame:
    """One company of a case, judged, beside its truth."""
    rows = judged(case.draw(rng, shock_sd), setting.rules(draws), rng, setting.estimator)
    return rows[list(KEPT)]


def error_rates(tables: Sequence[pd.DataFrame], case: Case) -> Summary:
    """N1 and N2: the bare tests, and the full verdicts."""
    found, n, where = recovery(list(tables), JudgeRules()), len(tables), case.title
    return Summary(
        (
            Figure("N1", f"{where}: any familywise p ≤ .05", found.any_family, None, 0.07, n),
            Figure("N1", f"{where}: any confirmed verdict", found.any_confirmed, None, 0.07, n),
            Figure("N2", f"{where}: any q ≤ .10", found.any_fdr, None, 0.12, n),
            Figure("N2", f"{where}: any verdict, watch or more", found.any_watch, None, 0.12, n),
        )
    )


def shock_rates(tables: Sequence[pd.DataFrame], case: Case) -> Summary:
    """N3: the same with shocks of single windows."""
    found, n = recovery(list(tables), JudgeRules()), len(tables)
    where = f"{case.title}, shocks SD {SHOCK_SD:.1f}".replace("0.", ".")
    return Summary(
        (
            Figure("N3", f"{where}: any familywise p ≤ .05", found.any_family, None, 0.08, n),
            Figure("N3", f"{where}: any q ≤ .10", found.any_fdr, None, 0.08, n),
            Figure("N3", f"{where}: any verdict, watch or more", found.any_watch, None, 0.08, n),
        )
    )


def null_company(tables: Sequence[pd.DataFrame]) -> Summary:
    """N1, N2 and N4 on the same companies of the baseline."""
    return Summary(
        (
            *error_rates(tables, BASELINE).figures,
            *neutrality(tables, "n_people", "size"),
            *neutrality(tables, "per_person", "messages per person"),
            *slopes(tables),
            *_by_kind(tables),
        )
    )


def neutrality(tables: Sequence[pd.DataFrame], measure: str, name: str) -> list[Figure]:
    """N4: share of groups with an unadjusted p below .05 in each quartile."""
    rows = _tested(tables)
    quartile = pd.qcut(rows[measure].rank(method="first"), 4, labels=False)
    rates = (rows["p"] < UNADJUSTED).groupby(quartile).mean()
    # A quarter of the groups of a company: quick bounds allow for three of its standard errors.
    slack = 3.0 * np.sqrt(0.05 * 0.95 / max(len(rows) / 4.0, 1.0))
    return [
        Figure(
            "N4",
            f"p < .05 in quartile {number + 1} of {name}",
            float(rate),
            LEAST_RATE,
            MOST_RATE,
            slack=float(slack),
        )
        for number, rate in enumerate(rates.sort_index())
    ]


def slopes(tables: Sequence[pd.DataFrame]) -> list[Figure]:
    """N4: t of the slope of p < .05 on log size and on log volume, clustered by company.

    The groups of one company share its draws and its rest, so that the variance of the slope is
    the sandwich over companies.
    """
    rows = _tested(tables)
    teams = rows[rows["kind"] == "team"]
    return [*_slopes(rows, "", 2.6), *_slopes(teams, ", teams alone", None)]


def _by_kind(tables: Sequence[pd.DataFrame]) -> list[Figure]:
    rows = _tested(tables)
    rates = (rows["p"] < UNADJUSTED).groupby(rows["kind"]).mean()
    return [Figure("N4", f"p < .05 among {kind}s", float(rate)) for kind, rate in rates.items()]


def _slopes(rows: pd.DataFrame, among: str, most: float | None) -> list[Figure]:
    hit: FloatArray = (rows["p"] < UNADJUSTED).to_numpy().astype(np.float64)
    company = rows["company"].to_numpy(dtype=np.int64)
    return [
        Figure("N4", f"|t| of the slope on log {name}{among}", abs(value), None, most, slack=0.7)
        for name, value in (
            ("size", clustered_t(np.log(rows["n_people"].to_numpy(np.float64)), hit, company)),
            ("volume", clustered_t(np.log(rows["n_observations"].to_numpy(float)), hit, company)),
        )
    ]


def clustered_t(x: FloatArray, y: FloatArray, cluster: npt.NDArray[np.int64]) -> float:
    """Return t of the slope in a logistic regression of y on x, with variances over clusters."""
    design = np.column_stack([np.ones(x.size), x - x.mean()])
    beta = np.array([np.log((y.mean() + 1e-9) / (1.0 - y.mean() + 1e-9)), 0.0])
    for _ in range(30):
        p = expit(design @ beta)
        information = (design * (p * (1.0 - p))[:, None]).T @ design
        beta = beta + np.linalg.solve(information, design.T @ (y - p))
    p = expit(design @ beta)
    score = design * (y - p)[:, None]
    sums = np.stack([np.bincount(cluster, weights=column) for column in score.T])
    bread = np.linalg.inv(information)
    variance = bread @ (sums @ sums.T) @ bread
    return float(beta[1] / np.sqrt(variance[1, 1]))


def shuffled(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """N5: one company full of effects, whose people are exchanged again and again."""
    scenario = Scenario(n_people=300, n_departments=5, planted=1.0, team_sd=0.3)
    effects, groups = setting.estimator(planted_company(scenario, rng))
    rules = setting.rules(999)
    found = [judge(shuffled_units(effects, rng), groups, rules, rng) for _ in range(SHUFFLES)]
    return pd.DataFrame(
        {
            "any_family": [bool((rows["p_family"] <= rules.family_alpha).any()) for rows in found],
            "any_confirmed": [
                bool(rows["verdict"].isin(["desert", "hotspot"]).any()) for rows in found
            ],
            "any_flagged": [bool(rows["verdict"].isin(FLAGGED).any()) for rows in found],
        }
    )


def shuffle_rates(tables: Sequence[pd.DataFrame]) -> Summary:
    """N5 on made-up companies."""
    rows = pd.concat(list(tables), ignore_index=True)
    n = len(rows)
    where = "people of a company full of effects, exchanged"
    return Summary(
        (
            Figure(
                "N5",
                f"{where}: any familywise p ≤ .05",
                rows["any_family"].mean(),
                None,
                0.07,
                n,
            ),
            Figure(
                "N5",
                f"{where}: any confirmed verdict",
                rows["any_confirmed"].mean(),
                None,
                0.07,
                n,
            ),
        )
    )


def _tested(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(
        [table[table["p"].notna()].assign(company=i) for i, table in enumerate(tables)],
        ignore_index=True,
    )
    return rows.assign(per_person=rows["n_observations"] / rows["n_people"])


def _suite() -> tuple[Experiment, ...]:
    made = []
    for case in SUITE:
        made.append(
            Experiment(
                f"null_{case.name}",
                ("N1", "N2"),
                f"Nothing planted; {case.title}",
                partial(judged_company, case=case, draws=SUITE_DRAWS),
                partial(error_rates, case=case),
                full=500,
                quick=16,
            )
        )
        made.append(
            Experiment(
                f"shocks_{case.name}",
                ("N3",),
                f"Nothing planted but shocks; {case.title}",
                partial(judged_company, case=case, draws=SUITE_DRAWS, shock_sd=SHOCK_SD),
                partial(shock_rates, case=case),
                full=500,
                quick=8,
            )
        )
    return tuple(made)


EXPERIMENTS = (
    Experiment(
        "null",
        ("N1", "N2", "N4"),
        "Nothing planted",
        partial(judged_company, case=BASELINE, draws=None),
        null_company,
        full=500,
        quick=56,
    ),
    Experiment(
        "shocks",
        ("N3",),
        "Nothing planted but shocks of single windows, SD .5",
        partial(judged_company, case=BASELINE, draws=SUITE_DRAWS, shock_sd=SHOCK_SD),
        partial(shock_rates, case=BASELINE),
        full=500,
        quick=60,
    ),
    *_suite(),
    Experiment(
        "shuffles",
        ("N5",),
        "People exchanged in companies full of effects",
        shuffled,
        shuffle_rates,
        full=50,
        quick=8,
    ),
)
