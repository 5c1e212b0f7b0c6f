"""How much colder those who did not answer would have to be for a verdict to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from audit.statistics.effects import POWER
from audit.statistics.verdicts import FLAGGED, JudgeRules

FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]

SHIFTS = (-0.5, -1.0)
"""Shifts of those who did not answer, in SD, smallest first."""
_IN_THE_WAY = (
    *("too_few_windows", "not_persistent", "depends_on_one_person", "one_person_dominates"),
    "low_reliability",
)
_SILENT = ("low_reliability", "no_direction")


def tipping_point(
    judgement: pd.DataFrame,
    response: pd.DataFrame,
    rules: JudgeRules,
    shifts: Sequence[float] = SHIFTS,
) -> pd.DataFrame:
    """Smallest shift of those who did not answer under which a group's verdict would be another.

    Formula
        With response r inside and s outside the group, a shift d moves its contrast by (1 - r) d
        if the silent are colder inside only, by -(1 - s) d if outside only, by the sum if
        everywhere. SE, shrinkage and the critical values of the family stay; a verdict that is
        another in any of the three has tipped.
    Shape
        `judgement`: result of `judge` in SD; `response`: index group_id, n_people (asked) and
        n_with_data (answered), the whole organization in the row with most people. One row per
        tested group: group_id, verdict, shift (nan where none of `shifts` changes it), is_enough.
    Unit
        SD of answers within teams. Range: the values of `shifts`.
    Edge cases
        Groups without a test or of low reliability, or nobody known to be asked: no row.
        Everybody answered: no shift changes anything.
    Null
        None: answers missing not at random cannot be seen, only bounded.
    Raises
        Nothing.
    Source
        Yan, Lee and Li 2009 (tipping-point analysis); `docs/method.md`, non-response.

    >>> tipping_point(judgement, response, rules)["shift"].tolist()
    [-0.5, nan]
    """
    closed = judgement["verdict"].eq("not_enough_evidence") & judgement["why"].isin(_SILENT)
    tested = judgement[judgement["effect"].notna() & judgement["se"].gt(0) & ~closed]
    asked = response.reindex(tested["group_id"])
    keep = asked["n_people"].gt(0).to_numpy()
    tested, asked = tested[keep].reset_index(drop=True), asked[keep]
    inside, outside = _silent(asked, response)
    line = _Line.of(tested, rules)
    now = line.word(np.zeros(len(tested)))
    found = np.full(len(tested), np.nan)
    for shift in sorted(shifts, key=abs, reverse=True):
        moves = (shift * inside, -shift * outside, shift * (inside - outside))
        tips = np.any([line.word(move) != now for move in moves], axis=0)
        found[tips] = shift
    return pd.DataFrame(
        {
            "group_id": tested["group_id"],
            "verdict": tested["verdict"],
            "shift": found,
            "is_enough": np.isnan(found),
        }
    )


def _silent(asked: pd.DataFrame, response: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Share of people who did not answer, inside each group and outside of it."""
    n = asked["n_people"].to_numpy(dtype=np.float64)
    answered = np.minimum(asked["n_with_data"].to_numpy(dtype=np.float64), n)
    everybody = response.sort_values("n_people").tail(1)
    rest = everybody["n_people"].to_numpy(dtype=np.float64) - n
    present = everybody["n_with_data"].to_numpy(dtype=np.float64) - answered
    silent = np.maximum(rest - present, 0.0)
    outside = np.divide(silent, rest, out=np.zeros_like(rest), where=rest > 0)
    return 1.0 - answered / n, outside


@dataclass(frozen=True)
class _Line:
    """The verdict of each group as a function of its effect alone, all else as judged."""

    effect: FloatArray
    se: FloatArray
    reach: FloatArray
    """Half of the 90 % interval."""
    pull: FloatArray
    """Shrunken effect as a share of the effect."""
    family_t: FloatArray
    watch_t: float
    may_confirm: npt.NDArray[np.bool_]
    """Nothing but its size keeps the group from being confirmed."""
    rules: JudgeRules

    @classmethod
    def of(cls, tested: pd.DataFrame, rules: JudgeRules) -> _Line:
        """Return the line of a family; its critical values come from the tests themselves."""
        effect = tested["effect"].to_numpy(dtype=np.float64)
        se = tested["se"].to_numpy(dtype=np.float64)
        shrunken = tested["effect_shrunk"].to_numpy(dtype=np.float64)
        return cls(
            effect=effect,
            se=se,
            reach=(tested["high"] - tested["low"]).to_numpy(dtype=np.float64) / 2.0,
            pull=np.divide(shrunken, effect, out=np.zeros_like(effect), where=effect != 0),
            family_t=tested["mde"].to_numpy(dtype=np.float64) / se - POWER,
            watch_t=_watch_t(tested, rules),
            may_confirm=~tested["why"].fillna("").isin(_IN_THE_WAY).to_numpy(),
            rules=rules,
        )

    def word(self, move: FloatArray) -> TextArray:
        """Return the verdict of each group if its effect were moved so far."""
        effect, rules = self.effect + move, self.rules
        size = np.abs(effect / self.se)
        material = np.abs(self.pull * effect) >= rules.material
        watch = material & (size >= np.minimum(self.watch_t, self.family_t))
        confirmed = material & (size >= self.family_t) & self.may_confirm
        typical = np.abs(effect) + self.reach < 2 * rules.material
        side = np.where(effect < 0, "cold", "warm")
        words: TextArray = np.select(
            [confirmed, watch, typical],
            [np.char.add(side, "!"), np.char.add(side, "?"), "typical"],
            "not_enough_evidence",
        )
        return words


def _watch_t(tested: pd.DataFrame, rules: JudgeRules) -> float:
    """Smallest |t| that makes a watch: of those that did, else what the first rejection needs."""
    t = (tested["effect"] / tested["se"]).abs()
    by_rate = tested["q"].le(rules.fdr)
    if by_rate.any():
        return float(t[by_rate].min())
    flagged = tested["verdict"].isin(FLAGGED)
    first = float(-ndtri(rules.fdr / max(len(tested), 1) / 2.0))
    return min(first, float(t[flagged].min())) if flagged.any() else first
