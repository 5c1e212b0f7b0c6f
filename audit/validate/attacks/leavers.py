"""Leaver and joiner differencing. Knows: a group before and after one known member left or joined.

Does: regresses the published change on the leaver's own value, in groups of 8 to 160, over periods
of one release and over successive releases; worst case: whoever stays gives the same again. The
publisher's own decisions, membership rules, intervals and rounding are used. What value and both
ends of its interval tell together is held to the same bound, and so is what a verdict adds: its
effect and the ends of the interval of that, each rounded by itself.
Wins: when the changes explain more than 10 % of the variance of the leaver's value (R^2 > .10)
at any size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from audit.disclosure.cells import Decision, decide
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.rounding import POINT_STEP, Rounding
from audit.disclosure.tables import Context, value_rows
from audit.disclosure.thresholds import Floor, Policy
from audit.disclosure.waves import Stood, Told, without_waves
from audit.statistics.intervals import mean_interval
from audit.validate.attacks.attempt import Attempt, attempt

FloatArray = npt.NDArray[np.float64]

NAME = "leavers and joiners"
LIMIT = 0.10
SIZES = (*range(8, 61), *range(110, 161, 10))
SPREAD = 0.13
"""Standard deviation between people: 13 points of a share."""
DRAWS = 100_000
_FEW = 10_000
_REST, _SHRUNK, _Z90 = 0.487, 0.7, 1.645
_POLICIES: tuple[Policy, ...] = ("standard", "strict")
_GRID = 1000
_INDICATOR = "isolation"
_ROOT = "org"
_BEFORE, _AFTER = 1, 2
_ALL_OUT = -1


@dataclass(frozen=True)
class Setting:
    """How the publisher is set, and what the attacker can hold against each other."""

    policy: Policy
    is_joiner: bool = False
    is_earlier_release: bool = False
    is_judged: bool = False
    """Whether a verdict rests on the indicator, so that an effect is published as well."""
    defences: Defences = ALL
    min_people: int = 8


def regress_all(
    rng: np.random.Generator, defences: Defences = ALL, draws: int = DRAWS
) -> list[Attempt]:
    """Attack both policies, by leavers and by joiners, over periods and over releases."""
    found, few = [], min(draws, _FEW)
    for policy in _POLICIES:
        by_size: dict[int, list[float]] = {}
        for is_joiner in (False, True):
            for is_earlier in (False, True):
                setting = Setting(policy, is_joiner, is_earlier, defences=defences)
                for n, r2 in regress(setting, rng, draws).items():
                    by_size.setdefault(n, []).append(r2)
        told = {n: float(np.mean(by_size[n])) for n in sorted(by_size)}
        joint = regress_jointly(Setting(policy, defences=defences), rng, few)
        found.append(_attempt(policy, told, joint, 4 * len(SIZES) * draws))
        judged = Setting(policy, is_judged=True, defences=defences)
        found.append(_attempt(f"{policy}, judged", {}, regress_jointly(judged, rng, few), few))
    return found


def regress(setting: Setting, rng: np.random.Generator, draws: int = DRAWS) -> dict[int, float]:
    """Return R^2 by size of the group before; a size whose change is not published is left out."""
    decision, before = _decided(setting)
    tells = _published(decision, setting.defences)
    return {
        n: _r_squared(n, setting, tells, (rng.spawn(1)[0], draws))
        for n in SIZES
        if _name(n) in before and decision.cell(_AFTER, _name(n), _INDICATOR).has_number
    }


def regress_jointly(
    setting: Setting, rng: np.random.Generator, draws: int = _FEW
) -> dict[int, float]:
    """Return R^2 on all that is told together, for the smallest and the largest size."""
    decision, before = _decided(setting)
    sizes = [
        n
        for n in SIZES
        if _name(n) in before and decision.cell(_AFTER, _name(n), _INDICATOR).has_number
    ]
    told = partial(_told_of, setting)
    return {n: _joint_r_squared(n, told, (rng, draws)) for n in {*sizes[:1], *sizes[-1:]}}


def shares_told(shares: pd.DataFrame, rounding: Rounding) -> FloatArray:
    """Return value and both ends as a cell that shows a share publishes them.

    The publisher's rounding without its rows, which take ten times as long; a test holds both
    to each other.
    """
    told = []
    for value, low, high in shares[["value", "value_low", "value_high"]].to_numpy().tolist():
        ends = rounding.around(100.0 * value, 100.0 * low, 100.0 * high, POINT_STEP)
        told.append((rounding.share_points(value), max(0.0, ends[0]), min(100.0, ends[1])))
    return np.array(told, dtype=np.float64)


def _attempt(
    policy: str, told: Mapping[int, float], joint: Mapping[int, float], tried: int
) -> Attempt:
    name = f"{NAME}, {policy}"
    over = ["indicator_values"] * sum(r2 > LIMIT for r2 in (*told.values(), *joint.values()))
    if not joint:
        return attempt(name, tried, over, f"no change of up to {max(SIZES)} people is published")
    both = ", ".join(f"{joint[n]:.3f} at {n}" for n in sorted(joint))
    says = f"a change is published from n = {min(joint)} (bound {LIMIT:.2f}); all told {both}"
    if told:
        at = max(told, key=lambda n: told[n])
        says += f"; the number alone at most {told[at]:.3f} at {at}"
    return attempt(name, tried, over, says)


def _decided(setting: Setting) -> tuple[Decision, set[str]]:
    """Return the publisher's decision, and the groups whose number before is out."""
    step = 1 if setting.is_joiner else -1
    sizes = {_BEFORE: {_name(n): n for n in SIZES}}
    sizes[_AFTER] = {name: n + step for name, n in sizes[_BEFORE].items()}
    people = {(w, name): _members(name, n) for w in sizes for name, n in sizes[w].items()}
    if not setting.is_earlier_release:
        decision = _settled(setting, sizes, people, ())
        return decision, _numbers(decision, sizes[_BEFORE])
    first = _settled(setting, {_BEFORE: sizes[_BEFORE]}, people, ())
    out = _numbers(first, sizes[_BEFORE])
    earlier = [
        Told(name, _INDICATOR, people[_BEFORE, name], sizes[_BEFORE][name], _ALL_OUT)
        for name in sorted(out)
    ]
    return _settled(setting, {_AFTER: sizes[_AFTER]}, people, earlier), out


def _settled(
    setting: Setting,
    sizes: Mapping[int, Mapping[str, int]],
    people: Mapping[tuple[int, str], frozenset[str]],
    earlier: Sequence[Told],
) -> Decision:
    """Return what a release of these periods shows, held against what is out already."""
    groups = pd.concat([_groups(w, sizes[w]) for w in sizes], ignore_index=True)
    floor = Floor(setting.min_people, setting.policy)
    alone = decide(groups, _values(groups), floor, setting.defences)
    counts = {(w, name, _INDICATOR): n for w in sizes for name, n in sizes[w].items()}
    stood = Stood(people, counts, earlier, frozenset({_INDICATOR} if setting.is_judged else ()))
    return without_waves(alone, stood, setting.min_people, setting.defences)


def _numbers(decision: Decision, sizes: Mapping[str, int]) -> set[str]:
    return {name for name in sizes if decision.cell(_BEFORE, name, _INDICATOR).has_number}


def _published(decision: Decision, defences: Defences) -> FloatArray:
    """Return what is published of a share, by the share in steps of a tenth of a point."""
    shares = np.arange(_GRID + 1) / _GRID
    frame = pd.DataFrame({"value": shares, "value_low": None, "value_high": None})
    told = _rows(decision, frame, defences)
    return told["value"].to_numpy(dtype=np.float64)


def _rows(decision: Decision, values: pd.DataFrame, defences: Defences) -> pd.DataFrame:
    """Return values as they are published in a cell that shows numbers."""
    window, group = next(
        (w, name) for (w, name, _), cell in sorted(decision.cells.items()) if cell.has_number
    )
    cells = values.assign(
        window_id=window, group_id=group, indicator=_INDICATOR, status="shown", why=None,
        expected=None, odds_cooler=None, n_people=max(SIZES),
    )  # fmt: skip
    return value_rows(cells, Context(decision, {}, {}, {}, {_INDICATOR: "share"}, {}, defences))


def _joint_r_squared(
    n: int, told: Callable[[FloatArray], FloatArray], chance: tuple[np.random.Generator, int]
) -> float:
    rng, draws = chance
    values = np.clip(rng.normal(rng.uniform(0.3, 0.7, (draws, 1)), SPREAD, (draws, n)), 0, 1)
    before, after = (told(part) for part in (values, values[:, 1:]))
    change = after - before
    change = change[:, change.std(axis=0) > 0] - change.mean(axis=0)[change.std(axis=0) > 0]
    apart = values[:, 0] - values[:, 1:].mean(axis=1)
    apart = apart - apart.mean()
    weights, *_ = np.linalg.lstsq(change, apart, rcond=None)
    left = float(np.sum((apart - change @ weights) ** 2))
    return 1.0 - left / float(np.sum(apart**2))


def _told_of(setting: Setting, values: FloatArray) -> FloatArray:
    """Return all numbers of a cell as published, one row for each row of people."""
    draws, n = values.shape
    people = sparse.csr_array(sparse.kron(sparse.eye(draws), np.ones((1, n))))
    span = mean_interval(values.ravel(), np.ones(draws * n), people, is_share=True)
    frame = pd.DataFrame(
        {"value": values.mean(axis=1), "value_low": span.low, "value_high": span.high}
    )
    rounding = Rounding(setting.defences.rounding)
    published = shares_told(frame, rounding)
    if not setting.is_judged:
        return published
    return np.column_stack([published, _effects(frame, n, rounding)])


def _effects(frame: pd.DataFrame, n: int, rounding: Rounding) -> FloatArray:
    """Return effect and interval of a verdict as rounded: the gap to the rest, and part of it."""
    gap = 100.0 * (frame["value"].to_numpy(dtype=np.float64) - _REST)
    arm = _Z90 * 100.0 * SPREAD / np.sqrt(n)
    told = []
    for one in gap:
        low, high = rounding.outwards(
            min(one - arm, _SHRUNK * one), max(one + arm, _SHRUNK * one), POINT_STEP
        )
        told.append((rounding.to_step(_SHRUNK * one, POINT_STEP), low, high))
    return np.array(told, dtype=np.float64)


def _r_squared(
    n: int, setting: Setting, tells: FloatArray, chance: tuple[np.random.Generator, int]
) -> float:
    """Return how much of the variance of one person's value the published change explains."""
    rng, draws = chance
    stay = n if setting.is_joiner else n - 1
    middle = rng.uniform(0.3, 0.7, draws)
    one = np.clip(rng.normal(middle, SPREAD), 0, 1)
    rest = np.clip(rng.normal(middle, SPREAD / np.sqrt(stay)), 0, 1)
    whole = (stay * rest + one) / (stay + 1)
    before, after = (rest, whole) if setting.is_joiner else (whole, rest)
    change = _told(tells, after) - _told(tells, before)
    apart = one - rest  # what the attacker knows of the others is taken out
    if change.std() == 0.0:
        return 0.0
    return float(np.corrcoef(change, apart)[0, 1] ** 2)


def _told(tells: FloatArray, values: FloatArray) -> FloatArray:
    return tells[np.rint(values * _GRID).astype(np.int64)]


def _name(n: int) -> str:
    return f"g{n:02d}"


def _members(name: str, n: int) -> frozenset[str]:
    return frozenset(f"{name}-{i:02d}" for i in range(n))


def _groups(window: int, sizes: Mapping[str, int]) -> pd.DataFrame:
    people = {_ROOT: sum(sizes.values()), **sizes}
    return pd.DataFrame(
        {
            "window_id": window,
            "group_id": list(people),
            "parent_id": [None if name == _ROOT else _ROOT for name in people],
            "n_people": list(people.values()),
        }
    )


def _values(groups: pd.DataFrame) -> pd.DataFrame:
    return groups.assign(indicator=_INDICATOR, status="shown", top_share=1.0 / groups["n_people"])
