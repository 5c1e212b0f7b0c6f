"""What earlier releases of an engagement have shown: the next one is held against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from audit.disclosure.cells import Decision
from audit.disclosure.stood import parts_of
from audit.disclosure.theme_rows import THEME
from audit.disclosure.thresholds import Floor
from audit.disclosure.waves import CellKey, Told
from core.errors import PrivacyError
from core.tables.released import RELEASED, RELEASED_CELLS, RELEASED_PEOPLE, RELEASES


@dataclass(frozen=True)
class History:
    """The releases so far; none before the first."""

    releases: pd.DataFrame = field(default_factory=RELEASES.empty)
    cells: pd.DataFrame = field(default_factory=RELEASED_CELLS.empty)
    people: pd.DataFrame = field(default_factory=RELEASED_PEOPLE.empty)

    @classmethod
    def read(cls, folder: Path) -> History:
        """Return what lies in a folder of released slices; an absent one holds none."""
        if not RELEASES.path(folder).exists():
            return cls()
        return cls(*(contract.read(folder) for contract in RELEASED.values()))

    def write(self, folder: Path) -> None:
        """Write the releases into a folder."""
        frames = (self.releases, self.cells, self.people)
        for contract, frame in zip(RELEASED.values(), frames, strict=True):
            contract.write(frame if len(frame) else contract.empty(), folder)

    def before(self, run_id: str) -> History:
        """Return the releases before a run: those of the same data and configuration are it."""
        kept = self.releases.loc[self.releases["run_id"] != run_id, "release"]
        tables = (self.releases, self.cells, self.people)
        return History(*(t[t["release"].isin(kept)].reset_index(drop=True) for t in tables))

    def number_of(self, run_id: str) -> int:
        """Return the number of a release: its own where it was made before, else the next."""
        own = self.releases.loc[self.releases["run_id"] == run_id, "release"]
        if len(own):
            return int(own.iloc[0])
        return 1 + int(self.releases["release"].max()) if len(self.releases) else 1

    def told(self) -> list[Told]:
        """Return the numbers that are out, the oldest release first."""
        numbers = self.cells[self.cells["form"] == "number"]
        key = ["release", "window_id", "slice_id"]
        stood = self.people.assign(part=parts_of(self.people))
        sets = {place: frozenset(part) for place, part in stood.groupby(key)["part"]}
        columns = numbers[[*key, "indicator", "n_people"]].itertuples(index=False, name=None)
        return [
            Told(str(name), str(which), sets.get((release, window, name), frozenset()), int(n), -1)
            for release, window, name, which, n in columns
        ]

    def last_themes(self) -> dict[CellKey, int]:
        """Return what the last release told of interviews: interviewees by group and theme."""
        last = self.cells[self.cells["release"] == self.cells["release"].max()]
        told = last[last["indicator"].str.startswith(THEME)]
        columns = told[["window_id", "slice_id", "indicator", "n_people"]]
        return {
            (int(window), str(name), str(theme)): int(n)
            for window, name, theme, n in columns.itertuples(index=False, name=None)
        }

    def open_kinds(self, kinds: Collection[str]) -> frozenset[str]:
        """Return those of the kinds of slices that may be shown: the first release fixes them."""
        if self.releases.empty:
            return frozenset(kinds)
        first = self.releases.sort_values("release")["kinds"].iloc[0]
        return frozenset(kinds) & frozenset(str(first).split(","))

    def refuse_relaxed(self, floor: Floor) -> None:
        """Refuse rules that ask less than those of an earlier release.

        Raises
        ------
        PrivacyError
            When the floor is lower or the policy wider.
        """
        if self.releases.empty:
            return
        least = int(self.releases["min_people"].max())
        if floor.min_people < least:
            raise PrivacyError(
                f"privacy.min_people is {floor.min_people}; an earlier release of this "
                f"engagement was made with {least}.",
                code="E-PRIVACY-008",
                hint=f"Nothing was published. Set min_people to {least} or more; it may only "
                "rise within an engagement.",
            )
        if floor.policy == "standard" and (self.releases["policy"] == "strict").any():
            raise PrivacyError(
                "privacy.policy is standard; an earlier release of this engagement was strict.",
                code="E-PRIVACY-009",
                hint="Nothing was published. Set the policy to strict, or start an engagement of "
                "its own in another folder, with a new key.",
            )


@dataclass(frozen=True)
class Release:
    """What a release is about to show."""

    run_id: str
    floor: Floor
    kinds: Collection[str]
    decision: Decision
    counts: Mapping[CellKey, int]
    stood: pd.DataFrame
    themes: Mapping[CellKey, int] = field(default_factory=dict)
    """What is told of interviews, with the interviewees behind it."""

    def after(self, history: History) -> History:
        """Return the history with this release in it; made again, it takes its own place."""
        before, number = history.before(self.run_id), history.number_of(self.run_id)
        own = pd.DataFrame(
            {
                "release": [number],
                "run_id": [self.run_id],
                "min_people": [self.floor.min_people],
                "policy": [self.floor.policy],
                "kinds": [",".join(sorted(self.kinds))],
            }
        )
        people = self.stood.assign(release=number)
        return History(
            _joined(before.releases, own, "releases"),
            _joined(before.cells, self._cells(number), "released_cells"),
            _joined(before.people, people, "released_people"),
        )

    def _cells(self, number: int) -> pd.DataFrame:
        shown = [
            (number, period, name, indicator, self.decision.cell(period, name, indicator).form, n)
            for (period, name, indicator), n in sorted(self.counts.items())
            if self.decision.cell(period, name, indicator).is_shown
        ]
        shown += [(number, *key, "status_only", n) for key, n in sorted(self.themes.items())]
        return pd.DataFrame(shown, columns=RELEASED_CELLS.names)


def _joined(before: pd.DataFrame, own: pd.DataFrame, name: str) -> pd.DataFrame:
    contract = RELEASED[name]
    parts = [part[contract.names] for part in (before, own) if len(part)]
    both = pd.concat(parts, ignore_index=True) if parts else contract.empty()
    return both.sort_values(list(contract.key), ignore_index=True)
