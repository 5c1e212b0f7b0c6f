"""What surrounds the conversations: automated mail, circulars, and mail that must be left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.simulate import clock
from ingest.simulate.behaviour import MAIL, Traffic, World, join, pick_times, present
from ingest.simulate.names import EXCLUDED_ROLES, OWN_DOMAIN, SERVICES
from ingest.simulate.org import LEVEL_LEAD, LEVEL_TOP

IntArray = npt.NDArray[np.int64]

TICKETS_PER_WEEK = 0.35
CONFIDENTIAL_PER_WEEK = 0.006
INWARD_SHARE = 0.5
LEAST_CIRCULAR = 6
"""Circulars go to six people or more, so that nobody is expected to answer them."""
WEEKS_PER_CIRCULAR, WEEKS_PER_NEWSLETTER = 2, 4


def all_addresses(world: World) -> list[str]:
    """Addresses of everybody who writes: people, contacts, services, mailboxes to leave out."""
    people = [world.company.address(i) for i in range(len(world.company.people))]
    parts = (*SERVICES, *EXCLUDED_ROLES)
    return people + list(world.contacts.addresses) + [f"{part}@{OWN_DOMAIN}" for part in parts]


def surrounding_mail(world: World, first: int, rng: np.random.Generator) -> Traffic:
    """Everything that is no conversation; message numbers from `first`."""
    parts: list[Traffic] = []
    for week in range(world.company.plan.weeks):
        parts += [_tickets(world, week, rng), _confidential(world, week, rng)]
        if week % WEEKS_PER_CIRCULAR == 1:
            parts += _circulars(world, week, rng)
        if week % WEEKS_PER_NEWSLETTER == 1:
            parts += _to_everybody(world, week, rng)
    number = first
    numbered = []
    for part in parts:
        message = part.message + number
        number = int(message.max(initial=number - 1)) + 1
        numbered.append(_mails(message, part.sender, part.recipient, part.sent_s))
    return join(numbered)


def _tickets(world: World, week: int, rng: np.random.Generator) -> Traffic:
    """Notices of ticket and calendar systems, at any hour."""
    here = np.flatnonzero(present(world, week))
    recipient = np.repeat(here, rng.poisson(TICKETS_PER_WEEK, here.size))
    sender = len(world) + rng.integers(0, 2, recipient.size)
    monday = (world.company.first_day + 7 * week) * clock.DAY
    sent = monday + rng.integers(0, 5 * clock.DAY, recipient.size)
    return _mails(np.arange(recipient.size), sender, recipient, sent)


def _confidential(world: World, week: int, rng: np.random.Generator) -> Traffic:
    """Mail with the mailboxes of protected roles, in both directions."""
    here = np.flatnonzero(present(world, week))
    person = np.repeat(here, rng.poisson(CONFIDENTIAL_PER_WEEK, here.size))
    role = len(world) + len(SERVICES) + rng.integers(0, len(EXCLUDED_ROLES), person.size)
    inward = rng.random(person.size) < INWARD_SHARE
    is_off = np.zeros(person.size, dtype=np.bool_)
    sent = pick_times(world, person, np.full(person.size, week), is_off, rng)
    sender, recipient = np.where(inward, person, role), np.where(inward, role, person)
    return _mails(np.arange(person.size), sender, recipient, sent)


def _circulars(world: World, week: int, rng: np.random.Generator) -> list[Traffic]:
    """A mail from each lead to the whole team."""
    company = world.company
    team = company.people.team[company.era(company.first_day + 7 * week)]
    here = present(world, week)
    leads = np.flatnonzero(here & (company.people.level == LEVEL_LEAD))
    sent = pick_times(world, leads, np.full(leads.size, week), np.zeros(leads.size, bool), rng)
    mails = []
    for lead, when in zip(leads, sent, strict=True):
        members = np.flatnonzero(here & (team == team[lead]))
        members = members[members != lead]
        if members.size >= LEAST_CIRCULAR:
            mails.append(_one_mail(int(lead), members, int(when)))
    return mails


def _to_everybody(world: World, week: int, rng: np.random.Generator) -> list[Traffic]:
    """The newsletter, and a letter from the top."""
    everybody = np.flatnonzero(present(world, week))
    top = int(np.flatnonzero(world.company.people.level == LEVEL_TOP)[0])
    newsletter = len(world) + SERVICES.index("newsletter")
    when = pick_times(world, np.array([top, top]), np.full(2, week), np.zeros(2, bool), rng)
    return [
        _one_mail(newsletter, everybody, int(when[0])),
        _one_mail(top, everybody[everybody != top], int(when[1])),
    ]


def _one_mail(sender: int, recipients: IntArray, sent_s: int) -> Traffic:
    n = recipients.size
    return _mails(np.zeros(n, np.int64), np.full(n, sender), recipients, np.full(n, sent_s))


def _mails(message: IntArray, sender: IntArray, recipient: IntArray, sent: IntArray) -> Traffic:
    n = message.size
    return Traffic(
        message=message,
        thread=message.copy(),
        parent=np.full(n, -1),
        sender=sender,
        recipient=recipient,
        sent_s=sent,
        channel=np.full(n, MAIL),
        fan_out=np.ones(n, dtype=np.int64),
        answered=np.zeros(n, dtype=np.bool_),
    )
