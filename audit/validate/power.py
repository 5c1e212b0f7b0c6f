"""What is found of what was planted: D1 to D4."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtr

from audit.statistics.effects import POWER
from audit.statistics.verdicts import FLAGGED, JudgeRules
from audit.validate.chance import SUITE_DRAWS, judged_company
from audit.validate.experiment import Curve, Experiment, Figure, Summary
from audit.validate.nulls import Recovery, recovery
from audit.validate.planted import Scenario
from audit.validate.scenarios import Case

STRONG, MIDDLE, DEPARTMENT = 1.0, 0.75, -0.3
CURVE_SIZES = (0.5, 0.75, 1.0, 1.25)
SIZE_EDGES = (8, 11, 15, 21, 46)
LEAST_CELL = 150
POWER_SLACK = 0.08


def strong_teams(tables: Sequence[pd.DataFrame]) -> Summary:
    """D1: five teams at -1.0 and five at +1.0."""
    found, n = recovery(list(tables), JudgeRules()), _planted(tables)
    return Summary(
        (
            Figure("D1", "recall by false discovery rate", found.recall_fdr, 0.90, None, n),
            Figure("D1", "recall familywise", found.recall_family, 0.70, None, n),
            *_false_shares("D1", found, tables),
            *_full_verdicts("D1", found),
        )
    )


def middle_teams(tables: Sequence[pd.DataFrame]) -> Summary:
    """D2: the same at .75."""
    found, n = recovery(list(tables), JudgeRules()), _planted(tables)
    return Summary(
        (
            Figure("D2", "recall by false discovery rate", found.recall_fdr, 0.70, None, n),
            Figure("D2", "recall familywise", found.recall_family),
            *_false_shares("D2", found, tables),
            *_full_verdicts("D2", found),
        )
    )


def cold_department(tables: Sequence[pd.DataFrame]) -> Summary:
    """D3: one department, found at its own unit and nowhere else."""
    rules = JudgeRules()
    rows = pd.concat([table[table["is_planted"]] for table in tables], ignore_index=True)
    by_rate, by_family = rows["q"] <= rules.fdr, rows["p_family"] <= rules.family_alpha
    return Summary(
        (
            Figure(
                "D3",
                "recall by false discovery rate or familywise",
                float((by_rate | by_family).mean()),
                0.60,
                None,
                len(rows),
            ),
            Figure("D3", "recall familywise alone", float(by_family.mean())),
            Figure(
                "D3",
                "recall of full verdicts, after the material effect",
                float(rows["verdict"].isin(FLAGGED).mean()),
            ),
            Figure("D3", "mean estimate as a share of the truth", _share_of_truth(rows)),
        )
    )


def power_by_size(tables: Sequence[pd.DataFrame], planted: float) -> Summary:
    """D4: found share by team size beside what the detectable effect promises.

    Promised: the mean over the planted teams of a cell of Phi(d / SE - c95), d the mean estimate
    of the cell, SE and c95 those of each team's own test: MDE = (c95 + .84) SE is where it is .80.
    """
    rows = pd.concat([t[t["is_planted"] & t["p"].notna()] for t in tables], ignore_index=True)
    rows = rows.assign(
        estimate=rows["effect"] * np.sign(rows["true_effect"]),
        found=rows["p_family"] <= JudgeRules().family_alpha,
        cell=pd.cut(rows["n_people"], list(SIZE_EDGES), right=False, labels=False),
        critical=rows["mde"] / rows["se"] - POWER,
    )
    figures, found, promised = [], [], []
    for number, cell in rows.groupby("cell"):
        if len(cell) < LEAST_CELL:
            continue
        reach = cell["estimate"].mean() / cell["se"] - cell["critical"]
        expected, hit = float(ndtr(reach).mean()), float(cell["found"].mean())
        low, high = SIZE_EDGES[int(str(number))], SIZE_EDGES[int(str(number)) + 1] - 1
        what = f"±{planted:g}, teams of {low} to {high}: found {hit:.2f}, promised {expected:.2f}"
        error = np.sqrt(expected * (1.0 - expected) / len(cell))
        figures.append(
            Figure("D4", what, hit - expected, -POWER_SLACK, POWER_SLACK, slack=3.0 * float(error))
        )
        size = float(cell["n_people"].mean())
        found.append((size, hit))
        promised.append((size, expected))
    curve = Curve(
        f"D4: power at ±{planted:g} by team size",
        "people in the team",
        "share found",
        (("found", tuple(found)), ("promised", tuple(promised))),
    )
    return Summary(tuple(figures), (curve,))


def _false_shares(
    target: str, found: Recovery, tables: Sequence[pd.DataFrame]
) -> tuple[Figure, ...]:
    rules = JudgeRules()
    flags = sum(int((table["q"] <= rules.fdr).sum()) for table in tables)
    return (
        Figure(target, "false share, by false discovery rate", found.false_fdr, None, 0.10, flags),
        Figure(target, "false share, familywise", found.false_family),
    )


def _full_verdicts(target: str, found: Recovery) -> tuple[Figure, ...]:
    return (
        Figure(target, "recall of full verdicts, confirmed", found.recall_confirmed),
        Figure(target, "recall of full verdicts, watch or more", found.recall_flagged),
    )


def _planted(tables: Sequence[pd.DataFrame]) -> int:
    return sum(int((table["is_planted"] & table["p"].notna()).sum()) for table in tables)


def _share_of_truth(rows: pd.DataFrame) -> float:
    return float(rows["effect"].mean() / rows["true_effect"].mean())


def _planted_case(name: str, title: str, planted: float) -> Case:
    return Case(name, title, Scenario(planted=planted))


def _curves() -> tuple[Experiment, ...]:
    return tuple(
        Experiment(
            f"power_{round(100 * size)}",
            ("D4",),
            f"Teams of all sizes planted at ±{size:g}",
            partial(
                judged_company,
                case=_planted_case(f"planted_{size:g}", "planted", size),
                draws=SUITE_DRAWS,
            ),
            partial(power_by_size, planted=size),
            full=150,
            quick=0 if size != MIDDLE else 50,
        )
        for size in CURVE_SIZES
    )


EXPERIMENTS = (
    Experiment(
        "strong",
        ("D1",),
        "Five teams at −1.0, five at +1.0",
        partial(judged_company, case=_planted_case("strong", "planted ±1.0", STRONG), draws=None),
        strong_teams,
        full=120,
        quick=20,
    ),
    Experiment(
        "middle",
        ("D2",),
        "Five teams at −.75, five at +.75",
        partial(judged_company, case=_planted_case("middle", "planted ±.75", MIDDLE), draws=None),
        middle_teams,
        full=120,
        quick=20,
    ),
    Experiment(
        "department",
        ("D3",),
        "One department of about 110 people at −.30",
        partial(
            judged_company,
            case=Case("department", "department", Scenario(department_effect=DEPARTMENT)),
            draws=None,
        ),
        cold_department,
        full=500,
        quick=30,
    ),
    *_curves(),
)
