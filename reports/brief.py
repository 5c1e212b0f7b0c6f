"""The Brief: everything a report or a chart says about one period, gathered once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from core.errors import UsageError
from core.published import Published
from core.rows import rows
from reports import theme
from reports.slices import in_order, values_in_order


@dataclass(frozen=True)
class About:
    """What the release is; fields as in the published table of the same name."""

    run_id: str
    title: str
    is_sample: bool
    first_on: dt.date
    last_on: dt.date
    weeks_per_window: int
    windows_per_period: int
    min_people: int
    policy: str
    people: int
    n_groups: int
    leads_with: str
    leads_why: str
    headline: str
    next_step: str
    lead_behaviour: str
    lead_perception: str
    reply_quality: str
    seed: int
    version: str
    config_hash: str
    caveat: str


@dataclass(frozen=True)
class Period:
    """One period that verdicts are about; `window_id` is that of its last window."""

    window_id: int
    label: str
    first_on: dt.date
    last_on: dt.date
    n_windows: int
    is_latest: bool


@dataclass(frozen=True, eq=False)
class Brief:
    """Published tables of one period in the order of reading; nothing is computed after this.

    `groups` stands by division and name; groups that are not shown come last, A to Z, and so do
    their rows in every other table.
    """

    about: About
    period: Period
    periods: tuple[Period, ...]
    groups: pd.DataFrame
    units: pd.DataFrame
    verdicts: pd.DataFrame
    joint: pd.DataFrame
    indicators: pd.DataFrame
    values: pd.DataFrame
    reliability: pd.DataFrame
    edges: pd.DataFrame
    unit_map: pd.DataFrame
    findings: pd.DataFrame
    evidence: pd.DataFrame
    quality: pd.DataFrame
    themes: pd.DataFrame
    chain: pd.DataFrame
    """Steps behind each layer's verdict on each shown group."""
    regions: pd.DataFrame
    profiles: pd.DataFrame
    slices: pd.DataFrame
    """Location, level and what they cross, A to Z, those not shown last."""
    slice_values: pd.DataFrame
    certificate: pd.DataFrame
    log_head: str = ""
    """How far the audit log went when the documents were written."""

    @classmethod
    def gather(
        cls, published: Published, window_id: int | None = None, log_head: str = ""
    ) -> Brief:
        """Return the Brief of one period, by default the latest."""
        periods = _periods(published.table("windows"))
        period = _chosen(periods, window_id)
        groups = _in_order(_of(published.table("org_groups"), period))
        places = {group: place for place, group in enumerate(groups["group_id"])}
        findings = _of(published.table("findings"), period).sort_values("place")
        evidence = published.table("evidence")
        slices = in_order(_of(published.table("slices"), period))
        return cls(
            about=_about(published.table("about")),
            period=period,
            periods=periods,
            groups=groups,
            units=_of(published.table("units"), period),
            verdicts=_like(places, _of(published.table("verdicts"), period)),
            joint=_like(places, _of(published.table("joint_verdicts"), period)),
            indicators=published.table("indicators").sort_values("code", ignore_index=True),
            values=_like(places, _of(published.table("indicator_values"), period)),
            reliability=_of(published.table("reliability"), period),
            edges=_of(published.table("unit_edges"), period),
            unit_map=published.table("unit_map"),
            findings=findings.reset_index(drop=True),
            evidence=evidence[evidence["finding_id"].isin(findings["finding_id"])].reset_index(
                drop=True
            ),
            quality=published.table("quality"),
            themes=_like(places, _of(published.table("themes"), period)),
            chain=_like(places, _of(published.table("verdict_evidence"), period)),
            regions=_like(places, _of(published.table("regions"), period)),
            profiles=_like(places, _of(published.table("profiles"), period)),
            slices=slices,
            slice_values=values_in_order(_of(published.table("slice_values"), period), slices),
            certificate=published.table("certificate"),
            log_head=log_head,
        )

    @property
    def foot(self) -> str:
        """Return the line at the foot of every page and file."""
        about = self.about
        return theme.foot(about.min_people, about.run_id, about.policy, self.log_head)

    def name_of(self, group_id: str) -> str:
        """Return the name of a group; its id where the period does not know it."""
        found = self.groups.loc[self.groups["group_id"] == group_id, "name"]
        return str(found.iloc[0]) if len(found) else group_id


def _about(table: pd.DataFrame) -> About:
    row = {str(name): value for name, value in table.iloc[0].items()}
    return About(
        **{
            name: row[name].item() if hasattr(row[name], "item") else row[name]
            for name in About.__dataclass_fields__
        }
    )


def _periods(table: pd.DataFrame) -> tuple[Period, ...]:
    return tuple(
        Period(
            row.whole("window_id"),
            row.text("label"),
            dt.date.fromisoformat(row.text("first_on")),
            dt.date.fromisoformat(row.text("last_on")),
            row.whole("n_windows"),
            row.flag("is_latest"),
        )
        for row in rows(table.sort_values("window_id"))
    )


def _chosen(periods: tuple[Period, ...], window_id: int | None) -> Period:
    for period in periods:
        if period.window_id == window_id or (window_id is None and period.is_latest):
            return period
    known = ", ".join(str(p.window_id) for p in periods)
    raise UsageError(f"There is no period {window_id}.", hint=f"Known periods: {known}.")


def _of(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    return table[table["window_id"] == period.window_id].reset_index(drop=True)


def _in_order(groups: pd.DataFrame) -> pd.DataFrame:
    """Shown groups by division and name, then those not shown, A to Z.

    A place in a sorted table can tell a hidden value; this order holds no values.
    """
    names = dict(zip(groups["group_id"], groups["name"], strict=True))
    divisions = pd.Series([names.get(i, "") for i in groups["division_id"]], dtype="str")
    keyed = groups.assign(
        hidden=~groups["is_shown"],
        division=divisions.where(groups["is_shown"], ""),
        level=groups["depth"].where(groups["is_shown"], 0),
        lower=groups["name"].str.casefold(),
    )
    keys = ["hidden", "division", "level", "lower", "group_id"]
    return keyed.sort_values(keys, ignore_index=True)[groups.columns]


def _like(places: dict[str, int], table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a table in the order of the groups; the order within a group is kept."""
    order = table["group_id"].map(places)
    return (
        table.assign(place=order)
        .sort_values("place", kind="stable", ignore_index=True)
        .drop(columns="place")
    )
