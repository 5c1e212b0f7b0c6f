"""How a group's contrast behaves by window, without one member, and who carries it."""

import numpy as np
import numpy.typing as npt

from audit.statistics.effects import GroupSet, PersonEffects, contrast_of_sums

FloatArray = npt.NDArray[np.float64]


def window_contrasts(effects: PersonEffects, groups: GroupSet) -> FloatArray:
    """Contrast of every group in each window, from that window's sums alone.

    Formula
        theta_ut = sum_in w_it e_it / sum_in w_it - the same outside, w_it = 1 / (v_it + s_b^2).
    Shape
        `(windows, K)`.
    Unit
        That of the effects. Range: unbounded.
    Edge cases
        Nobody seen inside or outside in a window: nan.
    Source
        `docs/method.md`, verdicts of the behaviour layer.

    >>> window_contrasts(effects, groups).shape
    (3, 42)
    """
    thetas = np.full((effects.n_windows, len(groups)), np.nan)
    for t in range(effects.n_windows):
        w = effects.window_weight[t]
        e = np.where(w > 0, effects.window_effect[t], 0.0)
        columns = np.stack([w * e, w, w])
        if columns[1].sum() > 0:
            inside = columns @ groups.members.T
            thetas[t] = contrast_of_sums(inside, columns.sum(axis=1)).theta
    return thetas


def without_each_member(effects: PersonEffects, groups: GroupSet) -> tuple[FloatArray, FloatArray]:
    """Contrast and variance of each group after removing each of its members, exactly.

    Formula
        theta_u(-i), V_u(-i): the contrast with person i taken out of the group and the company.
    Shape
        `(nnz,)` each, in the row order of `groups.members` (its `indptr` bounds a group).
    Unit
        That of the effects. Range: unbounded.
    Edge cases
        A group of one: nan.
    Source
        `docs/method.md`, verdicts of the behaviour layer; privacy and robustness at once.

    >>> theta, variance = without_each_member(effects, groups)
    """
    columns = effects.columns()
    inside, total = columns @ groups.members.T, columns.sum(axis=1)
    own = columns[:, groups.members.indices]
    row = np.repeat(np.arange(len(groups)), np.diff(groups.members.indptr))
    left = contrast_of_sums(inside[:, row] - own, total[:, None] - own)
    alone = np.diff(groups.members.indptr)[row] <= 1
    return (np.where(alone, np.nan, left.theta), np.where(alone, np.nan, left.variance))


def largest_share(effects: PersonEffects, groups: GroupSet) -> FloatArray:
    """Largest share of a group's weight that one person carries; nan for an empty group."""
    shares = np.full(len(groups), np.nan)
    for row in range(len(groups)):
        weight = effects.weight[groups.people(row)]
        if weight.size:
            shares[row] = weight.max() / weight.sum()
    return shares
