"""The made-up companies of the validation: the baseline, and those that are not as the model says.

A disturbance changes a company after it was drawn, by something that the reply model does not
know. In all of them no group differs from the others in how its people answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from audit.validate.planted import WEEKS_PER_WINDOW, PlantedCompany, Scenario, planted_company

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Disturbance = Callable[[PlantedCompany, np.random.Generator], PlantedCompany]

ON_LEAVE, WEEKS_OFF = 0.4, 3
WRITTEN_ON_LEAVE, ANSWERED_ON_LEAVE = 0.4, 0.1
CHAT_SHARE, CHAT_ANSWERED_MORE = 0.35, 0.3
MAILBOX_SHARE, MAILBOX_LOAD, MAILBOX_SD = 0.015, 6, 1.5
MERGED_PAIRS = 8


def undisturbed(company: PlantedCompany, _rng: np.random.Generator) -> PlantedCompany:
    """Return the company as it was drawn."""
    return company


@dataclass(frozen=True)
class Case:
    """One kind of company: what is drawn, and what disturbs it."""

    name: str
    title: str
    scenario: Scenario
    disturb: Disturbance = undisturbed

    def draw(self, rng: np.random.Generator, shock_sd: float = 0.0) -> PlantedCompany:
        """Draw one company, with shocks of single windows if asked for."""
        scenario = replace(self.scenario, shock_sd=shock_sd)
        return self.disturb(planted_company(scenario, rng), rng)


def seasonal_leave(company: PlantedCompany, rng: np.random.Generator) -> PlantedCompany:
    """Two in five people are away for three weeks of one season, and no calendar says so.

    They get two fifths of their mail and answer a tenth of what they would have.
    """
    rows = company.observations
    week = (rows["week"] // 7).to_numpy(dtype=np.int64)
    person = rows["recipient_id"].to_numpy(dtype=np.int64)
    n = len(company.members)
    season = WEEKS_PER_WINDOW
    first = np.where(rng.random(n) < ON_LEAVE, season + rng.integers(0, 6, n), -WEEKS_OFF)
    away = (week >= first[person]) & (week < first[person] + WEEKS_OFF)
    answered = rows["is_answered"].to_numpy(dtype=np.bool_)
    answered = answered & (~away | (rng.random(len(rows)) < ANSWERED_ON_LEAVE))
    kept = ~away | (rng.random(len(rows)) < WRITTEN_ON_LEAVE)
    return _with_rows(company, rows.assign(is_answered=answered)[kept])


def missing_channel(company: PlantedCompany, rng: np.random.Generator) -> PlantedCompany:
    """A third of the traffic is chat, answered more often; one department's chat was not given."""
    rows = company.observations
    chat = rng.random(len(rows)) < CHAT_SHARE
    more = chat & (rng.random(len(rows)) < CHAT_ANSWERED_MORE)
    answered = rows["is_answered"].to_numpy(dtype=np.bool_) | more
    department = _department_of(company)[rows["recipient_id"].to_numpy(dtype=np.int64)]
    hidden = chat & (department == rng.integers(0, int(department.max()) + 1))
    channel = pd.Categorical.from_codes(chat.astype(np.int8), pd.Index(["email", "chat"]))
    return _with_rows(company, rows.assign(is_answered=answered, channel=channel)[~hidden])


def shared_mailboxes(company: PlantedCompany, rng: np.random.Generator) -> PlantedCompany:
    """Some accounts are mailboxes of many hands: six times the mail, habits of their own."""
    rows = company.observations
    n = len(company.members)
    is_box = rng.random(n) < MAILBOX_SHARE
    inside = is_box[rows["recipient_id"].to_numpy(dtype=np.int64)]
    boxes = rows[inside]
    grown = pd.concat([rows[~inside], *[boxes] * MAILBOX_LOAD], ignore_index=True)
    person = grown["recipient_id"].to_numpy(dtype=np.int64)
    sender = grown["sender_id"].to_numpy(dtype=np.int64)
    habit = expit(rng.normal(0.0, MAILBOX_SD, n))[person]
    answered = np.where(
        is_box[person], rng.random(len(grown)) < habit, grown["is_answered"].to_numpy(np.bool_)
    )
    # To a mailbox anybody writes, in proportion to how much they write at all.
    anybody = rng.choice(sender, len(grown))
    sender = np.where(is_box[person] & (anybody != person), anybody, sender)
    return _with_rows(company, grown.assign(is_answered=answered, sender_id=sender))


def unit_merges(company: PlantedCompany, rng: np.random.Generator) -> PlantedCompany:
    """Eight pairs of teams of one department are one team from the second window on."""
    teams = company.groups[company.groups["parent_id"].notna()]
    into: dict[str, str] = {}
    for _, row in teams.sample(frac=1.0, random_state=rng).iterrows():
        siblings = teams.loc[teams["parent_id"] == row["parent_id"], "group_id"]
        free = [s for s in siblings if s not in into and s not in into.values()]
        if row["group_id"] in free and len(free) > 1 and len(into) < MERGED_PAIRS:
            into[str(next(s for s in free if s != row["group_id"]))] = str(row["group_id"])
    windows = np.unique(company.observations["window_id"])
    members = pd.concat([company.members.assign(window_id=w) for w in windows], ignore_index=True)
    later = members["window_id"] > windows[0]
    members["unit_id"] = members["unit_id"].mask(later, members["unit_id"].replace(into))
    people = company.group_people
    people = people.assign(group_id=people["group_id"].replace(into)).drop_duplicates()
    groups = company.groups[~company.groups["group_id"].isin(into)]
    truth = company.truth[company.truth["group_id"].isin(groups["group_id"])]
    size = people.groupby("group_id").size()
    truth = truth.assign(n_people=truth["group_id"].map(size).to_numpy(dtype=np.int64))
    return replace(company, members=members, groups=groups, group_people=people, truth=truth)


BASELINE = Case("baseline", "as the model says", Scenario())
SMALLER = Scenario(n_people=500, n_departments=6)
"""Where the model is wrong, companies are half as large: the whole suite is dear."""
SUITE = (
    Case("heavy_tails", "heavy tails of persons (t, 3 df)", replace(SMALLER, heavy_tails=True)),
    Case("other_link", "another link (complementary log-log)", replace(SMALLER, link="cloglog")),
    Case("sender_sd_1", "senders differ with SD 1.0", replace(SMALLER, sender_sd=1.0)),
    Case("leave", "seasonal leave that no calendar shows", SMALLER, seasonal_leave),
    Case("channel", "one department's chat is missing", SMALLER, missing_channel),
    Case("mailboxes", "shared mailboxes among the people", SMALLER, shared_mailboxes),
    Case("merges", "teams merged after the first window", SMALLER, unit_merges),
    Case(
        "correlated",
        "shocks shared by a department (SD .3)",
        replace(SMALLER, department_shock_sd=0.3),
    ),
    Case(
        "loyal",
        "six senders write most of each team's mail (60 %), SD .6",
        replace(SMALLER, loyal=0.6, sender_sd=0.6),
    ),
    Case("people_80", "companies of 80 people", Scenario(n_people=80, n_departments=3)),
    Case("people_200", "companies of 200 people", Scenario(n_people=200, n_departments=4)),
)
"""Gaming, the tenth, runs through the product's own reading of replies: `audit.validate.abuse`."""


def _department_of(company: PlantedCompany) -> IntArray:
    """Department number of every person, by position, which is the person's number."""
    team = company.members.set_index("subject_id")["unit_id"].sort_index()
    parent = company.groups.set_index("group_id")["parent_id"]
    codes: IntArray = pd.factorize(team.map(parent), sort=True)[0].astype(np.int64)
    return codes


def _with_rows(company: PlantedCompany, rows: pd.DataFrame) -> PlantedCompany:
    """The company with other messages; each recipient's weekly load is counted anew."""
    rows = rows.reset_index(drop=True)
    load = rows.groupby(["recipient_id", "week"])["message_id"].transform("size")
    return replace(
        company,
        observations=rows.assign(message_id=np.arange(len(rows)), inbound_load=load),
    )
