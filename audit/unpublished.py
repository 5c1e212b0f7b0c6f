"""The private results of a run, read once for the wall."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from core.store import RunFolder
from core.tables.canonical import UNITS
from core.tables.network import MEMBERSHIP, UNIT_EDGES, WINDOWS
from core.tables.results import (
    COVERAGE,
    FINDINGS,
    INDICATOR_VALUES,
    INDICATORS,
    JOINT_VERDICTS,
    ORG_GROUPS,
    PROFILES,
    REGIONS,
    RELIABILITY,
    ROBUSTNESS,
    SLICE_ATOMS,
    SLICE_PEOPLE,
    SLICE_VALUES,
    SLICES,
    THEMES,
    UNIT_GROUPS,
    VERDICTS,
)


@dataclass(frozen=True)
class Unpublished:
    """The private results of a run, read once."""

    groups: pd.DataFrame
    unit_groups: pd.DataFrame
    units: pd.DataFrame
    catalogue: pd.DataFrame
    measured: pd.DataFrame
    verdicts: pd.DataFrame
    joint: pd.DataFrame
    findings: pd.DataFrame
    coverage: pd.DataFrame
    reliability: pd.DataFrame
    windows: pd.DataFrame
    edges: pd.DataFrame
    robustness: pd.DataFrame
    regions: pd.DataFrame
    profiles: pd.DataFrame
    themes: pd.DataFrame
    membership: pd.DataFrame
    slices: pd.DataFrame
    slice_people: pd.DataFrame
    slice_atoms: pd.DataFrame
    slice_values: pd.DataFrame

    @property
    def latest(self) -> int:
        """Return the id of the most recent period."""
        return int(self.groups["window_id"].max())

    def with_kinds(self, kinds: Collection[str]) -> Unpublished:
        """Return the results with slices of these kinds alone."""
        kept = self.slices[self.slices["kind"].isin(kinds)]
        if len(kept) == len(self.slices):
            return self
        people = _of_slices(self.slice_people, kept)
        return replace(
            self,
            slices=kept,
            slice_people=people,
            slice_values=_of_slices(self.slice_values, kept),
        )


def read_unpublished(folder: RunFolder) -> Unpublished:
    """Return the private results of a run, released groups only."""
    results = folder.results
    return Unpublished(
        groups=_released(ORG_GROUPS.read(results)),
        unit_groups=UNIT_GROUPS.read(results),
        units=UNITS.read(folder.canonical),
        catalogue=INDICATORS.read(results),
        measured=INDICATOR_VALUES.read(results),
        verdicts=VERDICTS.read(results),
        joint=JOINT_VERDICTS.read(results),
        findings=FINDINGS.read(results),
        coverage=COVERAGE.read(results),
        reliability=RELIABILITY.read(results),
        windows=WINDOWS.read(folder.network),
        edges=UNIT_EDGES.read(folder.network),
        robustness=ROBUSTNESS.read(results),
        regions=REGIONS.read(results),
        profiles=PROFILES.read(results),
        themes=THEMES.read(results),
        membership=MEMBERSHIP.read(folder.network),
        slices=SLICES.read(results),
        slice_people=SLICE_PEOPLE.read(results),
        slice_atoms=SLICE_ATOMS.read(results),
        slice_values=SLICE_VALUES.read(results),
    )


def _of_slices(table: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    keys = kept[["window_id", "slice_id"]]
    return table.merge(keys, on=["window_id", "slice_id"], validate="many_to_one")


def _released(groups: pd.DataFrame) -> pd.DataFrame:
    return groups[groups["is_released"]].reset_index(drop=True)
