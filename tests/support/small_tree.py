"""A tree of groups and person effects with numbers that can be set by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd

from audit.statistics.effects import GroupSet, PersonEffects, build_groups
from audit.statistics.pooling import reply_effects


def sums_of(effect, info, team, windows=1, stratum=None):
    """Reply sums that give each person this effect and information in every window."""
    effect, info = np.asarray(effect, dtype=float), np.asarray(info, dtype=float)
    person = [f"p{i:03d}" for i in range(effect.size)]
    sums = pd.concat(
        [
            pd.DataFrame(
                {
                    "window_id": t,
                    "person_id": person,
                    "n": 40,
                    "excess": effect * info,
                    "info": info,
                    "excess1": 0.0,
                    "info1": info,
                }
            )
            for t in range(windows)
        ],
        ignore_index=True,
    )
    members = pd.DataFrame({"subject_id": person, "unit_id": team, "stratum": stratum or "1|a"})
    return sums, members


def effects_of(effect, info, team, windows=1, stratum=None) -> PersonEffects:
    """Person effects with the given values; team labels are leaf units."""
    sums, members = sums_of(effect, info, team, windows, stratum)
    return reply_effects(sums, members)


def two_level_tree(effects: PersonEffects, parents: dict[str, str]) -> GroupSet:
    """Teams below departments below one root; `parents` names each team's department."""
    groups, people = tables_of(effects, parents)
    return build_groups(groups, people, effects)


def tables_of(effects: PersonEffects, parents: dict[str, str]):
    """Group table and members of the same tree."""
    departments = sorted(set(parents.values()))
    rows = [("root", None, 0)]
    rows += [(d, "root", 1) for d in departments] + [(t, d, 2) for t, d in parents.items()]
    groups = pd.DataFrame(rows, columns=["group_id", "parent_id", "depth"]).assign(kind="unit")
    home = effects.persons[["subject_id", "unit_id"]]
    people = pd.concat(
        [
            home.assign(group_id=home["unit_id"]),
            home.assign(group_id=home["unit_id"].map(parents)),
            home.assign(group_id="root"),
        ]
    )
    return groups, people[["group_id", "subject_id"]]


def unit_weights(effects: PersonEffects) -> PersonEffects:
    """The same with every person counting alike."""
    ones = np.ones(len(effects.persons))
    return replace(effects, weight=ones, spread=ones)
