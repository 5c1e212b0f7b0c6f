"""Whether two networks of the same people go together, tested by relabelling the people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.arithmetic import mean_and_sd, quotient
from graph.network import Floats

_LEAST_PEOPLE = 3
_TIE = 1e-9
_ALIASED = 1e-10


@dataclass(frozen=True)
class QapTest:
    """A correlation of two networks against relabelled people; p one-sided and two-sided."""

    value: float
    null_mean: float
    null_sd: float
    p_low: float
    p_high: float
    p: float


@dataclass(frozen=True)
class Mrqap:
    """A regression of one network on others.

    `coefficients` has one row per predictor, by name: b, standardised, t, p (two-sided).
    """

    coefficients: pd.DataFrame
    intercept: float
    r_squared: float
    n_dyads: int


def qap_correlation(
    first: Floats, second: Floats, rng: np.random.Generator, draws: int = 1999
) -> QapTest:
    """Return the correlation of two networks over ordered pairs, tested by relabelling people.

    Formula: r = Pearson correlation over the n (n - 1) cells off the diagonal; in each draw the
    rows and columns of `first` are permuted together. p = min(1, 2 min(p_low, p_high)),
    p_high = (1 + #{r_b >= r}) / (draws + 1).
    Shape: two matrices (n, n); a `QapTest`. Unit: none. Range: -1 to 1.
    Edge cases: nan where a network does not vary or has fewer than three people. The diagonal is
    never read: counting its zeros would push r up.
    Null: people keep their network and swap names with each other.
    Raises: ValueError when shapes do not fit or a cell off the diagonal is missing.
    Source: Krackhardt 1988, Social Networks 10, 359-381.

    >>> qap_correlation(advice, friendship, rng).value
    0.15
    """
    off = _off_diagonal(first, second)
    there = second[off]
    value = _correlation(first[off], there)
    if np.isnan(value):
        return QapTest(*(6 * [float("nan")]))
    drawn = np.array([_correlation(moved[off], there) for moved in _moved(first, rng, draws)])
    mean, spread = mean_and_sd(list(drawn))
    low, high = _one_sided(value, drawn)
    return QapTest(value, float(mean), float(spread), low, high, min(1.0, 2.0 * min(low, high)))


def mrqap(
    response: Floats, predictors: Mapping[str, Floats], rng: np.random.Generator, draws: int = 1999
) -> Mrqap:
    """Return a regression of one network on others, each predictor tested for itself.

    Formula: least squares over the n (n - 1) cells off the diagonal. Double semi-partialling: a
    predictor's residual on all others is permuted, rows and columns together, and put in its
    place; p = (1 + #{|t_b| >= |t|}) / (draws + 1). standardised = b sd(x) / sd(y).
    Shape: matrices (n, n); a `Mrqap`. Unit: that of the response per unit of the predictor.
    Range: unbounded; r_squared 0 to 1.
    Edge cases: a predictor that the others determine, or a response without variation: nan.
    Null: the response and the other predictors stay; what only this predictor tells is dealt to
    people anew.
    Raises: ValueError when shapes do not fit, a cell off the diagonal is missing or no predictor
    is given.
    Source: Dekker, Krackhardt & Snijders 2007, Psychometrika 72, 563-581.

    >>> mrqap(advice, {"friendship": friendship, "reports": reports}, rng).r_squared
    0.063
    """
    if not predictors:
        raise ValueError("a regression needs a predictor")
    off = _off_diagonal(response, *predictors.values())
    y = response[off]
    columns = [matrix[off] for matrix in predictors.values()]
    rows = [
        _tested(y, columns, place, _Permuted(off, rng, draws)) for place in range(len(columns))
    ]
    names = ["b", "standardised", "t", "p"]
    table = pd.DataFrame(rows, columns=names, index=list(predictors))
    design = np.column_stack([np.ones(y.size), *columns])
    fitted, *_ = np.linalg.lstsq(design, y, rcond=None)
    rest = y - design @ fitted
    whole = float(((y - y.mean()) ** 2).sum())
    explained = float(quotient(np.array(whole - float(rest @ rest)), np.array(whole)))
    return Mrqap(table, float(fitted[0]), explained, y.size)


@dataclass(frozen=True)
class _Permuted:
    """How to deal a column of cells anew: as a matrix, rows and columns together."""

    off: npt.NDArray[np.bool_]
    rng: np.random.Generator
    draws: int

    def of(self, column: Floats) -> Iterator[Floats]:
        matrix = np.zeros(self.off.shape)
        matrix[self.off] = column
        for moved in _moved(matrix, self.rng, self.draws):
            yield moved[self.off]


def _tested(
    y: Floats, columns: list[Floats], place: int, permuted: _Permuted
) -> tuple[float, float, float, float]:
    """Give b, standardised b, t and p of one predictor."""
    x = columns[place]
    others = np.column_stack([np.ones(y.size), *columns[:place], *columns[place + 1 :]])
    basis, _ = np.linalg.qr(others)
    own = x - basis @ (basis.T @ x)
    left = y - basis @ (basis.T @ y)
    free = y.size - others.shape[1] - 1
    follows = own @ own <= _ALIASED * max(float(x @ x), 1.0)
    if follows or float(y.std()) <= _TIE or free <= 0:
        return (float("nan"),) * 4
    b, t = _slope(own, left, free)
    drawn = [_slope(e - basis @ (basis.T @ e), left, free)[1] for e in permuted.of(own)]
    hits = int((np.abs(drawn) >= abs(t) * (1.0 - _TIE)).sum())
    return b, b * float(x.std() / y.std()), t, (1.0 + hits) / (permuted.draws + 1.0)


def _slope(own: Floats, left: Floats, free: int) -> tuple[float, float]:
    """Slope of y on the part of x that the others leave, and its t; both freed of the others."""
    square = float(own @ own)
    b = float(own @ left) / square
    rest = max(float(left @ left) - b**2 * square, 0.0)
    with np.errstate(divide="ignore"):
        return b, float(np.float64(b) / np.sqrt(rest / free / square))


def _moved(matrix: Floats, rng: np.random.Generator, draws: int) -> Iterator[Floats]:
    for _ in range(draws):
        order = rng.permutation(len(matrix))
        yield matrix[np.ix_(order, order)]


def _off_diagonal(*matrices: Floats) -> npt.NDArray[np.bool_]:
    shape = matrices[0].shape
    if shape != (len(matrices[0]),) * 2 or any(m.shape != shape for m in matrices):
        raise ValueError("networks of the same people are square matrices of one size")
    off: npt.NDArray[np.bool_] = ~np.eye(shape[0], dtype=np.bool_)
    if any(np.isnan(matrix[off]).any() for matrix in matrices):
        raise ValueError("a cell off the diagonal is missing")
    return off


def _correlation(x: Floats, y: Floats) -> float:
    if x.size < _LEAST_PEOPLE * (_LEAST_PEOPLE - 1):
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    return float(quotient(np.array(x @ y), np.sqrt(np.array((x @ x) * (y @ y)))))


def _one_sided(value: float, drawn: Floats) -> tuple[float, float]:
    low, high = int((drawn <= value + _TIE).sum()), int((drawn >= value - _TIE).sum())
    return (1.0 + low) / (drawn.size + 1.0), (1.0 + high) / (drawn.size + 1.0)
