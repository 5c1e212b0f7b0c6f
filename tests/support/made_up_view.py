"""One period of a company of 24 people, small enough to work every indicator out by hand.

Units a, b, c of 8 people each (a0-a7, b0-b7, c0-c7) under one root; two windows of four weeks from
Monday 2026-01-05 (day 20458). Everybody is a member in both windows, but c7 spends the first
window in b: c7's main team is c (the later one on a tie), so that window counts nowhere.

Edges, the same in the first week of each window:
    a: everybody writes to everybody else in a (56 arcs, all returned)
    b: b0 and b1 write to each other; b0 writes to b2 ... b7, who do not write back
    c: c0 <-> a0, c1 <-> a1 (across), c2 <-> c3 (inside); c4 ... c7 have no contact
Mutual ties: 28 inside a, 1 inside b, 1 inside c, 2 between a and c: 32 in all.
"""

from __future__ import annotations

import pandas as pd

from audit.groups import Groups, build_groups_of
from audit.survey import Answers, ScaleAnswers
from audit.view import PeriodTables, WindowView, settled_members
from core.tables.network import EDGES, PERSON_COUNTS, PERSON_WEEKS
from core.windows import Period, Window

MONDAY = 20458
WINDOWS = (Window(0, MONDAY, MONDAY + 28), Window(1, MONDAY + 28, MONDAY + 56))
PERIOD = Period(WINDOWS)
UNITS = ("a", "b", "c")
PEOPLE = [f"{unit}{i}" for unit in UNITS for i in range(8)]


def groups() -> Groups:
    """Return the groups: the root and three units of eight."""
    units = pd.DataFrame(
        [("org", None, "Acme"), *((unit, "org", unit.upper()) for unit in UNITS)],
        columns=["unit_id", "parent_id", "name"],
    )
    return build_groups_of(units, pd.Series([person[0] for person in PEOPLE]), 8)


def members() -> pd.DataFrame:
    """Return the membership of both windows; c7 begins in b."""
    rows = [
        {"window_id": w.window_id, "person_id": person, "unit_id": person[0], "stratum": "1|x"}
        for w in WINDOWS
        for person in PEOPLE
    ]
    frame = pd.DataFrame(rows)
    moved = (frame["person_id"] == "c7") & (frame["window_id"] == 0)
    return frame.assign(unit_id=frame["unit_id"].mask(moved, "b"))


def edges() -> pd.DataFrame:
    """Return the weekly edges that the text above describes."""
    pairs = [(f"a{i}", f"a{j}") for i in range(8) for j in range(8) if i != j]
    pairs += [("b0", "b1"), ("b1", "b0"), *(("b0", f"b{j}") for j in range(2, 8))]
    pairs += [("c0", "a0"), ("a0", "c0"), ("c1", "a1"), ("a1", "c1"), ("c2", "c3"), ("c3", "c2")]
    weekly = pd.DataFrame(pairs, columns=["source_id", "target_id"])
    frame = pd.concat([weekly.assign(week=w.first_day) for w in WINDOWS], ignore_index=True)
    counts = {"n_messages": 1, "n_direct": 1, "weight": 1.0, "n_threads": 1, "n_replies": 0}
    return frame.assign(channel="email", n_reactions=0, n_off_hours=0, **counts)


def person_weeks(
    rows: list[tuple[str, int, int, float]], outcome: str = "answered"
) -> pd.DataFrame:
    """Return reply sums from (person, n, n_yes, expected) in the first week of each window."""
    frame = pd.DataFrame(rows, columns=["person_id", "n", "n_yes", "expected"])
    frame = pd.concat([frame.assign(week=w.first_day) for w in WINDOWS], ignore_index=True)
    excess = frame["n_yes"] - frame["expected"]
    return frame.drop(columns="expected").assign(
        outcome=outcome,
        reply_quality="explicit",
        excess=excess,
        info=frame["n"] / 4,
        excess_own=0.0,
        info_own=frame["n"] / 4,
        model_id="1-explicit",
    )


def person_counts(rows: list[tuple[str, str, int, int | None]]) -> pd.DataFrame:
    """Return weekly counts from (person, measure, n, of_n) in the first week of each window."""
    frame = pd.DataFrame(rows, columns=["person_id", "measure", "n", "of_n"])
    frame = frame.astype({"of_n": "Int64"})
    return pd.concat([frame.assign(week=w.first_day) for w in WINDOWS], ignore_index=True)


def answers(scores: dict[str, float], construct: str = "felt_listening") -> Answers:
    """Return one wave with a form per key, unit from its first letter, scored as given."""
    forms = pd.DataFrame(
        {
            "subject_id": list(scores),
            "unit_id": [form[0] for form in scores],
            "stratum": "1|x",
            "weight": 1.0,
        }
    )
    score = pd.Series(scores, name="score").rename_axis("form_id")
    scale = ScaleAnswers(
        construct, "Scale", construct, pd.DataFrame({"i1": score, "i2": score}), score, 7
    )
    invited = pd.DataFrame({"unit_id": list(UNITS), "n_invited": [8, 8, 8]})
    return Answers("w1", 8, forms, (scale,), invited)


def view(
    *,
    with_edges: bool = True,
    weeks: pd.DataFrame | None = None,
    counts: pd.DataFrame | None = None,
    asked: Answers | None = None,
    seed: int = 7,
) -> WindowView:
    """Return the view of the period; what is not given is empty."""
    eligible = members()
    return WindowView(
        period=PERIOD,
        groups=groups(),
        members=eligible,
        settled=settled_members(eligible),
        tables=PeriodTables(
            person_weeks=PERSON_WEEKS.empty() if weeks is None else weeks,
            person_counts=PERSON_COUNTS.empty() if counts is None else counts,
            edges=edges() if with_edges else EDGES.empty(),
            answers=asked,
        ),
        seed=seed,
        reply_quality="explicit",
    )
