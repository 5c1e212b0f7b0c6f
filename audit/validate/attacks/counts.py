"""Counts and themes. Knows: the balance sheet, quality tables and themes of interviews.

Does: looks for counts that are exact or tiny (how many messages of a works council were filtered
says how large it is), subtracts parts from totals, and subtracts the interviewees of groups whose
themes are shown from those of the group above.
Wins: when a published count is the exact private one, when a count is 1 to 4, or when a theme
rests on fewer than three who named it or on a rest of 1 to k - 1 interviewees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from audit.disclosure.rounding import POINT_STEP
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.material import Seen, Truth, read
from core.rows import Row, rows
from core.tables.results import THEMES

NAME = "counts"
_COUNTED = frozenset({"balance", "reasons"})
_COEFFICIENT = re.compile(r"\d\.\d|%|\d+ of \d+")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+|(?<![\d.,])\d+")
_LEAST_NAMED, _LEAST_INTERVIEWS, _TINY = 3, 5, 5


def read_counts(seen: Seen) -> Attempt:
    """Look at every count of the quality table and at the size of the organization."""
    quality = [row for row in rows(seen.tables["quality"]) if not _is_coefficient(row)]
    found = ["quality" for row in quality if _is_exact(row)]
    people = int(seen.tables["about"]["people"].iloc[0])
    found += ["about"] * int(people % int(POINT_STEP) != 0)
    return attempt(NAME, len(quality) + 1, found, "counts of people, messages and rows")


def subtract_themes(seen: Seen, truth: Truth) -> Attempt:
    """Look at who stands behind each theme and behind the rest of each group with themes."""
    themes = seen.tables["themes"]
    told = themes.merge(
        read(THEMES, truth.results),
        on=["window_id", "group_id", "element", "code", "polarity"],
        how="left",
        validate="one_to_one",
    )
    least = max(seen.floor, _LEAST_INTERVIEWS)
    thin = (told["n_interviewees"].fillna(0) < _LEAST_NAMED) | (
        told["n_interviews"].fillna(0) < least
    )
    found = ["themes"] * int(thin.sum())
    rests = list(_rests(told, truth))
    found += ["themes" for n in rests if 0 < n < least]
    return attempt("themes", len(told) + len(rests), found, "namers of themes; rests of groups")


def _is_coefficient(row: Row) -> bool:
    """Return whether a row counts nobody: a coefficient, or how many groups there are."""
    of_groups = row.text("section") in {"trust", "hidden"} or "group" in row.text("text")
    return of_groups or bool(_COEFFICIENT.search(row.text("text")))


def _is_exact(row: Row) -> bool:
    """Return whether a count says more than it may: to the nearest 5, and none of 1 to 4."""
    number = row.maybe_number("number")
    if number is not None and number % POINT_STEP != 0:
        return row.text("section") in _COUNTED or 0 < number < _TINY
    if row.text("section") not in _COUNTED:
        return False
    told = [int(part.replace(",", "")) for part in _NUMBER.findall(row.text("text"))]
    return "under" not in row.text("text") and any(n % int(POINT_STEP) for n in told)


def _rests(told: pd.DataFrame, truth: Truth) -> Iterator[int]:
    """Judge: interviewees of each group with themes beyond those of groups with themes below."""
    for window, part in told.groupby("window_id"):
        counts = part.groupby("group_id")["n_interviews"].max()
        groups = truth.groups[truth.groups["window_id"] == window]
        parent = {row.text("group_id"): row.maybe_text("parent_id") for row in rows(groups)}
        rest = {str(group): int(n) for group, n in counts.items()}
        for group, n in counts.items():
            above = _nearest(parent, set(rest), str(group))
            if above is not None:
                rest[above] -= int(n)
        yield from rest.values()


def _nearest(parent: Mapping[str, str | None], known: set[str], group: str) -> str | None:
    above = parent.get(group)
    while above is not None and above not in known:
        above = parent.get(above)
    return above
