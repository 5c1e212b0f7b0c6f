"""The judgement of every group on one indicator: tests, gates, verdict and the reason for it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.statistics.effects import GroupSet, PersonEffects
from audit.statistics.family import distinct_groups, family_numbers, test_family, tree_levels
from audit.statistics.permutation import default_draws
from audit.statistics.tree_search import highest_groups

FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]

FLAGGED = ("desert", "desert_watch", "hotspot", "hotspot_watch")
COLUMNS = (
    *("group_id", "effect", "effect_shrunk", "se", "low", "high", "z", "p", "p_family", "q"),
    *("p_low", "p_high", "mde", "tau2", "odds_cooler", "n_people", "n_observations", "n_windows"),
    *("n_same_sign", "is_robust", "is_covered", "is_top", "reliability", "top_share"),
    *("verdict", "why"),
)
NOT_NUMBERS = (
    *("group_id", "n_people", "n_observations", "n_windows", "n_same_sign"),
    *("is_robust", "is_covered", "is_top", "verdict", "why"),
)


@dataclass(frozen=True)
class JudgeRules:
    """The fixed rules of one layer, named before the run."""

    layer: str = "behaviour"
    higher_is: str = "warmer"
    """warmer, colder (the sign is turned: below 0 is always colder) or neither (no verdict)."""
    material: float = 0.25
    """Smallest effect that matters, in the effect's unit: .25 log-odds, .30 SD."""
    family_alpha: float = 0.05
    fdr: float = 0.10
    min_people: int = 8
    min_median_n: float = 0.0
    """Least median number of observations per person of a group (30 for response rates)."""
    min_windows: int = 3
    min_coverage: float = 0.70
    max_share: float = 0.30
    confirm_reliability: float = 0.70
    watch_reliability: float = 0.50
    draws: int | None = None
    """Permutations; None for max(4999, 20 K)."""
    unit_sd: float = 1.0
    """Size of one SD in the effect's unit: scales the prior of the odds (log-odds and SD: 1)."""


@dataclass(frozen=True)
class GroupEvidence:
    """What is known of groups from elsewhere, keyed by group_id; a missing group passes."""

    coverage: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))
    """Share of the group's people with data (perception: response rate)."""
    reliability: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))
    """ICC2(n) of the group's mean; needed for perception, where a missing group fails."""
    is_searched: pd.Series = field(default_factory=lambda: pd.Series(dtype="bool"))
    earlier: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Contrasts of earlier survey waves, one column each: they count as windows beside the own."""
    is_reliable: bool = True
    """Whether the indicator passed its own gates (split-half, alpha, agreement)."""


def judge(
    effects: PersonEffects,
    groups: GroupSet,
    rules: JudgeRules,
    rng: np.random.Generator,
    evidence: GroupEvidence | None = None,
) -> pd.DataFrame:
    """One row per group: effect, interval, tests, odds, verdict, and why it is not higher.

    Formula
        Contrast with the rest, person permutation, balanced maxT and false discovery rate over
        the searched groups, shrinkage, then the rules of each layer in this order: desert or
        hotspot, watch, typical (interval inside two material effects), not enough evidence.
    Shape
        K rows in the order of `groups`, columns `COLUMNS`; groups that are not searched have
        nan numbers. Two groups with the same persons share one test; the deeper one is `is_top`.
    Unit
        effect, effect_shrunk, se, low, high, mde: that of the effects, below 0 always colder.
    Range
        Probabilities in (0, 1].
    Edge cases
        Nobody informative, or no group that can be tested: every group "not enough evidence".
    Null
        N-person: persons exchanged within strata level x location.
    Source
        `docs/method.md`, estimator steps 6 to 9 and verdict rules.

    >>> judge(effects, groups, JudgeRules(), np.random.default_rng(1))["verdict"].unique()
    array(['typical', 'not_enough_evidence'], dtype=object)
    """
    evidence = evidence or GroupEvidence()
    if rules.higher_is == "colder":
        effects = effects.flipped()
    reason = _not_searched(effects, groups, rules, evidence)
    tested_as = distinct_groups(groups, reason == "")
    tested = np.unique(tested_as[tested_as >= 0])
    if tested.size == 0:
        return _framed(groups, pd.DataFrame(), reason)
    draws = rules.draws or default_draws(tested.size)
    family = test_family(effects, groups.rows(tested), draws, rng)
    level = tree_levels(groups, reason == "")[tested]
    rows = family_numbers(effects, family, level, rules.unit_sd)
    rows = _with_waves(rows, family.test.centre, rules, evidence.earlier)
    rows = ruled(rows, effects.n_windows + evidence.earlier.shape[1], rules, evidence)
    flagged = np.zeros(len(groups), dtype=np.bool_)
    flagged[tested] = rows["verdict"].isin(FLAGGED)
    rows["is_top"] = highest_groups(effects, groups, flagged, rng)[tested]
    rows.index = pd.Index(tested)
    searched = np.flatnonzero(tested_as >= 0)
    rows = rows.loc[tested_as[searched]].set_axis(searched)
    rows["is_top"] &= tested_as[searched] == searched
    return _framed(groups, rows, reason)


def ruled(
    rows: pd.DataFrame, n_windows: int, rules: JudgeRules, evidence: GroupEvidence
) -> pd.DataFrame:
    """Return the rows of a tested family with verdict and reason: the rules of each layer."""
    ids = pd.Index(rows["group_id"])
    reliability = evidence.reliability.reindex(ids).astype("float64").to_numpy()
    perception = rules.layer == "perception"
    known = np.nan_to_num(reliability, nan=0.0 if perception else 1.0)
    material = rows["effect_shrunk"].abs() >= rules.material
    watch = (rows["q"] <= rules.fdr) & material
    blocks = _blocks(rows, n_windows, rules)
    blocks["low_reliability"] = pd.Series(known < rules.confirm_reliability) & perception
    blocked = pd.DataFrame(blocks)
    confirmed = material & ~blocked.any(axis=1)
    first = pd.Series(np.where(blocked.any(axis=1), blocked.idxmax(axis=1), ""))
    typical = (rows["low"] > -2 * rules.material) & (rows["high"] < 2 * rules.material)
    cold = rows["effect"] < 0
    hidden = pd.Series(known < rules.watch_reliability) & perception
    silent = hidden | (rules.higher_is == "neither") | rows["effect"].isna()
    significant = (rows["q"] <= rules.fdr) | (rows["p_family"] <= rules.family_alpha)
    verdict = np.select(
        [silent, confirmed & cold, confirmed, watch & cold, watch, typical],
        ["not_enough_evidence", "desert", "hotspot", "desert_watch", "hotspot_watch", "typical"],
        "not_enough_evidence",
    )
    why = np.select(
        [hidden, rows["effect"].isna(), silent, confirmed, watch, typical, significant],
        ["low_reliability", "no_variation", "no_direction", "", first, "", "below_material"],
        "not_significant",
    )
    return rows.assign(verdict=verdict, why=why, reliability=reliability, is_covered=True)


def _not_searched(
    effects: PersonEffects, groups: GroupSet, rules: JudgeRules, evidence: GroupEvidence
) -> TextArray:
    """Reason a group is not tested, empty where it is; decided before any effect is seen."""
    size, n = groups.sizes(), len(effects.persons)
    counts = effects.persons["n"].to_numpy(dtype=np.float64)
    median = np.array(
        [np.median(counts[groups.people(u)]) if size[u] else 0.0 for u in range(len(groups))]
    )
    excluded = ~_lookup(evidence.is_searched, groups, 1.0).astype(np.bool_)
    reasons: TextArray = np.select(
        [
            np.full(len(groups), not evidence.is_reliable),
            excluded,
            size < rules.min_people,
            n - size < rules.min_people,
            median < rules.min_median_n,
            _lookup(evidence.coverage, groups, 1.0) < rules.min_coverage,
        ],
        [
            "indicator_unreliable",
            "not_searched",
            "too_few_people",
            "too_few_outside",
            "too_few_observations",
            "coverage",
        ],
        "",
    )
    return reasons


def _with_waves(
    rows: pd.DataFrame, centre: FloatArray, rules: JudgeRules, earlier: pd.DataFrame
) -> pd.DataFrame:
    """Rows with earlier survey waves counted among the windows."""
    if earlier.empty:
        return rows
    turned = -1.0 if rules.higher_is == "colder" else 1.0
    then = turned * earlier.reindex(rows["group_id"]).to_numpy(dtype=np.float64)
    apart = then - centre[:, None]
    same = np.sign(apart) == np.sign(rows["effect"].to_numpy(dtype=np.float64))[:, None]
    return rows.assign(
        n_windows=rows["n_windows"] + (~np.isnan(apart)).sum(axis=1),
        n_same_sign=rows["n_same_sign"] + same.sum(axis=1),
    )


def _lookup(values: pd.Series, groups: GroupSet, default: float) -> FloatArray:
    """Values by group_id, the default where a group is missing."""
    found = values.reindex(list(groups.group_ids)).astype("float64").fillna(default)
    return np.asarray(found, dtype=np.float64)


def _blocks(rows: pd.DataFrame, n_windows: int, rules: JudgeRules) -> dict[str, pd.Series]:
    """What keeps a group from being confirmed, in the order in which it is said."""
    needed = int(np.ceil(2 * n_windows / 3))
    waived = rules.layer == "perception" and n_windows < rules.min_windows
    fading = (rows["n_same_sign"] < needed) & (not waived)
    return {
        "not_family_significant": ~(rows["p_family"] <= rules.family_alpha),
        "too_few_windows": pd.Series(n_windows < rules.min_windows and not waived, rows.index),
        "not_persistent": fading,
        "depends_on_one_person": ~rows["is_robust"],
        "one_person_dominates": ~(rows["top_share"] <= rules.max_share),
    }


def _framed(groups: GroupSet, rows: pd.DataFrame, reason: TextArray) -> pd.DataFrame:
    """All groups in their order; those without a test carry the reason."""
    table = rows.reindex(index=range(len(groups)), columns=list(COLUMNS))
    table["group_id"] = list(groups.group_ids)
    table["n_people"] = groups.sizes()
    for name in ("n_observations", "n_windows", "n_same_sign"):
        table[name] = table[name].astype("float64").fillna(0).astype(np.int64)
    for name in ("is_robust", "is_top"):
        table[name] = table[name].eq(True)
    table["is_covered"] = reason != "coverage"
    table["verdict"] = table["verdict"].where(reason == "", "not_enough_evidence")
    table["why"] = table["why"].where(reason == "", reason)
    numbers = [name for name in COLUMNS if name not in NOT_NUMBERS]
    return table.astype(dict.fromkeys(numbers, "float64"))
