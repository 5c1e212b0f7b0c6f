"""Raking weights of a wave: those who answered against those who were asked, by the roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from audit.groups import Groups
from audit.statistics.raking import raked
from audit.survey import Answers
from ingest.surveys import level_group, tenure_band

MARGINS = ("level_group", "site", "tenure_band")
BY_GROUP = "group"


@dataclass(frozen=True)
class Asked:
    """Who was asked: employees of the day (PEOPLE rows), and how many of each unit, if told."""

    roster: pd.DataFrame
    invited: pd.DataFrame
    day: int


def weighted(answers: Answers, roster: pd.DataFrame, groups: Groups) -> Answers:
    """Return the answers with raking weights in `forms` and how far the margins were met.

    Margins are level, site and tenure where the forms tell them. Forms that were promised
    anonymous tell their unit alone: there the lowest groups are the margin, so that a group in
    which many answered does not speak for one in which few did. `roster` holds the employees of
    the wave's first day; without one nothing is known of those who were silent, and every weight
    stays as it was read.
    """
    asked = Asked(roster, answers.invited, answers.first_day)
    margins = roster_margins(asked, groups)
    forms = answers.forms.assign(**{BY_GROUP: answers.forms["unit_id"].map(groups.leaf_of)})
    known = [name for name in MARGINS if name in forms and forms[name].notna().any()]
    chosen = {name: margins[name] for name in known or [BY_GROUP] if name in margins}
    found = raked(forms, chosen)
    weight = answers.forms["weight"].astype("float64") * found.weights
    return replace(answers, forms=answers.forms.assign(weight=weight), raking=found)


def roster_margins(asked: Asked, groups: Groups) -> Mapping[str, pd.Series]:
    """Return how many were asked in each cell of each margin.

    Where a list says how many of a unit were invited, each employee of the unit counts as that
    share of one.
    """
    people = asked.roster
    if people.empty:
        return {}
    share = pd.Series(1.0, index=people.index)
    if len(asked.invited):
        told = asked.invited.groupby("unit_id")["n_invited"].sum()
        size = people.groupby("unit_id")["person_id"].transform("size")
        share = (people["unit_id"].map(told) / size).fillna(0.0)
    cells = pd.DataFrame(
        {
            "level_group": people["level"].map(
                lambda level: level_group(int(level)), na_action="ignore"
            ),
            "site": people["site"],
            "tenure_band": people["joined_day"].map(
                lambda joined: tenure_band(asked.day - int(joined)), na_action="ignore"
            ),
            BY_GROUP: people["unit_id"].map(groups.leaf_of),
        }
    )
    margins = {str(name): share.groupby(cells[name]).sum() for name in cells}
    return {name: sums for name, sums in margins.items() if sums.sum() > 0}
