"""The expected answer to every message: covariates, then crossed sender and recipient effects."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CATEGORIES = ("relation", "channel", "hour_block", "weekday")
"""Columns entered as one indicator per value; the most frequent value is the reference."""

RIDGE = 0.1
"""Prior precision of a coefficient (prior SD about 3.2 log-odds): keeps a value that only
ever saw answers, common in small companies, finite; nothing beside thousands of messages."""
ROUNDS = 4
START_SENDER, START_RECIPIENT = 0.10, 0.30
LEAST_SENDER, LEAST_RECIPIENT = 0.005, 0.01
ALIASED = 1e-8
CONVERGED = 1e-8
MAX_LOGIT = 15.0


@dataclass(frozen=True)
class ReplyFit:
    """Probabilities of an answer per message, and what they were built from."""

    p0: FloatArray
    """Expected answer for the covariates and this sender: what residuals are taken from."""
    p1: FloatArray
    """The same with the recipient's effect: used for common shocks only."""
    names: tuple[str, ...]
    beta: FloatArray
    dropped: tuple[str, ...]
    var_c: float
    var_b: float
    n: int

    def coefficients(self) -> pd.Series:
        """Give the covariate effects in log-odds, indexed by name."""
        return pd.Series(self.beta, index=list(self.names), name="beta")


@dataclass(frozen=True)
class _Role:
    """One side of the crossed effects: who, how many, and where the variance starts."""

    codes: IntArray
    size: int
    floor: float


def fit_reply_model(observations: pd.DataFrame) -> ReplyFit:
    """Expected probability that each message is answered, from everything but the team.

    Formula
        Step 1: logistic regression on log inbound load of the recipient (mean weekly,
        standardised over persons), log fan-out, same team, relation, channel, hour block and
        weekday, by iteratively reweighted least squares; then eta is fixed.
        Step 2: four rounds of one-step empirical-Bayes updates of a sender effect c and a
        recipient effect b, each centred, variances re-estimated from c^2 plus posterior
        variance. p0 = expit(eta + c[s]), p1 = expit(eta + c[s] + b[r]).
    Shape
        `observations` has one row per addressed message and recipient; p0 and p1 are `(n,)`
        in the order of its rows.
    Unit
        Probability; effects are log-odds.
    Range
        Open interval (0, 1).
    Edge cases
        No rows: empty arrays. A covariate with a single value, or one that repeats others, is
        dropped and named in `dropped`. All or none answered: finite, by the small ridge.
    Null
        None of its own; the recipient effect is left out of p0, so that differences between
        persons and units stay in the residuals that the person permutation tests.
    Raises
        ValueError if a needed column is missing or holds nulls.
    Source
        `docs/method.md`, estimator, steps 1 and 2.

    >>> fit = fit_reply_model(replies)
    >>> residual = replies["is_answered"] - fit.p0
    """
    _require(observations)
    y = observations["is_answered"].to_numpy(dtype=np.float64)
    if y.size == 0:
        empty = np.empty(0)
        return ReplyFit(empty, empty, (), empty, (), START_SENDER, START_RECIPIENT, 0)
    design, names, dropped = _design(observations)
    beta = _logistic(design, y)
    eta = np.clip(design @ beta, -MAX_LOGIT, MAX_LOGIT)
    sender, recipient = _codes(observations)
    c, b, var_c, var_b = _crossed_effects(eta, y, sender, recipient)
    with_sender = eta + c[sender.codes]
    p1 = expit(with_sender + b[recipient.codes])
    return ReplyFit(expit(with_sender), p1, names, beta, dropped, var_c, var_b, y.size)


def person_sums(observations: pd.DataFrame, fit: ReplyFit) -> pd.DataFrame:
    """Answers beyond the expected ones, per recipient and week: all that later steps need.

    Formula
        excess = sum(y - p0), info = sum(p0 (1 - p0)); excess1, info1 the same with p1.
    Shape
        One row per (week, person_id), sorted: week, window_id where given, person_id, n,
        n_yes, excess, info, excess1, info1.
    Unit
        Messages; excess / info is a log-odds effect.
    Range
        excess in (-n, n), above 0 warmer; info in (0, n / 4].
    Edge cases
        A person without messages in a week has no row. Sums add over weeks.
    Raises
        ValueError if `fit` was made from another number of rows.
    Source
        `docs/method.md`, aggregate-then-delete mode.

    >>> person_sums(replies, fit_reply_model(replies)).columns[:2].tolist()
    ['week', 'person_id']
    """
    if len(observations) != fit.n:
        raise ValueError(f"the fit holds {fit.n} messages, the table {len(observations)}")
    y = observations["is_answered"].to_numpy(dtype=np.float64)
    keys = [k for k in ("week", "window_id") if k in observations.columns]
    rows = observations[keys].reset_index(drop=True)
    rows["person_id"] = observations["recipient_id"].to_numpy()
    rows = rows.assign(
        n=np.int64(1),
        n_yes=y.astype(np.int64),
        excess=y - fit.p0,
        info=fit.p0 * (1.0 - fit.p0),
        excess1=y - fit.p1,
        info1=fit.p1 * (1.0 - fit.p1),
    )
    return rows.groupby([*keys, "person_id"], observed=True, as_index=False, sort=True).sum()


def _require(observations: pd.DataFrame) -> None:
    needed = {"sender_id", "recipient_id", "is_same_unit", "inbound_load", "fan_out"}
    needed |= {"week", "is_answered", *CATEGORIES}
    missing = sorted(needed - set(observations.columns))
    if missing:
        raise ValueError(f"the reply model needs columns that are missing: {', '.join(missing)}")
    holed = [name for name in sorted(needed) if bool(observations[name].isna().any())]
    if holed:
        raise ValueError(f"the reply model found empty cells in: {', '.join(holed)}")


def _codes(observations: pd.DataFrame) -> tuple[_Role, _Role]:
    senders, sender_ids = pd.factorize(observations["sender_id"])
    recipients, recipient_ids = pd.factorize(observations["recipient_id"])
    return (
        _Role(senders.astype(np.int64), len(sender_ids), LEAST_SENDER),
        _Role(recipients.astype(np.int64), len(recipient_ids), LEAST_RECIPIENT),
    )


def _design(observations: pd.DataFrame) -> tuple[FloatArray, tuple[str, ...], tuple[str, ...]]:
    """Design matrix with an intercept, without constant or aliased columns."""
    columns: list[FloatArray] = [_log_load(observations)]
    names = ["log_inbound_load", "log_fan_out", "same_unit"]
    columns.append(np.log(np.maximum(observations["fan_out"].to_numpy(dtype=np.float64), 1.0)))
    columns.append(observations["is_same_unit"].to_numpy(dtype=np.float64))
    for category in CATEGORIES:
        codes, values = pd.factorize(observations[category], sort=True)
        reference = int(np.bincount(codes).argmax())
        for code, value in enumerate(values):
            if code != reference:
                columns.append((codes == code).astype(np.float64))
                names.append(f"{category}={value}")
    matrix = np.column_stack(columns)
    keep = _independent(matrix)
    kept = ("intercept", *(name for name, k in zip(names, keep, strict=True) if k))
    dropped = tuple(name for name, k in zip(names, keep, strict=True) if not k)
    return np.column_stack([np.ones(len(matrix)), matrix[:, keep]]), kept, dropped


def _log_load(observations: pd.DataFrame) -> FloatArray:
    """Log of each recipient's mean weekly inbound load, standardised over recipients."""
    weekly = observations.groupby(["recipient_id", "week"], observed=True)["inbound_load"].max()
    load = np.log1p(weekly.groupby(level="recipient_id", observed=True).mean())
    spread = float(load.std(ddof=0))
    load = (load - load.mean()) / (spread if spread > 0 else 1.0)
    return observations["recipient_id"].map(load).to_numpy(dtype=np.float64)


def _independent(matrix: FloatArray) -> npt.NDArray[np.bool_]:
    """Say which columns still vary once the columns before them are known."""
    centred = matrix - matrix.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=0))
    varies = scale > 1e-9 * np.sqrt(len(matrix))
    scale = np.where(varies, scale, 1.0)
    gram = (centred.T @ centred) / np.outer(scale, scale)
    keep = np.zeros(len(scale), dtype=np.bool_)
    for j in np.flatnonzero(varies):
        known = np.flatnonzero(keep)
        cross = gram[known, j]
        left = 1.0 - cross @ np.linalg.solve(gram[np.ix_(known, known)], cross)
        keep[j] = left > ALIASED
    return keep


def _logistic(design: FloatArray, y: FloatArray) -> FloatArray:
    """Logistic coefficients by iteratively reweighted least squares with the small ridge."""
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = RIDGE / 10.0
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = expit(np.clip(design @ beta, -MAX_LOGIT, MAX_LOGIT))
        slope = design.T @ (y - p) - penalty * beta
        curvature = (design * (p * (1.0 - p))[:, None]).T @ design
        step = np.linalg.solve(curvature + np.diag(penalty), slope)
        beta = beta + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        if float(np.abs(step).max()) < CONVERGED:
            break
    return beta


def _crossed_effects(
    eta: FloatArray, y: FloatArray, sender: _Role, recipient: _Role
) -> tuple[FloatArray, FloatArray, float, float]:
    """Sender effects c, recipient effects b and their variances after the rounds of step 2."""
    c, b = np.zeros(sender.size), np.zeros(recipient.size)
    var_c, var_b = START_SENDER, START_RECIPIENT
    for _ in range(ROUNDS):
        p = expit(eta + c[sender.codes] + b[recipient.codes])
        c, var_c = _update(c, var_c, sender, p, y)
        p = expit(eta + c[sender.codes] + b[recipient.codes])
        b, var_b = _update(b, var_b, recipient, p, y)
    return c, b, var_c, var_b


def _update(
    effect: FloatArray, variance: float, role: _Role, p: FloatArray, y: FloatArray
) -> tuple[FloatArray, float]:
    info = np.bincount(role.codes, weights=p * (1.0 - p), minlength=role.size)
    excess = np.bincount(role.codes, weights=y - p, minlength=role.size)
    precision = info + 1.0 / variance
    effect = effect + (excess - effect / variance) / precision
    effect = effect - effect.mean()
    return effect, max(role.floor, float(np.mean(effect**2 + 1.0 / precision)))
