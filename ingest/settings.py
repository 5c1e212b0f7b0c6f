"""What intake is given: sources, options and settings as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.keys.left_out import LeftOut
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.limits import Limits
from ingest.working_hours import DAY_S, WorkCalendar

OptionValue = str | int | float | bool | Sequence["OptionValue"] | Mapping[str, "OptionValue"]


@dataclass(frozen=True)
class SourceSpec:
    """One export to read: its number in the configuration, its reader, where it lies, options."""

    number: int
    reader: str
    path: Path
    options: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True)
class AutomationSettings:
    """Who counts as automated: declared addresses or ids, and when behaviour says so."""

    automated: tuple[str, ...] = ()
    human: tuple[str, ...] = ()
    min_sent: int = 200
    max_reply_rate: float = 0.02
    min_recipients: int = 50


@dataclass(frozen=True)
class ItemSettings:
    """One survey item: the column it stands in, its bounds, and whether agreement means less."""

    item_id: str
    scale_id: str
    column: str
    item_no: int = 1
    lowest: int = 1
    highest: int = 5
    is_reversed: bool = False
    is_anchor: bool = True
    referent: str = "team"


@dataclass(frozen=True)
class ScaleSettings:
    """One scale declared in the configuration."""

    scale_id: str
    title: str
    construct: str
    min_items: int = 1
    source: str = ""
    licence: str = ""


@dataclass(frozen=True)
class SurveySettings:
    """What was promised to those who answered, and which column is which item.

    Items given here win over the shipped scales. With no items, the columns of a file are matched
    to the item ids of the shipped scales by name. `finds_items` takes every column that looks
    like answers on a scale: to look at a file, never for a run.
    """

    mode: str = "anonymous"
    scales: tuple[ScaleSettings, ...] = ()
    items: tuple[ItemSettings, ...] = ()
    min_people: int = 8
    finds_items: bool = False


@dataclass(frozen=True)
class WeeklyRules:
    """How far a week's sums look: the days before it and after it whose messages they rest on.

    An export of the last `event_days`, made on a Monday, holds all of it for the week before
    last, with a day to spare for time zones.
    """

    event_days: int

    @property
    def before(self) -> int:
        """Return the days before a week: what began there did not begin in the week."""
        return self.event_days - 15

    @property
    def after(self) -> int:
        """Return the days after it: answers may take four working days."""
        return 4

    def of_week(self, week: int) -> tuple[int, int]:
        """Return the first day that belongs to the look at a week, and the day after the last."""
        return week - self.before, week + 7 + self.after

    def is_whole(self, week: int, seen_until_s: int) -> bool:
        """Return whether an export that ends at an instant holds all that a week rests on.

        The last day of it ends at noon of the next day, UTC, in the last time zone.
        """
        return 2 * seen_until_s >= DAY_S * (2 * self.of_week(week)[1] + 1)


@dataclass(frozen=True)
class IntakeSettings:
    """Everything intake must know that is not in the exports.

    `stakeholders` pairs a class with its domains, in the order in which they are tried.
    `codebook` gives the element of each code of the interviews; empty: the file gives it.
    `excluded_roles` names units, functions, mailboxes or addresses whose traffic is left out.
    With `weekly` nothing that was read outlives the run; `aggregated` are the days, from the first
    to before the second, of which weekly sums are kept and messages are not taken again.
    `left_out` says who was forgotten or objected; a run reads it from its folder.
    Days are days since 1970-01-01; `last_day` is the last day that counts.
    """

    key: Pseudonymiser
    own_domains: tuple[str, ...] = ()
    aliases: Path | None = None
    roster_is_complete: bool = False
    stakeholders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    excluded_roles: tuple[str, ...] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    survey: SurveySettings = field(default_factory=SurveySettings)
    codebook: Mapping[str, str] = field(default_factory=dict)
    automation: AutomationSettings = field(default_factory=AutomationSettings)
    first_day: int | None = None
    last_day: int | None = None
    mass_max: int = 30
    horizon_h: float = 16.0
    organization: str = "Whole organization"
    limits: Limits = field(default_factory=Limits)
    left_out: LeftOut | None = None
    weekly: WeeklyRules | None = None
    aggregated: tuple[int, int] | None = None
