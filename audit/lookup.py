"""A release as its tellers read it: rows by group and layer, nothing that is not published."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from core.rows import Row, rows

Place = tuple[int, str]
"""A group in a period: (window_id, group_id)."""

BLIND_SPOTS = ("felt_desert", "warm_words_cold_network", "busy_not_heard")


class Release:
    """The published tables on their way out, indexed for telling."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    @cached_property
    def groups(self) -> dict[Place, Row]:
        """Rows of org_groups by place."""
        return {_place(row): row for row in rows(self._tables["org_groups"])}

    @cached_property
    def verdicts(self) -> dict[tuple[int, str, str], Row]:
        """Rows of verdicts by place and layer."""
        return {(*_place(row), row.text("layer")): row for row in rows(self._tables["verdicts"])}

    @cached_property
    def joint(self) -> dict[Place, Row]:
        """Rows of joint_verdicts by place."""
        return {_place(row): row for row in rows(self._tables["joint_verdicts"])}

    @cached_property
    def measured(self) -> dict[tuple[int, str, str], Row]:
        """Rows of indicator_values by place and indicator."""
        found = rows(self._tables["indicator_values"])
        return {(*_place(row), row.text("indicator")): row for row in found}

    @cached_property
    def themes(self) -> dict[Place, list[Row]]:
        """Rows of themes by place; places without a theme are missing."""
        found: dict[Place, list[Row]] = {}
        for row in rows(self._tables["themes"]):
            found.setdefault(_place(row), []).append(row)
        return found

    @cached_property
    def latest(self) -> int:
        """Return the id of the most recent period."""
        return max(period for period, _ in self.groups)

    @cached_property
    def layers(self) -> dict[str, str]:
        """Layer of each indicator of the catalogue."""
        found = self._tables.get("indicators", pd.DataFrame(columns=["indicator", "layer"]))
        return {row.text("indicator"): row.text("layer") for row in rows(found)}

    def layer_of(self, indicator: str) -> str:
        """Return the layer of an indicator; behaviour where the catalogue does not know it."""
        return self.layers.get(indicator, "behaviour")

    def name(self, place: Place) -> str:
        """Return the name of a group."""
        return self.groups[place].text("name")

    def root(self, period: int) -> Place | None:
        """Return the whole organization in a period."""
        for place, row in self.groups.items():
            if place[0] == period and row.whole("depth") == 0:
                return place
        return None

    def judged(self, period: int, layer: str = "behaviour") -> list[Place]:
        """Return the shown groups that have a verdict in a layer, A to Z by id."""
        return sorted(
            (window, group)
            for (window, group, name), row in self.verdicts.items()
            if (window, name) == (period, layer) and row.text("verdict") != "not_shown"
        )

    def with_verdict(
        self, period: int, words: tuple[str, ...], layer: str = "behaviour"
    ) -> list[Place]:
        """Return the groups to report with one of these verdicts in a layer, A to Z by id."""
        return sorted(
            (window, group)
            for (window, group, name), row in self.verdicts.items()
            if (window, name) == (period, layer)
            and row.text("verdict") in words
            and row.flag("is_top")
        )

    def with_joint(self, period: int, words: tuple[str, ...]) -> list[Place]:
        """Return the groups to report with one of these joint readings, A to Z by id."""
        return sorted(
            place
            for place, row in self.joint.items()
            if place[0] == period and row.text("joint") in words and self._is_top(place)
        )

    def _is_top(self, place: Place) -> bool:
        layers = [self.verdicts.get((*place, layer)) for layer in ("behaviour", "perception")]
        return any(row is not None and row.flag("is_top") for row in layers)


def _place(row: Row) -> Place:
    return row.whole("window_id"), row.text("group_id")
