"""What the slices of a period show on every indicator: described as groups are, never judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.describing import Described, described_values
from audit.groups import Groups
from audit.judging import STATUS_OF_REASON, closed
from audit.period import PeriodResults
from audit.slicing import PLACE, TWO_DIMENSIONS, Cube, cube_of, slice_id
from audit.statistics.effects import GroupSet, build_groups
from audit.statistics.reliability import icc2_of_size
from audit.statistics.verdicts import JudgeRules
from audit.survey import Answers
from audit.survey_response import observed, survey_coverage
from audit.thin import thin_groups
from audit.view import WindowView
from core.tables.results import SLICE_VALUES

Frames = dict[str, pd.DataFrame]

TWO_DIMENSION_FLOOR = 10
"""People that a slice of two dimensions needs."""
NOT_TOLD = "nothing says where, or at which level, those behind it work"
MEMBERS = ""
"""The indicator of atoms that count members, whatever they contribute."""


def with_slices(
    results: PeriodResults, view: WindowView, homes: pd.DataFrame, config: AuditConfig
) -> PeriodResults:
    """Return the results of a period with its slices among the tables."""
    tables = {
        name: table.assign(window_id=results.window_id)
        for name, table in slice_tables(view, homes, results.described, config).items()
        if len(table)
    }
    return replace(results, tables=results.tables | tables, described={})


def slice_tables(
    view: WindowView,
    homes: pd.DataFrame,
    described: Mapping[str, Described],
    config: AuditConfig,
) -> Frames:
    """Return the tables of the cube for one period, by contract, without window_id.

    `homes` holds person_id and unit_id of the period's members; `described` what the values of
    each indicator are made of. Values of persons alone can be given for slices: an indicator
    that speaks of a unit as a whole, or in words, has none.
    """
    cube = cube_of(view, homes)
    cut = _Cut.of(cube, view, config)
    atoms = [_atoms(cube, cube.members.assign(indicator=MEMBERS))]
    values = []
    for name, told in described.items():
        own = cut.subjects(told)
        atoms.append(_atoms(cube, own.assign(indicator=name)))
        values.append(cut.values(told, own).assign(indicator=name))
    return {
        "slices": cube.table,
        "slice_people": cube.people,
        "slice_atoms": pd.concat(atoms, ignore_index=True),
        "slice_values": pd.concat(values, ignore_index=True) if values else pd.DataFrame(),
    }


@dataclass(frozen=True)
class _Cut:
    """The period seen by slices: the units of people are cells, the groups are slices."""

    cube: Cube
    view: WindowView
    floor: pd.Series
    """Least people by slice."""
    coverage: pd.Series
    """Share of members with data, by slice."""
    config: AuditConfig

    @classmethod
    def of(cls, cube: Cube, view: WindowView, config: AuditConfig) -> _Cut:
        """Return the view of a period by slices."""
        parts = [_placed(view.members, cube), cube.members]
        answers = view.tables.answers
        if answers is not None:
            parts.append(_form_places(answers))
        groups = _groups(cube, pd.concat([part[["unit_id", *PLACE]] for part in parts]))
        cut = replace(
            view,
            groups=groups,
            members=_celled(_placed(view.members, cube)),
            settled=_celled(_placed(view.settled, cube)),
            _placed={},
            _kept={},
        )
        two = cube.table["kind"].isin(TWO_DIMENSIONS)
        least = two.map({True: TWO_DIMENSION_FLOOR, False: 0}).clip(
            lower=config.privacy.min_people
        )
        floor = pd.Series(least.to_numpy(dtype="int64"), index=cube.table["slice_id"])
        return cls(cube, cut, floor, _coverage(cube, view, groups), config)

    def subjects(self, told: Described) -> pd.DataFrame:
        """Return subject_id, unit_id, location, level of those who contribute to an indicator."""
        homes = told.effects.persons[["subject_id", "unit_id"]]
        if told.meta.layer != "perception":
            return homes.merge(
                self.cube.places,
                left_on="subject_id",
                right_index=True,
                how="left",
                validate="1:1",
            )
        answers = self.view.tables.answers
        if answers is None:
            raise ValueError("no answers to take values from")
        return homes[["subject_id"]].merge(
            _form_places(answers), on="subject_id", how="left", validate="1:1"
        )

    def values(self, told: Described, own: pd.DataFrame) -> pd.DataFrame:
        """Return SLICE_VALUES rows (without window_id and indicator) of one indicator."""
        people = self.view.groups.people(_celled(own)[["subject_id", "unit_id"]])
        table = self.view.groups.table[["group_id", "parent_id", "kind", "depth"]]
        groups = build_groups(table, people, told.effects)
        found = described_values(groups, told.effects, told.own, is_share=told.is_share)
        why = self._reasons(told, groups)
        status = why.map(STATUS_OF_REASON | {NOT_TOLD: "not_observed"}).fillna("shown")
        shown = closed(found.assign(status=status, why=why))
        shown = shown.rename(columns={"group_id": "slice_id"})
        return shown[[name for name in SLICE_VALUES.names if name in shown]]

    def _reasons(self, told: Described, groups: GroupSet) -> pd.Series:
        """Reason why a slice has no value, empty where it has one: the gates of groups."""
        ids = pd.Index(groups.group_ids)
        size = groups.sizes()
        counts = told.effects.persons["n"].to_numpy(dtype=np.float64)
        median = [np.median(counts[groups.people(i)]) if n else 0.0 for i, n in enumerate(size)]
        least, is_covered = self._response(told)
        weak = np.zeros(len(ids), dtype=bool)
        if told.icc1 is not None:
            known = icc2_of_size(told.icc1, size.astype(np.float64))
            weak = known < JudgeRules().watch_reliability
        thin = thin_groups(told.meta, self.view, told.rows).reindex(ids)
        reasons = np.select(
            [
                np.full(len(ids), not size.any()),
                np.full(len(ids), not told.is_reliable),
                size < least.reindex(ids).to_numpy(),
                thin.notna().to_numpy(),
                np.array(median) < told.meta.least_median,
                ~is_covered.reindex(ids).to_numpy(dtype=bool),
                weak,
            ],
            [
                NOT_TOLD,
                "indicator_unreliable",
                "too_few_people",
                thin.fillna("").astype(str).to_numpy(dtype=str),
                "too_few_observations",
                "coverage",
                "low_reliability",
            ],
            "",
        )
        return pd.Series(reasons, dtype="object")

    def _response(self, told: Described) -> tuple[pd.Series, pd.Series]:
        """Least people by slice, and whether enough of those who were asked or seen have data."""
        if told.meta.layer != "perception":
            return self.floor, self.coverage >= self.config.measurement.min_coverage
        answers = self.view.tables.answers
        if answers is None:
            raise ValueError("no answers to take values from")
        least = self.floor.clip(lower=answers.min_people)
        asked = replace(
            answers,
            forms=_celled(_form_places(answers)),
            invited=_invited(answers.invited, self.cube),
        )
        response = survey_coverage(asked, self.view)
        passed = observed(
            response, self.config.privacy.min_people, self.config.survey.min_response
        )
        return least, passed & (response["n_with_data"] >= least.reindex(response.index))


def _groups(cube: Cube, places: pd.DataFrame) -> Groups:
    """The slices as groups, with cells of unit, location and level in the place of units."""
    cells = places.drop_duplicates()
    paths: dict[str, tuple[str, ...]] = {"": ()}
    for unit, location, level in cells.itertuples(index=False, name=None):
        paths[_cell(unit, location, level)] = cube.slices_of(unit, _known(location), _known(level))
    table = cube.table.rename(columns={"group_id": "above"})
    table = table.rename(columns={"slice_id": "group_id"})[["group_id", "kind", "n_people"]]
    table = table.assign(parent_id=None, depth=0)
    return Groups(table, pd.DataFrame(), frozenset(), paths)


def _placed(frame: pd.DataFrame, cube: Cube) -> pd.DataFrame:
    return frame.merge(
        cube.places, left_on="person_id", right_index=True, how="left", validate="m:1"
    )


def _form_places(answers: Answers) -> pd.DataFrame:
    names = {"site": "location", "level_group": "level"}
    return answers.forms.reindex(columns=["subject_id", "unit_id", *names]).rename(columns=names)


def _celled(placed: pd.DataFrame) -> pd.DataFrame:
    """Put the cell of unit, location and level in the place of the unit."""
    cells = [
        _cell(*place) for place in placed[["unit_id", *PLACE]].itertuples(index=False, name=None)
    ]
    return placed.assign(unit_id=pd.Series(cells, index=placed.index, dtype="object"))


def _cell(unit: str, location: object, level: object) -> str:
    return "\x1f".join([str(unit), _known(location) or "", _known(level) or ""])


def _known(text: object) -> str | None:
    return None if text is None or text is pd.NA or text != text else str(text)  # noqa: PLR0124


def _coverage(cube: Cube, view: WindowView, groups: Groups) -> pd.Series:
    """Share of each slice's members with a message to or from a colleague in the period."""
    edges = view.tables.edges
    seen = set(edges["source_id"]) | set(edges["target_id"]) if len(edges) else set()
    homes = _celled(cube.members)[["person_id", "unit_id"]]
    people = groups.people(homes.assign(has_data=homes["person_id"].isin(seen)))
    share = people.groupby("group_id")["has_data"].mean()
    return share.reindex(cube.table["slice_id"]).fillna(0.0).astype("float64")


def _invited(invited: pd.DataFrame, cube: Cube) -> pd.DataFrame:
    """Invitations of each unit, spread over its cells as its members are."""
    if invited.empty:
        return invited
    cells = _celled(cube.members).assign(home=cube.members["unit_id"])
    sizes = cells.groupby(["home", "unit_id"]).size().rename("n").reset_index()
    share = sizes["n"] / sizes.groupby("home")["n"].transform("sum")
    told = sizes["home"].map(invited.groupby("unit_id")["n_invited"].sum()).fillna(0.0)
    return pd.DataFrame({"unit_id": sizes["unit_id"], "n_invited": told * share})


def _atoms(cube: Cube, subjects: pd.DataFrame) -> pd.DataFrame:
    """SLICE_ATOMS rows of the people of one indicator, by lowest group, location and level."""
    leaves = subjects["unit_id"].map(cube.groups.leaf_of).rename("group_id")
    keys = [subjects["indicator"], leaves, subjects["location"], subjects["level"]]
    table = subjects.groupby(keys, dropna=False).size().rename("n_people").reset_index()
    table[PLACE] = table[PLACE].astype("object").where(table[PLACE].notna(), None)
    keyed = table[["group_id", *PLACE]].itertuples(index=False, name=None)
    return table.assign(atom_id=[slice_id(key) for key in keyed])
