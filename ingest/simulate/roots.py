"""First messages of conversations: who turns to whom, how often, and at what hour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.simulate.behaviour import (
    CHAT,
    MAIL,
    Traffic,
    World,
    off_hours_share,
    pick_times,
    present,
)
from ingest.simulate.names import OUTWARD

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ANYWHERE_DIVISION = 0.6
"""Of what does not come from the own team, the share that comes from the own division."""
FAN_OUT_SHARE = 0.12
BUDDY_SHARE = 0.93
"""Of what an isolated person gets, the share that comes from the one colleague."""
INBOUND_SHARE = 0.6
"""Of the conversations with the outside, the share that begins there."""
OUTSIDE_PER_WEEK = 0.55
"""Conversations with the outside per person and week in divisions that look outward."""


def inside_roots(world: World, rng: np.random.Generator) -> Traffic:
    """Conversations inside the company, week by week, some with several recipients."""
    share = rng.beta(4.0, 4.0, len(world.company.teams))
    weeks = [_week(world, week, share, rng) for week in range(world.company.plan.weeks)]
    sender, recipient, week = (np.concatenate([part[i] for part in weeks]) for i in range(3))
    is_off = rng.random(sender.size) < off_hours_share(world, recipient)
    sent = pick_times(world, sender, week, is_off, rng)
    channel = np.where(rng.random(sender.size) < world.company.plan.rates.chat_share, CHAT, MAIL)
    return _fan_out(world, (sender, recipient, week, sent, channel), rng)


def outside_roots(world: World, first: int, rng: np.random.Generator) -> Traffic:
    """Conversations with contacts outside, begun from either side; numbered from `first`."""
    company = world.company
    people = company.people
    looks_out = np.isin(np.array(company.divisions)[company.division_of(0)], OUTWARD)
    mean = OUTSIDE_PER_WEEK * people.activity * looks_out
    weeks = []
    for week in range(company.plan.weeks):
        person = np.repeat(np.arange(len(people)), rng.poisson(mean * present(world, week)))
        weeks.append(np.stack([person, np.full(person.size, week)]))
    person, week = np.concatenate(weeks, axis=1)
    cumulated = np.cumsum(world.contacts.activity)
    contact = np.searchsorted(cumulated, rng.random(person.size) * cumulated[-1], side="right")
    contact = contact + len(people)
    inbound = rng.random(person.size) < INBOUND_SHARE
    sender, recipient = np.where(inbound, contact, person), np.where(inbound, person, contact)
    is_off = rng.random(person.size) < company.plan.rates.off_hours
    sent = pick_times(world, sender, week, is_off, rng)
    number = first + np.arange(person.size)
    return _rows(number, sender, recipient, sent, np.full(person.size, MAIL))


def _week(
    world: World, week: int, share: FloatArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray]:
    """Recipients by activity; each hears from the own team, the own division or anybody."""
    company = world.company
    people = company.people
    here = present(world, week)
    mean = company.plan.rates.roots_per_week * people.activity * here
    recipient = np.repeat(np.arange(len(people)), rng.poisson(mean))
    sender = pick_senders(world, week, recipient, share, rng)
    buddy = people.buddy[recipient]
    by_buddy = (buddy >= 0) & (rng.random(recipient.size) < BUDDY_SHARE)
    sender = np.where(by_buddy & here[buddy], buddy, sender)
    known = np.flatnonzero((sender >= 0) & (sender != recipient))
    return sender[known], recipient[known], np.full(known.size, week)


def pick_senders(
    world: World, week: int, recipient: IntArray, share: FloatArray, rng: np.random.Generator
) -> IntArray:
    """Draw a sender for each recipient in proportion to activity; -1 where nobody was found."""
    company = world.company
    team = company.people.team[company.era(company.first_day + 7 * week)]
    division = np.array([t.division for t in company.teams])[team]
    order = np.lexsort((team, division))
    weight = company.people.activity * present(world, week)
    weight = weight * np.where(company.people.buddy >= 0, 0.12, 1.0)
    ends = np.concatenate([[0.0], np.cumsum(weight[order])])
    draw = rng.random(recipient.size)
    from_team = draw < share[team[recipient]]
    near = rng.random(recipient.size) < ANYWHERE_DIVISION
    scope = np.where(from_team, 0, np.where(near, 1, 2))
    bounds = [_bounds(team[order]), _bounds(division[order]), _bounds(np.zeros_like(team))]
    keys = [team, division, np.zeros_like(team)]
    sender = np.full(recipient.size, -1)
    for _ in range(4):
        open_rows = np.flatnonzero((sender < 0) | (sender == recipient))
        for which in range(3):
            rows = open_rows[scope[open_rows] == which]
            low, high = bounds[which][:, keys[which][recipient[rows]]]
            spot = ends[low] + rng.random(rows.size) * (ends[high] - ends[low])
            found = np.searchsorted(ends[1:], spot, side="right")
            sender[rows] = order[np.minimum(found, order.size - 1)]
    return sender


def _bounds(sorted_keys: IntArray) -> IntArray:
    """First and end position of every key, indexed by key."""
    keys = np.arange(int(sorted_keys.max()) + 1)
    position = np.argsort(sorted_keys, kind="stable")
    plain = sorted_keys[position]
    low = np.searchsorted(plain, keys, side="left")
    high = np.searchsorted(plain, keys, side="right")
    first = np.where(high > low, position[np.minimum(low, plain.size - 1)], 0)
    return np.stack([first, first + high - low])


def _fan_out(world: World, first: tuple[IntArray, ...], rng: np.random.Generator) -> Traffic:
    """Some mails go to up to three more people of the first recipient's team."""
    sender, recipient, week, sent, channel = first
    number = np.arange(sender.size)
    parts = [_rows(number, sender, recipient, sent, channel)]
    several = (rng.random(sender.size) < FAN_OUT_SHARE) & (channel == MAIL)
    for again in range(3):
        several &= rng.random(sender.size) < (1.0, 0.4, 0.4)[again]
        for one_week in np.unique(week[several]):
            rows = np.flatnonzero(several & (week == one_week))
            always = np.ones(len(world.company.teams))
            more = pick_senders(world, int(one_week), recipient[rows], always, rng)
            parts.append(_rows(number[rows], sender[rows], more, sent[rows], channel[rows]))
    return _counted(parts)


def _counted(parts: list[Traffic]) -> Traffic:
    """Join the recipients of each message, each person once and never the sender."""
    joined = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("message", "sender", "recipient", "sent_s", "channel")
    ]
    message, sender, recipient, sent, channel = joined
    known = np.flatnonzero((recipient >= 0) & (recipient != sender))
    key = message[known] * (int(recipient.max(initial=0)) + 2) + recipient[known]
    once = np.sort(known[np.unique(key, return_index=True)[1]])
    rows = _rows(message[once], sender[once], recipient[once], sent[once], channel[once])
    size = np.bincount(rows.message, minlength=int(message.max(initial=0)) + 1)
    rows.fan_out[:] = size[rows.message]
    return rows


def _rows(
    message: IntArray, sender: IntArray, recipient: IntArray, sent: IntArray, channel: IntArray
) -> Traffic:
    n = message.size
    return Traffic(
        message=message,
        thread=message.copy(),
        parent=np.full(n, -1),
        sender=sender,
        recipient=recipient,
        sent_s=sent,
        channel=channel,
        fan_out=np.ones(n, dtype=np.int64),
        answered=np.zeros(n, dtype=np.bool_),
    )
