"""How evenly a few people share what is written, comparable between short and long talks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats


def rarefied_evenness(written: npt.NDArray[np.int64], size: int) -> float:
    """Return the evenness of turns in a conversation, as if it had `size` messages.

    Formula
        J = E[H] / ln min(S, size), S = number of writers with a message; H the entropy of the
        shares among `size` messages drawn without replacement, so that
        E[H] = sum_i sum_k P(K_i = k) (-(k / size) ln(k / size)), K_i hypergeometric.
    Shape
        `written` holds the messages of each writer; one number.
    Unit
        None. Range: 0 (one writer) to at most 1, reached where the turns divide evenly.
    Edge cases
        One writer: 0. Fewer than `size` messages: nan.
    Source
        Pielou 1966 (J); Hurlbert 1971, The nonconcept of species diversity, Ecology 52, 577-586.

    >>> round(rarefied_evenness(np.array([4, 4]), 8), 3)
    1.0
    """
    own = written[written > 0]
    total = int(own.sum())
    if total < size:
        return float("nan")
    if own.size == 1:
        return 0.0
    k = np.arange(1, size + 1)
    term = -(k / size) * np.log(k / size)
    chance = stats.hypergeom.pmf(k[None, :], total, own[:, None], size)
    return float((chance @ term).sum() / np.log(min(own.size, size)))
