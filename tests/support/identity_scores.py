"""How well identities were put together: precision, recall and F1 of pairs, B-cubed, sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scores:
    """Pairwise: of all pairs of identities that were put together, how many belong together
    (precision); of all pairs that belong together, how many were (recall). B-cubed: the same
    shares seen from each identity's own cluster, averaged over identities.
    """

    precision: float
    recall: float
    b3_precision: float
    b3_recall: float
    n_false_pairs: int
    n_pairs: int
    sizes: dict[int, int]

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def b3_f1(self) -> float:
        """Return the harmonic mean of B-cubed precision and recall."""
        both = self.b3_precision + self.b3_recall
        return 2 * self.b3_precision * self.b3_recall / both if both else 0.0


def scores(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Scores:
    """Return how the found clusters agree with the true ones; both in the order of identities."""
    true_sizes, found_sizes = Counter(truth), Counter(found)
    both = Counter(zip(truth, found, strict=True))
    n_right = sum(_pairs(n) for n in both.values())
    n_found = sum(_pairs(n) for n in found_sizes.values())
    n_true = sum(_pairs(n) for n in true_sizes.values())
    n = len(truth)
    return Scores(
        precision=n_right / n_found if n_found else 1.0,
        recall=n_right / n_true if n_true else 1.0,
        b3_precision=sum(m * m / found_sizes[f] for (_, f), m in both.items()) / n,
        b3_recall=sum(m * m / true_sizes[t] for (t, _), m in both.items()) / n,
        n_false_pairs=n_found - n_right,
        n_pairs=n_found,
        sizes=dict(sorted(Counter(found_sizes.values()).items())),
    )


def _pairs(n: int) -> int:
    return n * (n - 1) // 2
