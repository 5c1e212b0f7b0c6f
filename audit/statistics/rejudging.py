"""Judging a company again with people left out, against the null of the whole one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from audit.statistics.effects import POWER, GroupSet, PersonEffects, contrast, contrast_of_sums
from audit.statistics.family import LEAST_T, tree_levels
from audit.statistics.permutation import benjamini_hochberg
from audit.statistics.shrinkage import (
    LEAST_UNITS,
    NINETY,
    SpreadPosterior,
    expected_effect,
    spread_posterior,
)
from audit.statistics.verdicts import GroupEvidence, JudgeRules, ruled

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

BLOCK_CELLS = 10_000
"""Group places judged at once: bounds memory."""
_SURE, _POSSIBLE = 0.0, 1.0
"""A familywise p is only asked whether it lies below its level."""


@dataclass(frozen=True)
class Yardstick:
    """What a full judgement says of its groups beside their effects: arrays `(K,)`.

    `effects` are those that were judged (below 0 always colder), `groups` the tested ones.
    """

    effects: PersonEffects
    groups: GroupSet
    centre: FloatArray
    scale: FloatArray
    critical: float
    """Size of |t| from which a verdict may be confirmed."""
    shock: float
    spread: tuple[SpreadPosterior, ...]
    """How much groups of the same tree level differ, one for each group."""
    reliability: pd.Series
    rules: JudgeRules

    @classmethod
    def of(
        cls, effects: PersonEffects, groups: GroupSet, judgement: pd.DataFrame, rules: JudgeRules
    ) -> "Yardstick":
        """Read it from the result of `judge` on the same effects and groups."""
        if rules.higher_is == "colder":
            effects = effects.flipped()
        tested = (judgement["effect"].notna() & judgement["se"].gt(0)).to_numpy()
        rows = np.flatnonzero(tested)
        kept, here = groups.rows(rows), judgement.iloc[rows]
        observed = contrast(effects, kept)
        shock = effects.var_shock / max(effects.n_windows, 1)
        se = here["se"].to_numpy(dtype=np.float64)
        effect = here["effect"].to_numpy(dtype=np.float64)
        scale = se / np.sqrt(observed.variance + shock)
        level = tree_levels(groups, tested)[rows]
        critical = here["mde"].to_numpy(dtype=np.float64) / se - POWER
        return cls(
            effects=effects,
            groups=kept,
            centre=observed.theta - effect,
            scale=scale,
            critical=float(np.median(critical)) if rows.size else np.inf,
            shock=shock,
            spread=_spreads(effect, _inner(se, scale), level, rules.unit_sd),
            reliability=here.set_index("group_id")["reliability"],
            rules=rules,
        )


def words_without(yardstick: Yardstick, left_out: BoolArray) -> TextArray:
    """Verdict of every tested group when some people are left out of the company.

    Formula
        Contrast, variance, windows and leave-one-out anew from those who are left; centre, scale
        and critical value of the permutation null, variance components and the spread between
        groups as in the full judgement; p = 2 Phi(-|t|), Benjamini-Hochberg over the groups.
    Shape
        `left_out` (D, n), true for a person who is left out; the answer is (D, K).
    Unit
        Verdict words. Gates on size and coverage, decided before any effect, are not re-decided.
    Edge cases
        A group with nobody left, or nobody outside: "not_enough_evidence".
    Null
        That of the full judgement: an exchange of persons within strata.
    Source
        `docs/method.md`, missing data. Agreement with whole judgements: `test_robustness.py`.

    >>> words_without(yardstick, np.zeros((1, n_people), dtype=bool))[0].tolist()
    ['desert', 'typical']
    """
    size = max(1, BLOCK_CELLS // max(1, len(yardstick.groups)))
    blocks = [_words(yardstick, part) for part in _split(left_out, size)]
    return np.concatenate(blocks) if blocks else np.empty((0, len(yardstick.groups)), dtype=str)


def normal_tests(table: pd.DataFrame, critical: float) -> pd.DataFrame:
    """Return rows of a family with p, q and the familywise decision from their z alone."""
    p = 2.0 * ndtr(-table["z"].abs().to_numpy(dtype=np.float64))
    family = np.where(table["z"].abs() >= critical, _SURE, _POSSIBLE)
    return table.assign(p=p, q=benjamini_hochberg(p), p_family=family)


def _words(yardstick: Yardstick, left_out: BoolArray) -> TextArray:
    stay = ~left_out
    inside, total = _sums(yardstick.effects.columns(), stay, yardstick.groups)
    found = contrast_of_sums(inside, total)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = yardstick.scale * np.sqrt(found.variance + yardstick.shock)
        effect = found.theta - yardstick.centre
        t = effect / se
    inner = _inner(se, yardstick.scale)
    shrunken = _shrunken(effect, inner, yardstick.spread)
    p = 2.0 * ndtr(-np.abs(t))
    q = np.stack([benjamini_hochberg(row) for row in p])
    is_sure = np.abs(t) >= yardstick.critical
    is_robust, share = _carried(yardstick, stay, (inside, total), (t, is_sure))
    table = pd.DataFrame(
        {
            "group_id": np.tile(np.array(yardstick.groups.group_ids, dtype=object), len(stay)),
            "effect": effect.ravel(),
            "effect_shrunk": shrunken.ravel(),
            "low": (effect - NINETY * inner).ravel(),
            "high": (effect + NINETY * inner).ravel(),
            "q": q.ravel(),
            "p_family": np.where(is_sure, _SURE, _POSSIBLE).ravel(),
            "n_same_sign": _same_sign(yardstick, stay, effect).ravel(),
            "is_robust": is_robust.ravel(),
            "top_share": share.ravel(),
        }
    )
    evidence = GroupEvidence(reliability=yardstick.reliability)
    words = ruled(table, yardstick.effects.n_windows, yardstick.rules, evidence)["verdict"]
    return words.to_numpy(dtype=str).reshape(effect.shape)


def _sums(columns: FloatArray, stay: BoolArray, groups: GroupSet) -> tuple[FloatArray, FloatArray]:
    """Sums of the columns over those who stay: (c, D, K) inside the groups and (c, D) overall."""
    kept = [stay * column for column in columns]
    inside = np.stack([np.asarray((groups.members @ part.T).T) for part in kept])
    return inside, np.stack([part.sum(axis=1) for part in kept])


def _same_sign(yardstick: Yardstick, stay: BoolArray, effect: FloatArray) -> IntArray:
    """In how many windows each group lies on the side of its effect."""
    effects, count = yardstick.effects, np.zeros(effect.shape, dtype=np.int64)
    for weight, values in zip(effects.window_weight, effects.window_effect, strict=True):
        seen = np.where(weight > 0, values, 0.0)
        inside, total = _sums(np.stack([weight * seen, weight, weight]), stay, yardstick.groups)
        apart = contrast_of_sums(inside, total).theta - yardstick.centre
        count += np.sign(apart) == np.sign(effect)
    return count


def _carried(
    yardstick: Yardstick,
    stay: BoolArray,
    sums: tuple[FloatArray, FloatArray],
    tests: tuple[FloatArray, BoolArray],
) -> tuple[BoolArray, FloatArray]:
    """Whether each effect survives every member, and the largest share of one; where it counts."""
    (inside, total), (t, is_sure) = sums, tests
    columns = yardstick.effects.columns()
    holds, share = np.zeros(t.shape, dtype=np.bool_), np.zeros(t.shape)
    for draw, group in np.argwhere(is_sure):
        people = yardstick.groups.people(int(group))
        people = people[stay[draw, people]]
        own = columns[:, people]
        left = contrast_of_sums(inside[:, draw, group, None] - own, total[:, draw, None] - own)
        with np.errstate(invalid="ignore", divide="ignore"):
            se = yardstick.scale[group] * np.sqrt(left.variance + yardstick.shock)
            without = (left.theta - yardstick.centre[group]) / se
        same = np.sign(without) == np.sign(t[draw, group])
        holds[draw, group] = people.size > 1 and bool(np.all(same & (np.abs(without) > LEAST_T)))
        share[draw, group] = own[1].max(initial=0.0) / max(own[1].sum(), 1e-300)
    return holds, share


def _spreads(
    effect: FloatArray, se: FloatArray, level: IntArray, unit_sd: float
) -> tuple[SpreadPosterior, ...]:
    """Spread between the groups of each one's level; levels of few borrow that of the teams."""
    teams = level == 0 if (level == 0).any() else np.ones(level.shape, dtype=np.bool_)
    known = {}
    for one in np.unique(level):
        here = level == one
        informs = here if here.sum() >= LEAST_UNITS else teams
        known[int(one)] = spread_posterior(effect[informs], se[informs], unit_sd)
    return tuple(known[int(one)] for one in level)


def _shrunken(
    effect: FloatArray, se: FloatArray, spread: tuple[SpreadPosterior, ...]
) -> FloatArray:
    shrunken = np.empty(effect.shape)
    for one in {id(item): item for item in spread}.values():
        here = np.array([item is one for item in spread])
        flat = expected_effect(effect[:, here].ravel(), se[:, here].ravel(), one)
        shrunken[:, here] = flat.reshape(-1, int(here.sum()))
    return shrunken


def _inner(se: FloatArray, scale: FloatArray) -> FloatArray:
    """Sampling error within groups: what is shrunken, as in the full judgement."""
    with np.errstate(divide="ignore"):
        inner: FloatArray = se * np.minimum(1.0, 1.0 / scale)
    return inner


def _split(rows: BoolArray, size: int) -> list[BoolArray]:
    return [rows[first : first + size] for first in range(0, len(rows), size)]
