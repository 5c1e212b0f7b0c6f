"""The published tables as far as one viewer may read them: cut before anything is cached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.published import Published
from core.roles import Reach

_ALWAYS = ("windows", "indicators", "certificate")
_TRUST = (*_ALWAYS, "reliability", "quality")
_HEADLINES = {
    "quality": "Data and quality",
    "nothing": "This role reads no results",
}
_NEXT = "Read your own groups below, coldest first."


@dataclass(frozen=True)
class Scope:
    """How much of a release is read; `unit` is the group at the top of a subtree.

    `benchmark` takes the group right above along, with its own numbers alone.
    """

    reach: Reach
    unit: str = ""
    benchmark: bool = True


WHOLE = Scope("whole")


@dataclass(frozen=True)
class Scoped(Published):
    """The door to published tables that opens as far as a scope goes; unknown tables are empty."""

    scope: Scope = WHOLE

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a published table that lie within the scope."""
        frame = super().table(name)
        if self.scope.reach == "whole":
            return frame
        if name == "about":
            return self._about(frame)
        if self.scope.reach == "subtree":
            keep = _RULES.get(name)
            return (keep(self, frame) if keep else frame.iloc[:0]).reset_index(drop=True)
        known = _TRUST if self.scope.reach == "quality" else _ALWAYS
        return frame if name in known else frame.iloc[:0]

    @property
    def is_found(self) -> bool:
        """Whether the unit of the scope is a group of this release, in any period."""
        return self.scope.reach != "subtree" or bool(self.own)

    @cached_property
    def own(self) -> frozenset[str]:
        """The group of the scope and all groups below it, in any period."""
        found, grown = set[str](), {self.scope.unit} & set(self._tree["group_id"])
        while grown - found:
            found |= grown
            grown = set(self._tree.loc[self._tree["parent_id"].isin(found), "group_id"])
        return frozenset(found)

    @cached_property
    def above(self) -> frozenset[str]:
        """The group right above that of the scope, where it is read along."""
        if not self.scope.benchmark:
            return frozenset()
        mine = self._tree[self._tree["group_id"] == self.scope.unit]
        return frozenset(str(i) for i in mine["parent_id"].dropna())

    @property
    def seen(self) -> frozenset[str]:
        """All groups of which anything is read."""
        return self.own | self.above

    @cached_property
    def _tree(self) -> pd.DataFrame:
        """Each group once, at its latest place: what moved away is not read any more."""
        groups = Published(self.folder).table("org_groups").sort_values("window_id")
        return groups.drop_duplicates("group_id", keep="last")

    def _about(self, about: pd.DataFrame) -> pd.DataFrame:
        """What the whole release says in a sentence names groups beyond a scope: say less."""
        if self.scope.reach != "subtree":
            headline = _HEADLINES[self.scope.reach]
            return about.assign(headline=headline, next_step="", people=0, n_groups=0)
        return about.assign(
            headline=self._headline(), next_step=_NEXT, people=0, n_groups=len(self.own)
        )

    def _headline(self) -> str:
        """The released sentence on the own unit: both layers together, else the leading one."""
        found = self._tree[self._tree["group_id"] == self.scope.unit]
        if found.empty:
            return _HEADLINES["nothing"]
        mine = found.iloc[0]
        joint = Published(self.folder).table("joint_verdicts")
        is_mine = (joint["group_id"] == mine["group_id"]) & (
            joint["window_id"] == mine["window_id"]
        )
        said = joint.loc[is_mine & ~joint["joint"].isin(["none", "not_shown"]), "sentence"]
        if said.empty:
            return f"{mine['name']}: what was found, and how sure it is"
        return f"{mine['name']}: {said.iloc[0][:1].lower()}{said.iloc[0][1:]}"


def _all(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    del scoped
    return frame


def _seen(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["group_id"].isin(scoped.seen)]


def _own(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["group_id"].isin(scoped.own)]


def _verdicts(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    """What would settle a verdict speaks of the groups around; a benchmark needs none of it."""
    seen = _seen(scoped, frame)
    return seen.assign(settle=seen["settle"].where(seen["group_id"].isin(scoped.own), None))


def _groups(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    """Groups within the scope; nothing in a row points beyond it but names on the way up."""
    seen = _seen(scoped, frame)
    is_inside = seen["parent_id"].isin(scoped.seen)
    return seen.assign(parent_id=seen["parent_id"].where(is_inside, None))


def _units(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    """Units whose numbers lie within the own groups, and the unit above itself."""
    is_above = frame["group_id"].isin(scoped.above) & (frame["unit_id"] == frame["group_id"])
    return frame[frame["group_id"].isin(scoped.own) | is_above]


def _edges(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    ends = ("source_group_id", "target_group_id")
    return frame[frame[ends[0]].isin(scoped.own) & frame[ends[1]].isin(scoped.own)]


def _findings(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    """Findings about own groups; their places are counted anew, for a gap would tell of others."""
    own = _own(scoped, frame).sort_values("place")
    return own.assign(place=pd.Series(range(1, len(own) + 1), index=own.index, dtype="int32"))


def _evidence(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    findings = _own(scoped, Published(scoped.folder).table("findings"))
    return frame[frame["finding_id"].isin(findings["finding_id"])]


def _quality(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    """How far to trust the whole; what was hidden or left out where is for other roles."""
    del scoped
    return frame[frame["section"].isin(["trust", "coverage", "identity", "response"])]


def _slice_values(scoped: Scoped, frame: pd.DataFrame) -> pd.DataFrame:
    slices = _own(scoped, Published(scoped.folder).table("slices"))
    return frame[frame["slice_id"].isin(slices["slice_id"])]


_RULES: dict[str, Callable[[Scoped, pd.DataFrame], pd.DataFrame]] = {
    "windows": _all,
    "indicators": _all,
    "certificate": _all,
    "reliability": _all,
    "units": _units,
    "org_groups": _groups,
    "indicator_values": _seen,
    "verdicts": _verdicts,
    "joint_verdicts": _seen,
    "profiles": _seen,
    "unit_edges": _edges,
    "unit_map": _seen,
    "findings": _findings,
    "evidence": _evidence,
    "verdict_evidence": _own,
    "regions": _own,
    "themes": _own,
    "slices": _own,
    "slice_values": _slice_values,
    "quality": _quality,
}
