"""Weights that make those who answered look like those who were asked: level, site, tenure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MET = 1e-9


@dataclass(frozen=True)
class RakeRules:
    """When raking stops, how far a weight may go, and how small a cell may be."""

    lowest: float = 0.25
    highest: float = 4.0
    """Weights are kept within these bounds, so that no form speaks for very many."""
    least_forms: int = 5
    """Cells of a margin with fewer forms are merged with the next smallest one."""
    largest_gap: float = 0.005
    """Margins count as met when every share lies within half a point."""
    max_rounds: int = 200


@dataclass(frozen=True)
class Raking:
    """Weights with a mean of 1, and how well the margins were met."""

    weights: pd.Series
    is_converged: bool
    gap: float
    """Largest distance between a weighted share and its margin, cells merged."""
    margins: tuple[str, ...]
    """Margins that could be used: at least two cells with enough forms."""

    @property
    def design_effect(self) -> float:
        """Return by how much the weights enlarge a variance: n sum w^2 / (sum w)^2 (Kish)."""
        w = self.weights.to_numpy(dtype=np.float64)
        return float(w.size * np.sum(w**2) / np.sum(w) ** 2) if w.size else float("nan")


def rake(
    forms: pd.DataFrame, margins: Mapping[str, pd.Series], rules: RakeRules | None = None
) -> pd.Series:
    """Return one weight per form, as `raked` finds it.

    >>> rake(pd.DataFrame({"level": ["a"] * 30 + ["b"] * 10}), {"level": shares})[0]
    0.6666666666666666
    """
    return raked(forms, margins, rules).weights


def raked(
    forms: pd.DataFrame, margins: Mapping[str, pd.Series], rules: RakeRules | None = None
) -> Raking:
    """Weights under which every margin of the forms is that of the people who were asked.

    Formula
        Iterative proportional fitting: for each margin in turn, w is multiplied by (share asked)
        / (weighted share answered) of its cell, until all margins hold; weights outside the
        bounds are cut and the fit repeated.
    Shape
        `forms`: a column for each margin (other columns are ignored). `margins`: by column, the
        counts or shares asked, indexed by cell. One weight per row, on the index of `forms`.
    Unit
        None; the mean is 1. Range: `rules.lowest` to `rules.highest`.
    Edge cases
        A form that does not tell its cell keeps its share in that margin. Cells with few forms
        are merged, smallest first; a margin with one cell left is not used. No form: no weight.
    Null
        None.
    Raises
        Nothing; margins that cannot all be met are told by `is_converged`.
    Source
        Deming and Stephan 1940; Kish 1992 (trimming, design effect).

    >>> raked(forms, {"level": pd.Series({"a": 20, "b": 20})}).is_converged
    True
    """
    rules = rules or RakeRules()
    cells = {name: _cells(forms[name], margins[name], rules) for name in margins if name in forms}
    used = {name: cell for name, cell in cells.items() if cell.target.size > 1}
    weights = np.ones(len(forms))
    for _ in range(rules.max_rounds):
        before = weights.copy()
        for cell in used.values():
            weights = weights * (cell.target / cell.share(weights))[cell.code]
        weights = _within(weights, rules)
        if np.max(np.abs(weights - before), initial=0.0) <= _MET:
            break
    gap = max((cell.gap(weights) for cell in used.values()), default=0.0)
    series = pd.Series(weights, index=forms.index, name="weight", dtype="float64")
    return Raking(series, gap <= rules.largest_gap, gap, tuple(used))


@dataclass(frozen=True)
class _Cells:
    """One margin: the merged cell of each form, and the share asked of each cell."""

    code: IntArray
    target: FloatArray

    def share(self, weights: FloatArray) -> FloatArray:
        sums = np.bincount(self.code, weights=weights, minlength=self.target.size)
        share: FloatArray = sums / sums.sum()
        return share

    def gap(self, weights: FloatArray) -> float:
        return float(np.max(np.abs(self.share(weights) - self.target)))


def _cells(told: pd.Series, asked: pd.Series, rules: RakeRules) -> _Cells:
    """Cells with enough forms each; forms that tell none stand apart and keep their share."""
    labels = told.astype("object")
    known = labels.notna().to_numpy()
    forms = labels[known].astype(str).value_counts()
    total = asked.astype("float64")
    total.index = total.index.astype(str)
    table = pd.DataFrame({"forms": forms, "asked": total.groupby(level=0).sum()}).fillna(0.0)
    home = _merged(table, rules.least_forms)
    names = sorted(set(home.values()))
    place = {label: names.index(cell) for label, cell in home.items()}
    code = np.full(len(labels), len(names), dtype=np.int64)
    code[known] = [place[str(label)] for label in labels[known]]
    sums = np.zeros(len(names))
    for label, share in table["asked"].items():
        sums[place[str(label)]] += float(share)
    target = sums / sums.sum() if sums.sum() > 0 else sums
    if known.all() or not len(labels):
        return _Cells(code, target)
    unknown = 1.0 - float(known.mean())
    return _Cells(code, np.append(target * (1.0 - unknown), unknown))


def _merged(table: pd.DataFrame, least: int) -> dict[str, str]:
    """Return the merged cell of each label: small ones join the next smallest until all are big.

    A cell nobody was asked in, by the roster, counts as small: no share could be met there.
    """
    parts = {
        str(label): ([str(label)], float(row["forms"]), float(row["asked"]))
        for label, row in table.sort_index().iterrows()
    }
    while len(parts) > 1:
        order = sorted(parts, key=lambda name: (parts[name][1], name))
        small = [name for name in order if parts[name][1] < least or parts[name][2] <= 0]
        if not small:
            break
        first = small[0]
        second = next(name for name in order if name != first)
        (a, n, x), (b, m, y) = parts.pop(first), parts.pop(second)
        parts[min(first, second)] = (a + b, n + m, x + y)
    return {label: cell for cell, (labels, _, _) in parts.items() for label in labels}


def _within(weights: FloatArray, rules: RakeRules) -> FloatArray:
    """Mean 1, and within the bounds."""
    if not weights.size:
        return weights
    for _ in range(rules.max_rounds):
        weights = weights / weights.mean()
        cut = np.clip(weights, rules.lowest, rules.highest)
        if np.array_equal(cut, weights):
            break
        weights = cut
    return weights
