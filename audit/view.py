"""All that an indicator may look at: one period, its members, its tables, its own randomness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from audit.groups import Groups, homes_at
from audit.inputs import Need
from audit.seeds import generator
from audit.survey import Answers
from core.windows import Period, Window
from graph.network import CommunicationGraph, window_arcs

ROSTER = ("manager_id", "level", "site", "work_mode", "joined_day", "is_leader")


@dataclass(frozen=True)
class PeriodTables:
    """Tables cut to one period: the network's weekly tables and the answers of its wave."""

    person_weeks: pd.DataFrame
    person_counts: pd.DataFrame
    edges: pd.DataFrame
    answers: Answers | None = None
    earlier: Answers | None = None
    """Answers of the latest wave that belongs to a period before."""
    waves_before: tuple[Answers, ...] = ()
    """The two latest waves before `answers`, whatever period they belong to; else none."""
    people: pd.DataFrame = field(default_factory=pd.DataFrame)
    """PEOPLE rows of all employees, with the days on which each holds."""
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    """EDGES of the whole run, for what reaches beyond the period."""
    waits: pd.DataFrame = field(default_factory=pd.DataFrame)
    """WAITS of the period."""
    contacts: pd.DataFrame = field(default_factory=pd.DataFrame)
    """CONTACTS of the period."""
    talks: pd.DataFrame = field(default_factory=pd.DataFrame)
    """TALKS that began in the period."""
    codes: pd.DataFrame = field(default_factory=pd.DataFrame)
    """CODES of the whole run, with `is_here`: the interview belongs to the period."""
    has: frozenset[Need] | None = None
    """Inputs that the run holds; None where that is not known."""
    without_channel: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """PERSON_WEEKS of the period's answers with one channel left out, by that channel."""


def settled_members(members: pd.DataFrame) -> pd.DataFrame:
    """Return members in the windows they spent in their main team: each person in one unit only.

    The main team is that of most windows, the latest on a tie; so the people of a group are the
    people of its parts, however often somebody moved.
    """
    keys = ["person_id", "unit_id"]
    stays = members.groupby(keys, as_index=False).agg(
        n=("window_id", "size"), last=("window_id", "max")
    )
    stays = stays.sort_values(["person_id", "n", "last"])
    main = stays.drop_duplicates("person_id", keep="last")[keys]
    return members.merge(main, on=keys, how="inner", validate="m:1")


@dataclass(frozen=True)
class WindowView:
    """One period as an indicator sees it.

    `members` are the MEMBERSHIP rows of the period's windows that are eligible: only these
    people are ever seen, but for those just hired (`hires`), who are not eligible yet. `settled`
    are those in the windows they spent in their main team. `groups` leads from a unit to the
    groups it counts in.
    """

    period: Period
    groups: Groups
    members: pd.DataFrame
    settled: pd.DataFrame
    tables: PeriodTables
    seed: int
    reply_quality: str
    indicator: str = ""
    _graphs: dict[int, CommunicationGraph] = field(default_factory=dict, repr=False)
    _placed: dict[int, pd.DataFrame] = field(default_factory=dict, repr=False)
    _kept: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def named(self, indicator: str) -> WindowView:
        """Return the same view with the randomness of one indicator."""
        return replace(self, indicator=indicator)

    def generator(self, step: str) -> np.random.Generator:
        """Return the generator of one step of this indicator in this period."""
        return generator(self.seed, self.indicator, self.period.period_id, step)

    def kept(self, name: str, compute: Callable[[WindowView], pd.DataFrame]) -> pd.DataFrame:
        """Return a table that several indicators share, computed once for the period.

        It is computed with the randomness of `name`, whichever indicator asks first.
        """
        if name not in self._kept:
            self._kept[name] = compute(self.named(name))
        return self._kept[name]

    def person_weeks(self, outcome: str) -> pd.DataFrame:
        """Return the reply sums of eligible people by week, in the run's one reply quality.

        Columns: week, window_id, person_id, n, n_yes, excess, info, excess_own, info_own.
        """
        rows = self.tables.person_weeks
        chosen = (rows["outcome"] == outcome) & (rows["reply_quality"] == self.reply_quality)
        names = ["week", "person_id", "n", "n_yes", "excess", "info", "excess_own", "info_own"]
        return self._eligible(self.windowed(rows.loc[chosen, names]))

    def person_counts(self, measure: str) -> pd.DataFrame:
        """Return window_id, person_id, n, of_n: a weekly count of eligible people by window."""
        rows = self.tables.person_counts
        chosen = rows["measure"] == measure
        rows = self.windowed(rows.loc[chosen, ["week", "person_id", "n", "of_n"]])
        sums = rows.groupby(["window_id", "person_id"], as_index=False)[["n", "of_n"]].sum()
        return self._eligible(sums.astype({"n": "int64", "of_n": "int64"}))

    def graph(self, window: Window) -> CommunicationGraph:
        """Return who wrote to whom in a window, among its eligible people."""
        if window.window_id not in self._graphs:
            arcs = window_arcs(self.tables.edges, window.first_day, window.end_day)
            here = self.members["window_id"] == window.window_id
            people = self.members.loc[here, "person_id"]
            self._graphs[window.window_id] = CommunicationGraph.build(arcs, people)
        return self._graphs[window.window_id]

    def group_members(self, window: Window) -> pd.DataFrame:
        """Return group_id and person_id: settled people of a window in all their groups."""
        if window.window_id not in self._placed:
            here = self.settled["window_id"] == window.window_id
            homes = self.settled.loc[here, ["person_id", "unit_id"]]
            self._placed[window.window_id] = self.groups.people(homes)
        return self._placed[window.window_id]

    def leaf_groups(self, window: Window) -> pd.Series:
        """Return the lowest group of each settled person of a window, by person id."""
        here = self.settled[self.settled["window_id"] == window.window_id]
        return here.set_index("person_id")["unit_id"].map(self.groups.leaf_of)

    def roster(self, window: Window) -> pd.DataFrame:
        """Return what the roster says of the eligible people of a window, by person id.

        Columns: manager_id, level, site, work_mode, joined_day, is_leader, as at the window's
        start; what a roster does not hold is missing. Empty without a roster.
        """
        if self.tables.people.empty:
            return pd.DataFrame(columns=list(ROSTER), index=pd.Index([], name="person_id"))
        here = self.members.loc[self.members["window_id"] == window.window_id, "person_id"]
        rows = homes_at(self.tables.people, window.first_day).set_index("person_id")
        return rows.loc[rows.index.isin(here), list(ROSTER)]

    def history_graph(
        self, first_day: int, end_day: int, people: Iterable[str]
    ) -> CommunicationGraph | None:
        """Return who wrote to whom among `people` in days of the run, in the period or before.

        None where the run holds no whole week that early.
        """
        history = self.tables.history
        if history.empty or first_day < history["week"].min():
            return None
        return CommunicationGraph.build(window_arcs(history, first_day, end_day), people)

    def hires(self) -> pd.DataFrame:
        """Return who joined since the run's first whole week and before the period ended.

        Columns: person_id, unit_id (the latest known in the period), joined_day, end_day (the
        day after the last one seen: of employment, or of the period).
        """
        people, history = self.tables.people, self.tables.history
        if people.empty or history.empty:
            return pd.DataFrame(columns=["person_id", "unit_id", "joined_day", "end_day"])
        end = self.period.end_day
        known = people["unit_id"].notna() & (people["valid_from_day"] < end)
        rows = people[known].sort_values(["person_id", "valid_from_day"])
        rows = rows.drop_duplicates("person_id", keep="last")
        rows = rows[rows["joined_day"].between(history["week"].min(), end - 1)]
        last = rows["valid_to_day"].fillna(end).clip(upper=end).astype("int64")
        return rows.assign(end_day=last)[["person_id", "unit_id", "joined_day", "end_day"]]

    def waits(self) -> pd.DataFrame:
        """Return how long colleagues waited for an answer of eligible people.

        Columns: window_id, person_id (who was asked), wait_h in the person's scheduled hours,
        rounded up as in WAITS, is_answered, and n messages; where it is False the wait was watched
        for so long and no answer came.
        """
        rows = self.tables.waits
        if rows.empty:
            return pd.DataFrame(columns=["window_id", "person_id", "wait_h", "is_answered", "n"])
        rows = self._eligible(self.windowed(rows[rows["reply_quality"] == self.reply_quality]))
        hours = rows["wait_tenths"].astype("float64") / 10
        return rows[["window_id", "person_id", "is_answered", "n"]].assign(wait_h=hours)

    def contacts(self, stakeholder: str) -> pd.Series:
        """Return how many people outside of a class wrote to each group, by group id."""
        rows = self.tables.contacts
        if rows.empty:
            return pd.Series(dtype="int64")
        chosen = (rows["stakeholder"] == stakeholder) & (
            rows["reply_quality"] == self.reply_quality
        )
        rows = self.windowed(rows[chosen])
        homes = self.settled[["window_id", "person_id", "unit_id"]]
        placed = rows.merge(homes, on=["window_id", "person_id"], how="inner", validate="m:1")
        wrote = self.groups.people(placed[["unit_id", "contact_id"]].drop_duplicates())
        return wrote.groupby("group_id")["contact_id"].nunique()

    def scores(self, construct: str) -> pd.DataFrame:
        """Return subject_id, value, weight: the survey forms with a score on a construct.

        Empty where no wave belongs to the period or the wave did not ask it.
        """
        answers = self.tables.answers
        scale = answers.scale((construct,)) if answers else None
        if answers is None or scale is None:
            return pd.DataFrame({"subject_id": [], "value": [], "weight": []})
        score = scale.score.dropna().rename("value").rename_axis("subject_id").reset_index()
        weights = answers.forms[["subject_id", "weight"]]
        return score.merge(weights, on="subject_id", how="inner", validate="1:1")

    def windowed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with a week inside the period, and the window it lies in."""
        starts = np.array([w.first_day for w in self.period.windows])
        ids = np.array([w.window_id for w in self.period.windows])
        inside = rows["week"].between(self.period.first_day, self.period.end_day - 1)
        rows = rows[inside]
        place = np.searchsorted(starts, rows["week"].to_numpy(), side="right") - 1
        return rows.assign(window_id=ids[place])

    def _eligible(self, rows: pd.DataFrame) -> pd.DataFrame:
        keys = ["window_id", "person_id"]
        return rows.merge(self.members[keys], on=keys, how="inner", validate="m:1")
