"""Krippendorff's alpha: how far coders who work on their own agree beyond chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

FEWEST_CODERS = 2


def krippendorff_alpha(counts: Matrix) -> float:
    """Return the agreement of coders on categories without order; 1 is perfect, 0 is chance.

    Formula: 1 - D_o / D_e over units that two coders or more coded. A unit with m codes adds
    1 / (m - 1) per ordered pair to the coincidences o_cd; n_c are their margins, n their sum.
    D_o = sum over c != d of o_cd / n, D_e = sum over c != d of n_c n_d / (n (n - 1)).
    Shape: `counts` (units, categories), how many coders gave a unit each category; one number.
    Unit: none. Range: up to 1; below 0 where coders agree less than chance.
    Edge cases: units of fewer than two codes are left out; nan where there are none, or where all
    codes are the same, for then there is nothing to disagree about.
    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability.

    >>> krippendorff_alpha(np.array([[2.0, 0.0], [0.0, 2.0]]))
    1.0
    """
    coded = counts.sum(axis=1)
    pairable = counts[coded >= FEWEST_CODERS]
    if not len(pairable):
        return float("nan")
    per_unit = coded[coded >= FEWEST_CODERS]
    scaled = pairable / (per_unit - 1.0)[:, None]
    coincidences = scaled.T @ pairable - np.diag(scaled.sum(axis=0))
    margins = coincidences.sum(axis=1)
    n = margins.sum()
    expected = n**2 - (margins**2).sum()
    if expected <= 0:
        return float("nan")
    observed = n - np.trace(coincidences)
    return float(1.0 - (n - 1.0) * observed / expected)
