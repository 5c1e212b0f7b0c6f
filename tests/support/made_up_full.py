"""The 24 people of `made_up_view` with everything that an indicator may ask for."""

from __future__ import annotations

import copy
import functools
from dataclasses import replace

import made_up_traffic as traffic
import made_up_view as made
import pandas as pd

from audit.registry import indicators
from audit.survey import Answers
from audit.view import WindowView

OUTCOMES = (
    *("answered", "answered_up", "answered_up_as_peer", "answered_down_as_peer"),
    *("neglected", "answered_off_hours", "answered_customer", "answered_supplier"),
    *("answered_partner", "answered_community"),
)
MEASURES = (
    *("received_off_hours", "received_automated", "sent_off_hours", "sent_in_team_visible"),
    *("talks_answered", "talks_with_reports"),
)
QUARTER = 84


def full_view(seed: int = 7) -> WindowView:
    """Return a view in which nearly every indicator has something to say.

    Levels 1 to 4; in each unit 0 and 1 lead, 2 to 4 report to 0 and 5 to 7 to 1; work modes by
    turns; all of a joined in the first week. It is made once; each caller has a copy.
    """
    return copy.deepcopy(_made_once(seed))


def renamed(view: WindowView, names: dict[str, str]) -> WindowView:
    """Return the view with other ids for its people, in every table."""
    tables = view.tables
    named = replace(
        view,
        members=_mapped(view.members, names, "person_id"),
        settled=_mapped(view.settled, names, "person_id"),
    )
    return traffic.with_tables(
        named,
        person_weeks=_mapped(tables.person_weeks, names, "person_id"),
        person_counts=_mapped(tables.person_counts, names, "person_id"),
        edges=_mapped(tables.edges, names, "source_id", "target_id"),
        history=_mapped(tables.history, names, "source_id", "target_id"),
        waits=_mapped(tables.waits, names, "person_id"),
        talks=_mapped(tables.talks, names, "person_id"),
        people=_mapped(tables.people, names, "person_id", "manager_id"),
    )


@functools.cache
def _made_once(seed: int) -> WindowView:
    weeks = [
        made.person_weeks([(p, 10, 4 + i % 3, 5.0) for i, p in enumerate(made.PEOPLE)], outcome)
        for outcome in OUTCOMES
    ]
    counts = [(p, m, i % 4, 20) for m in MEASURES for i, p in enumerate(made.PEOPLE)]
    view = made.view(
        weeks=pd.concat(weeks, ignore_index=True),
        counts=made.person_counts(counts),
        asked=_asked(),
        seed=seed,
    )
    edges = _edges()
    return traffic.with_tables(
        view,
        edges=edges,
        history=pd.concat([edges.assign(week=edges["week"] - QUARTER), edges]),
        waits=_waits(),
        talks=_talks(),
        people=_people(),
    )


def _asked() -> Answers:
    asked = made.answers({f"{p}-form": 1.0 + i % 7 for i, p in enumerate(made.PEOPLE)})
    constructs = [entry.meta.construct for entry in indicators if entry.meta.construct]
    scales = [
        made.answers({f"{p}-form": 2.0 + i % 5 for i, p in enumerate(made.PEOPLE)}, name).scales[0]
        for name in constructs
        if name != "felt_listening"
    ]
    scales = [replace(scale, options=11 if scale.scale_id == "enps" else 7) for scale in scales]
    return replace(asked, scales=(*asked.scales, *scales))


def _edges() -> pd.DataFrame:
    """Mail as told in `made_up_view`; in chat everybody writes and reacts to the next two."""
    pairs = [
        (person, made.PEOPLE[(i + step) % len(made.PEOPLE)])
        for i, person in enumerate(made.PEOPLE)
        for step in (1, 2)
    ]
    chat = [part(pairs, w.first_day + 7) for w in made.WINDOWS for part in (_written, _liked)]
    return pd.concat([made.edges(), *chat], ignore_index=True)


def _written(pairs: list[tuple[str, str]], week: int) -> pd.DataFrame:
    return traffic.chats(pairs, week)


def _liked(pairs: list[tuple[str, str]], week: int) -> pd.DataFrame:
    return traffic.reactions(pairs, week + 7)


def _waits() -> pd.DataFrame:
    """Of 15 messages to each person 10 are answered, after one to ten working hours."""
    return traffic.waits(
        [
            (f"{person[0]}{(int(person[1]) + 1) % 8}", person, 1.0 + i if i < 10 else None, 20.0)
            for person in made.PEOPLE
            for i in range(15)
        ]
    )


def _talks() -> pd.DataFrame:
    """In each unit 40 talks of 8 turns among three people who sit side by side."""
    talks = [
        {f"{unit}{i % 8}": 4, f"{unit}{(i + 1) % 8}": 2, f"{unit}{(i + 2) % 8}": 2}
        for unit in made.UNITS
        for i in range(40)
    ]
    return traffic.talks(talks)


def _people() -> pd.DataFrame:
    leads = [f"{unit}{i}" for unit in made.UNITS for i in range(2)]
    below = {p: f"{p[0]}{0 if int(p[1]) < 5 else 1}" for p in made.PEOPLE if p not in leads}
    levels = {p: 2 if p in leads else 3 + int(p[1]) % 2 for p in made.PEOPLE}
    modes = {p: ("remote", "onsite", "hybrid")[int(p[1]) % 3] for p in made.PEOPLE}
    people = traffic.roster(levels, modes, below)
    joined = people["joined_day"].mask(people["unit_id"] == "a", made.MONDAY)
    return people.assign(joined_day=joined)


def _mapped(frame: pd.DataFrame, names: dict[str, str], *columns: str) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].map(names) for column in columns})
