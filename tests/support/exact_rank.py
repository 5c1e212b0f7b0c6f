"""Oracle: the rank of a table of whole numbers, by elimination in fractions."""

from __future__ import annotations

from fractions import Fraction


def exact_rank(table: list[list[int]]) -> int:
    """Return the rank; nothing is rounded."""
    rows = [[Fraction(x) for x in row] for row in table]
    rank = 0
    for column in range(len(table[0]) if table else 0):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(rank + 1, len(rows)):
            factor = rows[r][column] / rows[rank][column]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank
