"""The made-up company: units with their planted truth, seats, people, managers and dates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ingest.simulate.names import EXECUTIVE_TEAMS, SITES
from ingest.simulate.plan import Plan
from ingest.simulate.units import Team, lay_out, reorganize, structure_of

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NEVER = 10**6
REORGANIZED_WEEK = 14
SENIOR_SHARE, HOME_SHARE = 0.25, 0.5
LEVEL_TOP, LEVEL_HEAD, LEVEL_LEAD, LEVEL_SENIOR, LEVEL_STAFF = range(5)


@dataclass(frozen=True)
class People:
    """Everybody who worked in the company during the period, one entry per person."""

    number: IntArray
    """The number in the address and the employee id."""
    team: IntArray
    """(2, n) row of the team before and after the reorganization."""
    manager: IntArray
    """(2, n) row of the manager, -1 for the top."""
    level: IntArray
    site: IntArray
    work_mode: IntArray
    joined: IntArray
    left: IntArray
    activity: FloatArray
    answers: FloatArray
    """Effect of the person as a recipient, log-odds."""
    writes: FloatArray
    """Effect of the person as a sender, log-odds."""
    buddy: IntArray
    """The only colleague of an isolated person, -1 for everybody else."""

    def __len__(self) -> int:
        """Count the people."""
        return int(self.number.size)


@dataclass(frozen=True)
class Company:
    """The company with its truth, and the days it is observed."""

    plan: Plan
    divisions: tuple[str, ...]
    teams: tuple[Team, ...]
    people: People
    first_day: int

    @property
    def end_day(self) -> int:
        """Day after the last day observed."""
        return self.first_day + 7 * self.plan.weeks

    @property
    def reorganized_day(self) -> int:
        """First day of the new organization; after the period where there is none."""
        if not self.plan.is_reorganized or self.plan.weeks <= REORGANIZED_WEEK:
            return NEVER
        return self.first_day + 7 * REORGANIZED_WEEK - 6

    def era(self, day: int) -> int:
        """0 before the reorganization, 1 from its first day on."""
        return int(day >= self.reorganized_day)

    def division_of(self, era: int) -> IntArray:
        """Row of the division of every person."""
        rows = np.array([team.division for team in self.teams], dtype=np.int64)
        divisions: IntArray = rows[self.people.team[era]]
        return divisions

    def address(self, person: int) -> str:
        """Work address: the employee number, no name."""
        return f"e{self.people.number[person]}@example.com"


def build_company(plan: Plan, first_day: int, rng: np.random.Generator) -> Company:
    """Lay out units, plant the truth, fill the seats, and let people join and leave."""
    structure = structure_of(plan)
    divisions = tuple(name for name, _ in structure)
    teams = lay_out(plan, structure, rng)
    is_changed = plan.is_reorganized and plan.weeks > REORGANIZED_WEEK
    after = np.arange(len(teams))
    if is_changed:
        teams, after = reorganize(teams, divisions, rng)
    seats = np.repeat(np.arange(after.size), [team.size for team in teams[: after.size]])
    people = _people(plan, teams, np.stack([seats, after[seats]]), rng)
    people = _turnover(plan, people, first_day, rng)
    people = _isolate(plan, teams, people, rng)
    return Company(plan, divisions, tuple(teams), people, first_day)


def _people(plan: Plan, teams: list[Team], team: IntArray, rng: np.random.Generator) -> People:
    n = int(team.shape[1])
    rates = plan.rates
    level = np.where(rng.random(n) < SENIOR_SHARE, LEVEL_SENIOR, LEVEL_STAFF)
    lead = np.unique(team[0], return_index=True)[1]
    level[lead] = LEVEL_LEAD
    top = _top_seats(teams, team[0])
    level[top] = LEVEL_HEAD
    level[top[0]] = LEVEL_TOP
    draws = np.exp(rng.normal(-(rates.activity_sd**2) / 2, rates.activity_sd, n))
    activity = np.clip(draws, 0.15, 5.0) * np.where(level <= LEVEL_LEAD, 1.3, 1.0)
    activity = np.exp(_levelled(teams, team[0], np.log(activity)))
    return People(
        number=1001 + rng.permutation(round(1.4 * n))[:n],
        team=team,
        manager=np.stack([_managers(teams, era, level, top) for era in team]),
        level=level,
        site=_sites(len(teams), team[0], rng),
        work_mode=np.asarray(rng.choice(3, n, p=[0.2, 0.45, 0.35]), dtype=np.int64),
        joined=np.full(n, -NEVER),
        left=np.full(n, NEVER),
        activity=activity,
        answers=_levelled(teams, team[0], rates.reply_sd * rng.normal(size=n)),
        writes=np.asarray(rng.normal(0.0, rates.sender_sd, n)),
        buddy=np.full(n, -1),
    )


def _levelled(teams: list[Team], team: IntArray, values: FloatArray) -> FloatArray:
    """Centre the people of planted teams, so that a team as a whole is what was planted."""
    centred = values.copy()
    for row in np.unique(team):
        if teams[row].plant is not None:
            here = team == row
            centred[here] -= values[here].mean()
    return centred


def _top_seats(teams: list[Team], team: IntArray) -> IntArray:
    """Seats of the executive office: the top, then one head for every division."""
    office = next(i for i, t in enumerate(teams) if t.name in EXECUTIVE_TEAMS)
    n_divisions = len({t.division for t in teams})
    return np.flatnonzero(team == office)[: n_divisions + 1]


def _managers(teams: list[Team], team: IntArray, level: IntArray, top: IntArray) -> IntArray:
    """Members report to their lead, leads to the head of the division, heads to the top."""
    manager = np.full(team.size, -1)
    for row in np.unique(team):
        members = np.flatnonzero(team == row)
        leads = members[np.isin(level[members], (LEVEL_TOP, LEVEL_LEAD))]
        manager[members] = leads[0]
        manager[leads] = top[1 + teams[row].division]
    manager[top] = top[0]
    manager[top[0]] = -1
    return manager


def _sites(n_teams: int, team: IntArray, rng: np.random.Generator) -> IntArray:
    """Half of a team sits where the team is at home, the others anywhere."""
    shares = [site.share for site in SITES]
    home = rng.choice(len(SITES), n_teams, p=shares)
    anywhere = rng.choice(len(SITES), team.size, p=shares)
    return np.where(rng.random(team.size) < HOME_SHARE, home[team], anywhere)


def _turnover(plan: Plan, people: People, first_day: int, rng: np.random.Generator) -> People:
    """People leave at the monthly rate; each seat is filled again some weeks later."""
    n, days = len(people), 7 * plan.weeks
    joined = first_day - rng.integers(60, 3_650, n)
    share = plan.rates.leaving_per_month * days / 30.4
    going = np.flatnonzero((rng.random(n) < share) & (people.level > LEVEL_LEAD))
    left = np.full(n, NEVER)
    left[going] = first_day + rng.integers(7, days, going.size)
    back = left[going] + rng.integers(3, 21, going.size)
    taken, fresh = going[back < first_day + days], back[back < first_day + days]
    m = taken.size
    number = people.number.max() + 1 + rng.permutation(m + 5)[:m]
    draws = rng.normal(size=(3, m))
    rates = plan.rates
    return People(
        number=np.concatenate([people.number, number]),
        team=np.concatenate([people.team, people.team[:, taken]], axis=1),
        manager=np.concatenate([people.manager, people.manager[:, taken]], axis=1),
        level=np.concatenate([people.level, np.full(m, LEVEL_STAFF)]),
        site=np.concatenate([people.site, people.site[taken]]),
        work_mode=np.concatenate([people.work_mode, people.work_mode[taken]]),
        joined=np.concatenate([joined, fresh]),
        left=np.concatenate([left, np.full(m, NEVER)]),
        activity=np.concatenate([people.activity, 0.8 * np.exp(0.4 * draws[0])]),
        answers=np.concatenate([people.answers, rates.reply_sd * draws[1]]),
        writes=np.concatenate([people.writes, rates.sender_sd * draws[2]]),
        buddy=np.concatenate([people.buddy, np.full(m, -1)]),
    )


def _isolate(plan: Plan, teams: list[Team], people: People, rng: np.random.Generator) -> People:
    """Isolated people write and hear less, and almost only with one colleague of their team."""
    planted = np.array([team.is_isolated for team in teams])[people.team[0]]
    share = np.where(planted, plan.rates.isolated_planted, plan.rates.isolated)
    n_seats = sum(team.size for team in teams if team.eras[0])
    stays = (people.left == NEVER) & (np.arange(len(people)) < n_seats)
    alone = (rng.random(len(people)) < share) & (people.level > LEVEL_LEAD) & stays
    buddy = people.buddy.copy()
    for person in np.flatnonzero(alone):
        near = np.flatnonzero((people.team[0] == people.team[0, person]) & ~alone & stays)
        if near.size:
            buddy[person] = rng.choice(near)
    activity = np.where(buddy >= 0, 0.6, 1.0) * people.activity
    return replace(people, buddy=buddy, activity=activity)
