"""What an attacker holds, and what only the judge of the attacks may know.

`Seen` is the attacker's side: published tables and written documents, nothing else. Inside an
organization it is no secret who works where, so attackers are granted every membership and every
size on top: the *worst case* that the publisher promises to withstand. That grant, and whether an
attack has succeeded, comes from `Truth`, which reads private tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from core.contracts import Contract
from core.store import RunFolder
from core.tables.canonical import IDENTITIES, PEOPLE
from core.tables.published import PUBLISHED
from core.tables.results import (
    GROUP_PEOPLE,
    INDICATOR_VALUES,
    ORG_GROUPS,
    SLICE_ATOMS,
    SLICE_PEOPLE,
    SLICE_VALUES,
    SLICES,
    VERDICTS,
)

Place = tuple[int, str]
"""A group or slice in a period: window id and id."""


@dataclass(frozen=True)
class Seen:
    """The attacker's side: all that was published."""

    published: Path
    reports: Path

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the published tables by name; those that an older release lacks are empty."""
        return {name: read(contract, self.published) for name, contract in PUBLISHED.items()}

    @property
    def files(self) -> list[Path]:
        """Return every written document."""
        if not self.reports.is_dir():
            return []
        return sorted(path for path in self.reports.rglob("*") if path.is_file())

    @property
    def floor(self) -> int:
        """Return the floor that the release states."""
        return int(self.tables["about"]["min_people"].iloc[0])

    @property
    def policy(self) -> str:
        """Return the policy that the release states."""
        return str(self.tables["about"]["policy"].iloc[0])


@dataclass(frozen=True)
class Truth:
    """The judge's side: unrounded results and who stands behind them. No attacker reads it."""

    results: Path
    canonical: Path

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Return the private groups that are part of the release."""
        groups = read(ORG_GROUPS, self.results)
        return groups[groups["is_released"].astype(bool)]

    @cached_property
    def measured(self) -> pd.DataFrame:
        """Return the private indicators of groups."""
        return read(INDICATOR_VALUES, self.results)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Return the private verdicts."""
        return read(VERDICTS, self.results)

    @cached_property
    def slices(self) -> pd.DataFrame:
        """Return the private slices beside the tree."""
        return read(SLICES, self.results)

    @cached_property
    def slice_values(self) -> pd.DataFrame:
        """Return the private indicators of slices."""
        return read(SLICE_VALUES, self.results)

    @cached_property
    def atoms(self) -> pd.DataFrame:
        """Return the finest sets of people by what they contribute to."""
        return read(SLICE_ATOMS, self.results)

    @cached_property
    def pseudonyms(self) -> frozenset[str]:
        """Return every pseudonym of a person and every keyed identity."""
        people = read(PEOPLE, self.canonical)["person_id"]
        keyed = read(IDENTITIES, self.canonical)["identity_hash"]
        inside = [person for held in self.members.values() for person in held]
        return frozenset([*people, *keyed, *inside])

    @cached_property
    def members(self) -> Mapping[Place, frozenset[str]]:
        """Return who belongs to each group and each slice of each period."""
        found: dict[Place, frozenset[str]] = {}
        for contract, name in ((GROUP_PEOPLE, "group_id"), (SLICE_PEOPLE, "slice_id")):
            table = read(contract, self.results)
            for (window, place), part in table.groupby(["window_id", name], sort=False):
                found[int(str(window)), str(place)] = frozenset(part["person_id"])
        return found


def material(folder: RunFolder) -> tuple[Seen, Truth]:
    """Return both sides of a run."""
    return Seen(folder.published, folder.reports), Truth(folder.results, folder.canonical)


def read(contract: Contract, folder: Path) -> pd.DataFrame:
    """Return a table, empty where the run has none."""
    if not contract.path(folder).exists():
        return contract.empty()
    return contract.read(folder)
