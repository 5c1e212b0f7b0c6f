"""Whether a scale means the same in two waves: equal loadings, or the waves are not compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

FloatArray = npt.NDArray[np.float64]

LARGEST_LOSS = 0.01
"""Loss of CFI beyond which loadings are not the same (Cheung and Rensvold 2002)."""
LEAST_ITEMS = 3
LEAST_FORMS = 50
"""Complete forms that each wave must have: below, no fit can be trusted."""
_START = 0.7
_STEPS = 2000
_SINGULAR = 1e-9


@dataclass(frozen=True)
class Fit:
    """A model of the covariances of several groups: its misfit and its degrees of freedom."""

    chi2: float
    freedom: int


@dataclass(frozen=True)
class Invariance:
    """How a model with equal loadings fits beside one with free loadings."""

    free: Fit
    equal: Fit
    cfi_free: float
    cfi_equal: float

    @property
    def loss(self) -> float:
        """Return by how much CFI falls when loadings are held equal."""
        return self.cfi_free - self.cfi_equal

    @property
    def is_enough(self) -> bool:
        """Return whether the waves may be compared."""
        return bool(self.loss <= LARGEST_LOSS)


def metric_invariance(waves: Sequence[pd.DataFrame]) -> Invariance | None:
    """Compare one factor with equal loadings in all waves to one with loadings free in each.

    Formula
        Sigma_g = phi_g l_g l_g' + diag(theta_g); F_ML = sum_g n_g (ln|Sigma_g| + tr(S_g
        Sigma_g^-1) - ln|S_g| - k), chi2 = F_ML; CFI = 1 - max(chi2 - df, 0) / max(chi2_0 - df_0,
        chi2 - df, 0) against uncorrelated items. Free: phi_g = 1; equal: l_g = l, phi_1 = 1.
    Shape
        Per wave: rows forms, columns items, the same ones in each (those with the same wording).
        Forms with an empty cell are left out.
    Unit
        None. Range: CFI 0 to 1; equal loadings never fit better.
    Edge cases
        Fewer than 3 items, 2 waves or 50 complete forms in a wave, or an item that does not vary:
        None, not assessable.
    Null
        The loadings are the same.
    Raises
        Nothing.
    Source
        Joreskog 1971; Bentler 1990 (CFI); Cheung and Rensvold 2002 (a loss of .01).

    >>> metric_invariance([first, second]).is_enough
    True
    """
    items = [name for name in waves[0] if all(name in wave for wave in waves)] if waves else []
    whole = [wave[items].dropna().astype("float64") for wave in waves]
    if len(items) < LEAST_ITEMS or len(waves) <= 1 or min(map(len, whole)) < LEAST_FORMS:
        return None
    samples = [_Sample.of(wave) for wave in whole]
    if any(not sample.is_regular for sample in samples):
        return None
    free, equal, none = (model(samples) for model in (_free, _equal, _uncorrelated))
    return Invariance(free, equal, cfi(free, none), cfi(equal, none))


def cfi(fit: Fit, none: Fit) -> float:
    """Return Bentler's comparative fit index of a model against uncorrelated items."""
    lack = max(fit.chi2 - fit.freedom, 0.0)
    worst = max(none.chi2 - none.freedom, lack, 0.0)
    return 1.0 - lack / worst if worst > 0 else 1.0


@dataclass(frozen=True)
class _Sample:
    """Covariances of one wave (divisor n) and its number of forms."""

    covariance: FloatArray
    n: int

    @classmethod
    def of(cls, wave: pd.DataFrame) -> _Sample:
        return cls(np.cov(wave.to_numpy().T, ddof=0), len(wave))

    @property
    def k(self) -> int:
        return int(self.covariance.shape[0])

    @property
    def is_regular(self) -> bool:
        return bool(np.linalg.eigvalsh(self.covariance)[0] > _SINGULAR)

    @property
    def log_size(self) -> float:
        return float(np.linalg.slogdet(self.covariance)[1])

    def misfit(
        self, loading: FloatArray, unique: FloatArray, spread: float
    ) -> tuple[float, FloatArray]:
        """Return ln|Sigma| + tr(S Sigma^-1), times n, and its gradient in Sigma.

        Sigma = diag(unique) + spread l l' is turned by the formula of Sherman and Morrison.
        """
        scaled = loading / unique
        weight = 1.0 + spread * float(np.sum(loading * scaled))
        inverse = np.diag(1.0 / unique) - np.outer(scaled, scaled) * (spread / weight)
        both = np.einsum("ij,jk->ik", self.covariance, inverse)
        value = float(np.log(unique).sum() + np.log(weight) + np.trace(both))
        slope: FloatArray = inverse - np.einsum("ij,jk->ik", inverse, both)
        return self.n * value, self.n * slope


def _free(samples: Sequence[_Sample]) -> Fit:
    k = samples[0].k
    chi2 = sum(_fitted([sample]) for sample in samples)
    return Fit(chi2, len(samples) * (k * (k + 1) // 2 - 2 * k))


def _equal(samples: Sequence[_Sample]) -> Fit:
    k, groups = samples[0].k, len(samples)
    used = k + groups * k + (groups - 1)
    return Fit(_fitted(samples), groups * k * (k + 1) // 2 - used)


def _uncorrelated(samples: Sequence[_Sample]) -> Fit:
    k = samples[0].k
    chi2 = sum(
        s.n * float(np.log(np.diag(s.covariance)).sum() - np.linalg.slogdet(s.covariance)[1])
        for s in samples
    )
    return Fit(chi2, len(samples) * k * (k - 1) // 2)


def _fitted(samples: Sequence[_Sample]) -> float:
    """Least misfit of one factor whose loadings are the same in all samples.

    Parameters: k loadings, k log uniquenesses of each sample, log factor variances but the first.
    """
    k, groups = samples[0].k, len(samples)

    def misfit(x: FloatArray) -> tuple[float, FloatArray]:
        loading, logs = x[:k], x[k : k + groups * k].reshape(groups, k)
        spread = np.exp(np.append(0.0, x[k + groups * k :]))
        total, slope = 0.0, np.zeros_like(x)
        for g, sample in enumerate(samples):
            unique = np.exp(logs[g])
            value, by = sample.misfit(loading, unique, float(spread[g]))
            total += value
            slope[:k] += 2.0 * spread[g] * (by @ loading)
            slope[k + g * k : k + (g + 1) * k] = np.diag(by) * unique
            if g:
                slope[k + groups * k + g - 1] = spread[g] * float(loading @ by @ loading)
        return total, slope

    sd = np.sqrt(np.diag(samples[0].covariance))
    unique = np.log([(1 - _START**2) * np.diag(s.covariance) for s in samples]).ravel()
    start = np.concatenate([_START * sd, unique, np.zeros(groups - 1)])
    bounds = [(None, None)] * k + [(-15.0, 15.0)] * (start.size - k)
    found = minimize(
        misfit, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": _STEPS, "ftol": 1e-11, "gtol": 1e-7},
    )  # fmt: skip
    saturated = sum(sample.n * (sample.log_size + k) for sample in samples)
    return max(float(found.fun) - saturated, 0.0)
