"""Random generators by name: the same seed and the same step give the same draws, in any order."""

from __future__ import annotations

import hashlib

import numpy as np

_WORDS = 4


def generator(seed: int, *step: str | int) -> np.random.Generator:
    """Return the generator of one named step of a run.

    Steps do not share draws, so that adding an indicator changes no other one.

    >>> generator(7, "response_rate", 5, "judge").integers(10) < 10
    True
    """
    digest = hashlib.sha256("\n".join(str(part) for part in step).encode()).digest()
    words = [int.from_bytes(digest[4 * i : 4 * i + 4], "little") for i in range(_WORDS)]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))
