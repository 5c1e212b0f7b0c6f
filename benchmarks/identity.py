"""How well identities are put together: automatic merges and suggestions on the labelled set.

Prints a line per seed: pairwise precision, recall and F1, B-cubed, cluster sizes, and how often a
suggestion at the top of the review queue is right.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from labelled_identities import labelled_company
from labelled_runs import Resolved, resolved

SEEDS = range(1, 9)
AT = (10, 50, 100)


def main() -> None:
    """Print the figures of every seed, of all together, and of a company with few names."""
    n_false = n_pairs = 0
    for seed in SEEDS:
        found = _run(f"seed {seed}", seed)
        n_false += found.scores.n_false_pairs
        n_pairs += found.scores.n_pairs
    print(f"all seeds: precision {1 - n_false / n_pairs:.5f} ({n_false} of {n_pairs:,} pairs)")
    _run("seed 1, without names", 1, is_complete=False)
    _run("seed 1, few distinct names", 1, few_names=True)


def _run(label: str, seed: int, *, is_complete: bool = True, few_names: bool = False) -> Resolved:
    company = labelled_company(seed, few_names=few_names)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        found = resolved(company, Path(folder), is_complete=is_complete)
        seconds = time.perf_counter() - started
    scores = found.scores
    print(
        f"{label}: P {scores.precision:.5f} R {scores.recall:.3f} F1 {scores.f1:.3f}; "
        f"B3 P {scores.b3_precision:.5f} R {scores.b3_recall:.3f} F1 {scores.b3_f1:.3f}; "
        f"sizes {scores.sizes}; {seconds:.1f} s; {_suggested(found)}"
    )
    return found


def _suggested(found: Resolved) -> str:
    first: dict[str, bool] = {}
    among: dict[str, bool] = {}
    for suggestion, is_right in found.suggested():
        first.setdefault(suggestion.identity, is_right)
        among[suggestion.identity] = among.get(suggestion.identity, False) or is_right
    tops = list(first.values())
    shares = [f"P@{k} {sum(tops[:k]) / min(k, len(tops)):.2f}" for k in AT if tops]
    right = sum(among.values()) / max(len(among), 1)
    return f"{len(tops)} with suggestions, {', '.join(shares)}, right among three {right:.2f}"


if __name__ == "__main__":
    main()
