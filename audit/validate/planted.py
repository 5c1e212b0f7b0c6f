"""The baseline organization with planted deserts, hotspots and departments, as observations."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from audit.validate.senders import Circles, draw_senders

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
WEEKS_PER_WINDOW = 4
SMALLEST_TEAM, LARGEST_TEAM = 4, 45
VISIBLE = 0.5
"""A team effect from here counts as planted, below as background."""


@dataclass(frozen=True)
class Scenario:
    """What to plant; the defaults are the baseline without any effect."""

    n_people: int = 1000
    n_departments: int = 9
    n_windows: int = 3
    messages: float = 60.0
    """Mean inbound messages per person over all windows."""
    planted: float = 0.0
    """Size in log-odds of the deserts (minus) and hotspots (plus)."""
    n_planted: int = 5
    least_planted: int = 8
    """Smallest team that gets a planted effect."""
    team_sd: float = 0.0
    """SD of effects that every team has."""
    department_effect: float = 0.0
    """Effect of one department of 90 to 130 people (or the nearest to 110)."""
    shock_sd: float = 0.0
    """SD of effects of a team in one window."""
    department_shock_sd: float = 0.0
    """SD of effects of a whole department in one window."""
    own_department: float = 0.6
    """Share of the mail from outside the team that comes from the own department."""
    loyal: float = 0.0
    """Share of a team's mail that comes from a handful of people who write to nobody else much."""
    person_sd: float = 0.6
    sender_sd: float = 0.3
    heavy_tails: bool = False
    """Person effects from a t distribution with 3 degrees of freedom, same SD."""
    link: str = "logit"
    """logit, or cloglog: a reply process that is not the model's."""


@dataclass(frozen=True)
class PlantedCompany:
    """Observations of the reply model, the organization, and the truth; people are numbers."""

    observations: pd.DataFrame
    members: pd.DataFrame
    """subject_id, unit_id, stratum."""
    groups: pd.DataFrame
    """group_id, parent_id, kind, depth: teams and departments."""
    group_people: pd.DataFrame
    truth: pd.DataFrame
    """group_id, kind, n_people, effect (mean true effect of its people against the rest),
    is_planted, holds_planted."""


@dataclass(frozen=True)
class _People:
    team: IntArray
    department: IntArray
    activity: FloatArray
    n_teams: int


def planted_company(scenario: Scenario, rng: np.random.Generator) -> PlantedCompany:
    """Draw one company: sizes, activity, who writes to whom, and who answers.

    Formula
        Team sizes exp(N(ln 9, .55)) clipped to 4-45; inbound Poisson(messages a_i), a_i
        lognormal (SD .9 of the log, mean 1); sender from the own team with a probability
        Beta(4, 4) per team, else the own department with .6, else anyone, by activity;
        logit P(reply) = .2 - .35 z(log a) + .7 (same team - .5) + b + c + theta [+ shock].
    Shape
        Tables as `PlantedCompany` says.
    Unit
        Effects in log-odds. Range: as planted.
    Edge cases
        Fewer large teams than asked for: all of them are planted, coldest first.
    Source
        `docs/method.md`, baseline scenario.

    >>> planted_company(Scenario(planted=1.0), np.random.default_rng(7)).truth["effect"].min()
    -1.0
    """
    people = _people(scenario, rng)
    theta = _team_effects(scenario, people, rng)
    department_theta = _department_effects(scenario, people)
    effect = theta[people.team] + department_theta[people.department]
    observations = _observations(scenario, people, effect, rng)
    truth = _truth(people, theta, department_theta)
    return PlantedCompany(observations, *_organization(people), truth)


def _observations(
    scenario: Scenario, people: _People, effect: FloatArray, rng: np.random.Generator
) -> pd.DataFrame:
    """Messages as the reply model takes them, answered by chance as the scenario says."""
    n = people.team.size
    recipient = np.repeat(np.arange(n), rng.poisson(scenario.messages * people.activity))
    circles = Circles(people.team, people.department, people.activity)
    sender = draw_senders(circles, recipient, scenario.own_department, scenario.loyal, rng)
    week = rng.integers(0, WEEKS_PER_WINDOW * scenario.n_windows, recipient.size)
    window = week // WEEKS_PER_WINDOW
    same = people.team[sender] == people.team[recipient]
    load = np.log(people.activity)
    load = (load - load.mean()) / load.std()
    shock = _shocks(scenario, people, rng)
    of_person = -0.35 * load + _person_effects(scenario, n, rng) + effect
    of_sender = rng.normal(0.0, scenario.sender_sd, n)
    logit = 0.2 + 0.7 * (same - 0.5) + of_person[recipient] + of_sender[sender]
    logit = logit + shock[people.team[recipient], window]
    return pd.DataFrame(
        {
            "message_id": np.arange(recipient.size),
            "week": (7 * week).astype(np.int64),
            "window_id": window,
            "sender_id": sender,
            "recipient_id": recipient,
            "relation": _always("other", recipient.size),
            "is_same_unit": same,
            "channel": _always("email", recipient.size),
            "inbound_load": _weekly_load(recipient, week),
            "fan_out": 1,
            "hour_block": 0,
            "weekday": 0,
            "is_answered": rng.random(recipient.size) < _answer(scenario, logit),
        }
    )


def _shocks(scenario: Scenario, people: _People, rng: np.random.Generator) -> FloatArray:
    """Effects (teams, windows) of single windows: of a team, and of all teams of a department."""
    shock = rng.normal(0.0, scenario.shock_sd, (people.n_teams, scenario.n_windows))
    if scenario.department_shock_sd:
        size = (scenario.n_departments, scenario.n_windows)
        common = rng.normal(0.0, scenario.department_shock_sd, size)
        _, first = np.unique(people.team, return_index=True)
        shock = shock + common[people.department[first]]
    return np.asarray(shock, dtype=np.float64)


def _people(scenario: Scenario, rng: np.random.Generator) -> _People:
    sizes: list[int] = []
    while sum(sizes) < scenario.n_people:
        sizes.append(
            int(
                np.clip(
                    round(float(np.exp(rng.normal(np.log(9), 0.55)))), SMALLEST_TEAM, LARGEST_TEAM
                )
            )
        )
    sizes[-1] -= sum(sizes) - scenario.n_people
    if sizes[-1] < SMALLEST_TEAM and len(sizes) > 1:
        sizes[-2] += sizes.pop()
    team = np.repeat(np.arange(len(sizes)), sizes)
    of_team = rng.integers(0, scenario.n_departments, len(sizes))
    activity = np.exp(rng.normal(-0.5 * 0.9**2, 0.9, team.size))
    return _People(team, of_team[team], activity, len(sizes))


def _team_effects(scenario: Scenario, people: _People, rng: np.random.Generator) -> FloatArray:
    theta = rng.normal(0.0, scenario.team_sd, people.n_teams)
    if scenario.planted:
        large = np.flatnonzero(np.bincount(people.team) >= scenario.least_planted)
        chosen = rng.permutation(large)[: 2 * scenario.n_planted]
        half = (chosen.size + 1) // 2
        theta[chosen[:half]] -= scenario.planted
        theta[chosen[half:]] += scenario.planted
    return theta


def _person_effects(scenario: Scenario, n: int, rng: np.random.Generator) -> FloatArray:
    if scenario.heavy_tails:
        return np.asarray(scenario.person_sd * rng.standard_t(3, n) / np.sqrt(3.0))
    return np.asarray(rng.normal(0.0, scenario.person_sd, n), dtype=np.float64)


def _answer(scenario: Scenario, logit: FloatArray) -> FloatArray:
    """Probability of an answer; the two links agree in value and slope at a logit of 0."""
    if scenario.link == "cloglog":
        middle = np.log(np.log(2.0))
        slope = 0.5 / np.log(2.0)
        return np.asarray(-np.expm1(-np.exp(middle + slope * logit)), dtype=np.float64)
    return np.asarray(expit(logit), dtype=np.float64)


def _department_effects(scenario: Scenario, people: _People) -> FloatArray:
    sizes = np.bincount(people.department, minlength=scenario.n_departments)
    effect = np.zeros(scenario.n_departments)
    effect[int(np.abs(sizes - 110).argmin())] = scenario.department_effect
    return effect


def _weekly_load(recipient: IntArray, week: IntArray) -> IntArray:
    cell = recipient * (int(week.max(initial=0)) + 1) + week
    load: IntArray = np.bincount(cell)[cell]
    return load


def _organization(people: _People) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    person = np.arange(people.team.size)
    team, department = _names("t", people.team), _names("d", people.department)
    members = pd.DataFrame({"subject_id": person, "unit_id": team, "stratum": "1|a"})
    pairs = pd.DataFrame({"group_id": team, "parent_id": department}).drop_duplicates()
    teams = pairs.assign(kind="unit", depth=2)
    parents = pd.DataFrame({"group_id": sorted(set(department)), "kind": "unit", "depth": 1})
    groups = pd.concat([parents, teams], ignore_index=True)
    inside = [pd.DataFrame({"group_id": ids, "subject_id": person}) for ids in (team, department)]
    return members, groups, pd.concat(inside, ignore_index=True)


def _truth(people: _People, theta: FloatArray, department_theta: FloatArray) -> pd.DataFrame:
    effect = theta[people.team] + department_theta[people.department]
    planted_team, planted_department = np.abs(theta) >= VISIBLE, department_theta != 0
    rows = []
    for prefix, key in (("t", people.team), ("d", people.department)):
        for code in np.unique(key):
            inside = key == code
            own = planted_team[code] if prefix == "t" else planted_department[code]
            held = planted_team[people.team] | planted_department[people.department]
            rows.append(
                {
                    "group_id": f"{prefix}{code:05d}",
                    "kind": "team" if prefix == "t" else "department",
                    "n_people": int(inside.sum()),
                    "effect": _gap(effect, inside),
                    "is_planted": bool(own),
                    "holds_planted": bool(held[inside].any()),
                }
            )
    return pd.DataFrame(rows)


def _gap(effect: FloatArray, inside: npt.NDArray[np.bool_]) -> float:
    """Mean inside less mean outside; nan for a department that is the whole company."""
    if inside.all():
        return float("nan")
    return float(effect[inside].mean() - effect[~inside].mean())


def _always(value: str, size: int) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), pd.Index([value]))


def _names(prefix: str, codes: IntArray) -> npt.NDArray[np.object_]:
    names = np.array([f"{prefix}{code:05d}" for code in range(int(codes.max(initial=0)) + 1)])
    return names.astype(object)[codes]
