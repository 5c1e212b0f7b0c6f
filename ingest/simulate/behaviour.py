"""Who writes to whom, when, and who answers: messages as arrays, with the truth of each answer."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from ingest.simulate import clock
from ingest.simulate.names import SITES
from ingest.simulate.org import Company
from ingest.simulate.outside import Contacts

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MAIL, CHAT = 0, 1
TURNS = 9
"""Longest conversation; at an even chance of an answer one in 500 would have gone on."""
LEAST_LATENCY, LARGEST_LATENCY = 120.0, 6.9 * 3_600
"""Seconds of working time; with an evening answer still inside 16 working hours."""
FOUR_WEEKS = 28
_DAY_SHARE = (0.21, 0.22, 0.21, 0.21, 0.15)
_HOUR_SHARE = (0.15, 0.16, 0.15, 0.09, 0.10, 0.13, 0.12, 0.10)
_WEEKEND_SHARE, _EARLY_SHARE = 0.25, 0.12


@dataclass(frozen=True)
class Traffic:
    """Addressed messages, one entry per message and recipient.

    People are rows of the company; outside contacts follow behind them.
    """

    message: IntArray
    """Number of the message; several recipients share it."""
    thread: IntArray
    """Number of the first message of the conversation."""
    parent: IntArray
    """Message answered, -1 for none."""
    sender: IntArray
    recipient: IntArray
    sent_s: IntArray
    channel: IntArray
    fan_out: IntArray
    answered: BoolArray
    """Whether the recipient answered within the horizon: the outcome of the reply model."""

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.message.size)

    def take(self, rows: IntArray | BoolArray) -> Traffic:
        """Give some of the rows."""
        return Traffic(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True)
class World:
    """The company and its outside contacts as arrays over all who write."""

    company: Company
    contacts: Contacts
    clock: clock.ZoneClock
    activity: FloatArray
    load: FloatArray
    """Log activity, standardised over the company's people."""
    answers: FloatArray
    writes: FloatArray
    zone: IntArray
    shock: FloatArray
    """(teams + 1, four-week windows)"""

    def __len__(self) -> int:
        """Count people and contacts."""
        return int(self.activity.size)


def make_world(company: Company, contacts: Contacts, rng: np.random.Generator) -> World:
    """Put people and contacts on one axis; contacts have no team and no planted effect."""
    people, rates = company.people, company.plan.rates
    extra = len(contacts)
    load = np.log(people.activity)
    load = (load - load.mean()) / load.std()
    windows = company.plan.weeks * 7 // FOUR_WEEKS + 1
    return World(
        company,
        contacts,
        clock.zone_clock([s.time_zone for s in SITES], company.first_day, 7 * company.plan.weeks),
        np.concatenate([people.activity, contacts.activity]),
        np.concatenate([load, np.zeros(extra)]),
        np.concatenate([people.answers, np.zeros(extra)]),
        np.concatenate([people.writes, rng.normal(0.0, rates.sender_sd, extra)]),
        np.concatenate([people.site, rng.integers(0, len(SITES), extra)]),
        rng.normal(0.0, rates.shock_sd, (len(company.teams) + 1, windows)),
    )


def converse(world: World, roots: Traffic, rng: np.random.Generator) -> Traffic:
    """Let every conversation run: each message is answered or not, and answers are answered.

    The chance of an answer is that of the reply model, for first messages and for answers alike,
    so a planted effect holds for every observation. A conversation in chat ends with its first
    answer: chat exports name the thread, not the message answered.
    """
    company = world.company
    turns: list[Traffic] = []
    now = roots
    number = int(roots.message.max(initial=-1)) + 1
    for _ in range(TURNS):
        is_yes = rng.random(len(now)) < chance(world, now)
        is_first = np.ones(len(now), dtype=np.bool_) if not turns else now.channel == MAIL
        is_yes &= is_first
        is_late = ~is_yes & is_first & (rng.random(len(now)) < company.plan.rates.late_share)
        turns.append(_with(now, is_yes))
        replying = np.flatnonzero(is_yes | is_late)
        source = now.take(replying)
        answers = _answers(world, source, is_late[replying], rng)
        is_inside = (answers.sent_s < company.end_day * clock.DAY) & employed(world, answers)
        now = answers.take(is_inside)
        now = _renumber(now, number)
        number += len(now)
        if len(now) == 0:
            break
    return join(turns)


def chance(world: World, traffic: Traffic) -> FloatArray:
    """Chance of an answer within the horizon for every row."""
    rates, company = world.company.plan.rates, world.company
    team_s, team_r = (
        teams_of(world, traffic.sender, traffic),
        teams_of(world, traffic.recipient, traffic),
    )
    none = len(company.teams)
    effect = np.array([team.effect for team in company.teams] + [0.0])
    window = (traffic.sent_s // clock.DAY - company.first_day) // FOUR_WEEKS
    window = np.clip(window, 0, world.shock.shape[1] - 1)
    same = (team_s == team_r) & (team_s != none)
    logit = (
        rates.base
        + rates.load * world.load[traffic.recipient]
        + rates.same_team * (same - 0.5)
        + rates.upward * _direction(world, traffic)
        + rates.fan_out * np.log(traffic.fan_out)
        + world.answers[traffic.recipient]
        + world.writes[traffic.sender]
        + effect[team_r]
        + world.shock[team_r, window]
    )
    share: FloatArray = 1.0 / (1.0 + np.exp(-logit))
    return share


def teams_of(world: World, who: IntArray, traffic: Traffic) -> IntArray:
    """Team of each person on the day of the message; one past the last for contacts."""
    company = world.company
    era = (traffic.sent_s // clock.DAY >= company.reorganized_day).astype(np.int64)
    outside = np.full((2, len(world.contacts)), len(company.teams), dtype=np.int64)
    table = np.concatenate([company.people.team, outside], axis=1)
    return table[era, who]


def pick_times(
    world: World, sender: IntArray, week: IntArray, is_off: BoolArray, rng: np.random.Generator
) -> IntArray:
    """Instants in working hours of the sender, or in the evening, early or at the weekend."""
    n = sender.size
    day = rng.choice(5, n, p=_DAY_SHARE)
    hour = 9 + rng.choice(8, n, p=_HOUR_SHARE)
    weekend = is_off & (rng.random(n) < _WEEKEND_SHARE)
    early = is_off & (rng.random(n) < _EARLY_SHARE)
    day = np.where(weekend, rng.integers(5, 7, n), day)
    hour = np.where(is_off, np.where(early, 7, rng.integers(18, 23, n)), hour)
    hour = np.where(weekend, rng.integers(10, 21, n), hour)
    local = (world.company.first_day + 7 * week + day) * clock.DAY + hour * 3_600
    return world.clock.utc(local + rng.integers(0, 3_600, n), world.zone[sender])


def off_hours_share(world: World, who: IntArray) -> FloatArray:
    """Share of messages that reach each of them after hours, by division."""
    company = world.company
    usual = company.plan.rates.off_hours
    planted = [company.plan.division(name).off_hours or usual for name in company.divisions]
    by_person = np.array(planted)[company.division_of(0)]
    return np.concatenate([by_person, np.full(len(world.contacts), usual)])[who]


def present(world: World, week: int) -> BoolArray:
    """Who works here during the whole week."""
    people = world.company.people
    monday = world.company.first_day + 7 * week
    return (people.joined <= monday) & (people.left >= monday + 7)


def employed(world: World, traffic: Traffic) -> BoolArray:
    """Say for every row whether both still work here on the day."""
    left = np.concatenate(
        [world.company.people.left, np.full(len(world.contacts), np.iinfo(np.int64).max)]
    )
    day = traffic.sent_s // clock.DAY
    return (day < left[traffic.sender]) & (day < left[traffic.recipient])


def join(parts: list[Traffic]) -> Traffic:
    """Put several tables below each other."""
    columns = ([getattr(part, f.name) for part in parts] for f in fields(Traffic))
    return Traffic(*(np.concatenate(column) for column in columns))


def _answers(
    world: World, asked: Traffic, is_late: BoolArray, rng: np.random.Generator
) -> Traffic:
    """Answers to these rows: a log-normal working time later, some in the evening instead."""
    n = len(asked)
    zone = world.zone[asked.recipient]
    latency = np.exp(rng.normal(np.log(3_700.0), 1.15, n))
    latency = np.clip(latency, LEAST_LATENCY, LARGEST_LATENCY)
    late = rng.uniform(18.5 * 3_600, 45 * 3_600, n)
    work = clock.worked(world.clock.local(asked.sent_s, zone))
    local = clock.when_worked(work + np.where(is_late, late, latency).astype(np.int64))
    evening = rng.random(n) < 0.8 * off_hours_share(world, asked.sender)
    later = local - local % clock.DAY + 18 * 3_600 + rng.integers(0, 4 * 3_600, n)
    local = np.where(evening, later, local)
    return Traffic(
        message=np.zeros(n, dtype=np.int64),
        thread=asked.thread,
        parent=asked.message,
        sender=asked.recipient,
        recipient=asked.sender,
        sent_s=world.clock.utc(local, zone),
        channel=asked.channel,
        fan_out=np.ones(n, dtype=np.int64),
        answered=np.zeros(n, dtype=np.bool_),
    )


def _direction(world: World, traffic: Traffic) -> FloatArray:
    """1 for a message to one's own manager, -1 for one to a direct report, else 0."""
    company = world.company
    era = (traffic.sent_s // clock.DAY >= company.reorganized_day).astype(np.int64)
    nobody = np.full((2, len(world.contacts)), -1, dtype=np.int64)
    manager = np.concatenate([company.people.manager, nobody], axis=1)
    up = manager[era, traffic.sender] == traffic.recipient
    down = manager[era, traffic.recipient] == traffic.sender
    direction: FloatArray = up.astype(np.float64) - down.astype(np.float64)
    return direction


def _with(traffic: Traffic, answered: BoolArray) -> Traffic:
    values = {f.name: getattr(traffic, f.name) for f in fields(traffic)}
    return Traffic(**{**values, "answered": answered})


def _renumber(traffic: Traffic, first: int) -> Traffic:
    values = {f.name: getattr(traffic, f.name) for f in fields(traffic)}
    return Traffic(**{**values, "message": first + np.arange(len(traffic))})
