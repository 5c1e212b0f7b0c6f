"""Behaviour and perception side by side: confirmed deserts, blind spots, process deserts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.statistics.permutation import benjamini_hochberg

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

COLD, WARM = ("desert", "desert_watch"), ("hotspot", "hotspot_watch")


@dataclass(frozen=True)
class JointRules:
    """When two layers together say something."""

    fdr: float = 0.10
    material_behaviour: float = 0.25
    material_perception: float = 0.30
    least_reliability: float = 0.50
    """ICC2(n) from which a group's survey mean counts as observed."""


def judge_joint(
    behaviour: pd.DataFrame, perception: pd.DataFrame, rules: JointRules | None = None
) -> pd.DataFrame:
    """What the two layers say together about every group.

    Formula
        For groups tested and reliable in both layers, with one-sided p (low = cold):
        desert max(p_B,low, p_S,low); hotspot max(p_B,high, p_S,high); blind spots
        p1 = max(p_B,low, p_S,high) and p2 = max(p_B,high, p_S,low), tested as
        min(1, 2 min(p1, p2)). Benjamini-Hochberg within each class; a cell is named at
        q <= .10 if both shrunken effects are material. Else the cells that follow from one
        layer: process desert, process hotspot, felt desert.
    Shape
        `behaviour`, `perception`: results of `judge`. One row per group of either: group_id,
        behaviour, perception (verdicts), joint, p, q; p and q are nan for cells that follow
        from one layer.
    Unit
        Probability. Range: p, q in (0, 1].
    Edge cases
        A group missing from a layer has "not_enough_evidence" there.
    Null
        Union of "not cold" and "not cold" (and so on): no independence of layers is assumed.
    Source
        `docs/method.md`, joint table; Berger 1982 (intersection-union test).

    >>> judge_joint(behaviour, perception)["joint"].tolist()
    ['confirmed_desert', 'none']
    """
    rules = rules or JointRules()
    both = _side_by_side(behaviour, perception)
    usable = both[["p_low_b", "p_high_b", "p_low_s", "p_high_s"]].notna().all(axis=1)
    usable &= both["reliability_s"] >= rules.least_reliability
    classes = {name: p.where(usable) for name, p in _class_p(both).items()}
    q = {name: benjamini_hochberg(p.to_numpy(np.float64)) for name, p in classes.items()}
    material = (both["effect_shrunk_b"].abs() >= rules.material_behaviour) & (
        both["effect_shrunk_s"].abs() >= rules.material_perception
    )
    cold = both["p_low_b"] < both["p_high_b"]
    hits = {name: (value <= rules.fdr) & material for name, value in q.items()}
    named = [hits["desert"], hits["hotspot"], hits["blind"] & cold, hits["blind"] & ~cold]
    joint = np.select(
        [*named, *_single_layer(both)],
        [
            "confirmed_desert",
            "confirmed_hotspot",
            "warm_words_cold_network",
            "busy_not_heard",
            "process_desert",
            "process_hotspot",
            "felt_desert",
        ],
        "none",
    )
    kinds = ["desert", "hotspot", "blind", "blind"]
    return pd.DataFrame(
        {
            "group_id": both["group_id"],
            "behaviour": both["verdict_b"],
            "perception": both["verdict_s"],
            "joint": joint,
            "p": np.select(named, [classes[kind] for kind in kinds], np.nan),
            "q": np.select(named, [q[kind] for kind in kinds], np.nan),
        }
    )


def _side_by_side(behaviour: pd.DataFrame, perception: pd.DataFrame) -> pd.DataFrame:
    names = ["group_id", "p_low", "p_high", "effect_shrunk", "reliability", "verdict"]
    both = behaviour[names].merge(
        perception[names], on="group_id", how="outer", suffixes=("_b", "_s"), validate="1:1"
    )
    verdicts = ["verdict_b", "verdict_s"]
    both[verdicts] = both[verdicts].fillna("not_enough_evidence")
    return both.sort_values("group_id").reset_index(drop=True)


def _class_p(both: pd.DataFrame) -> dict[str, pd.Series]:
    low_b, high_b = both["p_low_b"], both["p_high_b"]
    low_s, high_s = both["p_low_s"], both["p_high_s"]
    words, busy = low_b.combine(high_s, max), high_b.combine(low_s, max)
    return {
        "desert": low_b.combine(low_s, max),
        "hotspot": high_b.combine(high_s, max),
        "blind": (2.0 * words.combine(busy, min)).clip(upper=1.0),
    }


def _single_layer(both: pd.DataFrame) -> list[pd.Series]:
    """Process desert, process hotspot, felt desert: one layer speaks, the other is neutral."""
    neutral_b = ~both["verdict_b"].isin(COLD + WARM)
    neutral_s = ~both["verdict_s"].isin(COLD + WARM)
    return [
        both["verdict_b"].isin(COLD) & neutral_s,
        both["verdict_b"].isin(WARM) & neutral_s,
        both["verdict_s"].isin(COLD) & neutral_b,
    ]
