"""Error rates, recovery and calibration of the whole judgement on made-up companies."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.statistics.effects import PersonEffects
from audit.statistics.verdicts import FLAGGED, JudgeRules, judge
from audit.validate.estimators import Estimator, prepared
from audit.validate.planted import PlantedCompany, Scenario, planted_company

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recovery:
    """Shares over replications; recall over planted groups, false shares over flagged ones."""

    replications: int
    any_family: float
    """Replications with any group at a familywise p within alpha: the bare test."""
    any_fdr: float
    """Replications with any group at q within the false discovery rate: the bare test."""
    any_confirmed: float
    any_watch: float
    """Replications with any full verdict, confirmed or watch."""
    recall_family: float
    recall_fdr: float
    recall_confirmed: float
    recall_flagged: float
    false_family: float
    """Mean share of flagged groups that hold no planted one, 0 where none is flagged."""
    false_fdr: float


def judged(
    company: PlantedCompany,
    rules: JudgeRules,
    rng: np.random.Generator,
    estimator: Estimator = prepared,
) -> pd.DataFrame:
    """Judgement of a made-up company beside its truth, one row per group."""
    effects, groups = estimator(company)
    rows = judge(effects, groups, rules, rng)
    truth = company.truth.rename(columns={"effect": "true_effect", "n_people": "n_members"})
    return rows.merge(truth, on="group_id", validate="1:1")


def replicate(
    scenario: Scenario, rules: JudgeRules, replications: int, seed: int
) -> list[pd.DataFrame]:
    """Independent companies of one scenario, judged; the seed fixes all of them."""
    children = np.random.SeedSequence(seed).spawn(replications)
    tables = []
    for child in children:
        rng = np.random.default_rng(child)
        tables.append(judged(planted_company(scenario, rng), rules, rng))
    return tables


def recovery(tables: list[pd.DataFrame], rules: JudgeRules, kind: str = "team") -> Recovery:
    """Error rates and recall over replications, for planted groups of one kind.

    Formula
        P(any) = share of replications with at least one flagged group; recall = flagged share
        of planted, tested groups; false share = mean over replications of flagged groups
        without any planted group inside, over flagged groups.
    Shape
        Tables of `judged`.
    Unit
        Shares. Range: 0 to 1.
    Edge cases
        Nothing planted: recalls are nan.
    Source
        `docs/method.md`, numeric targets N1 to N3 and D1 to D3.

    >>> recovery(replicate(Scenario(), rules, 100, seed=1), rules).any_confirmed <= 0.07
    True
    """
    marks = [_marks(table, rules) for table in tables]
    sought = [
        table["is_planted"] & (table["kind"] == kind) & table["p"].notna() for table in tables
    ]
    recall = {
        name: _ratio(
            sum(int((mark[name] & want).sum()) for mark, want in zip(marks, sought, strict=True)),
            sum(int(want.sum()) for want in sought),
        )
        for name in ("family", "fdr", "confirmed", "flagged")
    }
    anywhere = {name: float(np.mean([m[name].any() for m in marks])) for name in marks[0].columns}
    return Recovery(
        replications=len(tables),
        any_family=anywhere["family"],
        any_fdr=anywhere["fdr"],
        any_confirmed=anywhere["confirmed"],
        any_watch=anywhere["flagged"],
        recall_family=recall["family"],
        recall_fdr=recall["fdr"],
        recall_confirmed=recall["confirmed"],
        recall_flagged=recall["flagged"],
        false_family=_false_share(tables, marks, "family"),
        false_fdr=_false_share(tables, marks, "fdr"),
    )


def odds_calibration(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """True share of cooler groups within each tenth of the stated odds.

    Columns tenth (0 to 9), n, stated (mean odds), true (share whose true effect is below 0).
    """
    rows = pd.concat([t[t["odds_cooler"].notna()] for t in tables], ignore_index=True)
    tenth = np.minimum(9, np.floor(10 * rows["odds_cooler"].to_numpy())).astype(np.int64)
    rows = rows.assign(tenth=tenth, cooler=(rows["true_effect"] < 0).astype(np.float64))
    return rows.groupby("tenth", as_index=False).agg(
        n=("cooler", "size"), stated=("odds_cooler", "mean"), true=("cooler", "mean")
    )


def shuffled_units(effects: PersonEffects, rng: np.random.Generator) -> PersonEffects:
    """The same company with its people exchanged within strata: a null made of real data."""
    stratum = pd.factorize(effects.persons["stratum"])[0]
    order = np.arange(len(stratum))
    for code in np.unique(stratum):
        cell = np.flatnonzero(stratum == code)
        order[cell] = rng.permutation(cell)
    moved = ["effect", "variance", "info", "n"]
    persons = effects.persons.copy()
    persons[moved] = effects.persons[moved].to_numpy()[order]
    return replace(
        effects,
        persons=persons.astype({"n": effects.persons["n"].dtype}),
        weight=effects.weight[order],
        spread=effects.spread[order],
        window_effect=effects.window_effect[:, order],
        window_weight=effects.window_weight[:, order],
    )


def _marks(table: pd.DataFrame, rules: JudgeRules) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "family": table["p_family"] <= rules.family_alpha,
            "fdr": table["q"] <= rules.fdr,
            "confirmed": table["verdict"].isin(["desert", "hotspot"]),
            "flagged": table["verdict"].isin(FLAGGED),
        }
    )


def _false_share(tables: list[pd.DataFrame], marks: list[pd.DataFrame], name: str) -> float:
    shares = []
    for table, mark in zip(tables, marks, strict=True):
        found = int(mark[name].sum())
        wrong = int((mark[name] & ~table["holds_planted"]).sum())
        shares.append(wrong / max(found, 1))
    return float(np.mean(shares))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
