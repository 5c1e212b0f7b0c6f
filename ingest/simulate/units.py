"""The units of the made-up company: sizes, what is planted where, and the reorganization."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ingest.simulate.names import EXECUTIVE_TEAMS, MOVES
from ingest.simulate.plan import Plan, Plant, Structure

IntArray = npt.NDArray[np.int64]

LEAST_TEAM, LARGEST_TEAM = 4, 22
LEAST_MARKED, SAFE_SIZE = 8, 10
"""The usual minimum, and a size that stays above it when somebody leaves."""


@dataclass(frozen=True)
class Team:
    """One team as long as it keeps its name and division, with what is planted in it."""

    name: str
    division: int
    size: int
    plant: Plant | None = None
    effect: float = 0.0
    survey: float = 0.0
    eras: tuple[bool, bool] = (True, True)
    """Whether it exists before and after the reorganization."""
    is_isolated: bool = False
    answers_little: bool = False
    """Whether few of its members take part in surveys."""


def structure_of(plan: Plan) -> Structure:
    """Fit the catalogue to the number of people: about ten per team."""
    named = plan.structure
    wanted = max(len(named) + 2, round(plan.people / 10))
    total = sum(len(teams) for _, teams in named)
    if plan.people / total < LEAST_TEAM + 2:
        keep = wanted / total
        return tuple((name, teams[: max(2, round(keep * len(teams)))]) for name, teams in named)
    copies = max(1, round(plan.people / (total * 14)))
    return tuple(
        (name, tuple(f"{team} {i + 1}" if i else team for i in range(copies) for team in teams))
        for name, teams in named
    )


def lay_out(plan: Plan, structure: Structure, rng: np.random.Generator) -> list[Team]:
    """Give every team its size and its truth as they are at the beginning."""
    names = [(d, team) for d, (_, teams) in enumerate(structure) for team in teams]
    plants = _assign(plan, structure, rng)
    heads = len(structure)
    fixed = {name: plant.size for name, plant in plants.items()}
    fixed |= {name: heads + 2 for _, name in names if name in EXECUTIVE_TEAMS}
    sizes = _sizes(plan, structure, fixed, rng)
    teams = []
    for division, name in names:
        truth = plan.division(structure[division][0])
        plant = plants.get(name)
        team = Team(name, division, sizes[name], plant)
        if plant is not None:
            team = replace(team, effect=plant.effect[0], survey=plant.survey[0])
        elif name not in EXECUTIVE_TEAMS:
            team = replace(team, effect=truth.effect, survey=truth.survey)
        teams.append(team)
    return _mark_quiet(plan, teams, rng)


def reorganize(
    teams: list[Team], divisions: tuple[str, ...], rng: np.random.Generator
) -> tuple[list[Team], IntArray]:
    """Move one team to another division and merge two small ones: new rows behind the old."""
    after = np.arange(len(teams))
    plain = [
        i
        for i, t in enumerate(teams)
        if t.plant is None
        and t.effect == 0.0
        and t.name not in EXECUTIVE_TEAMS
        and not t.is_isolated
    ]
    planted = [i for i, t in enumerate(teams) if t.plant is not None and t.plant.changes]
    movable = [i for i in plain if MOVES.get(teams[i].name) in divisions]
    moving = planted or [int(i) for i in rng.permutation(movable)[:1]]
    pair = _smallest_pair(teams, [i for i in plain if i not in moving])
    new = {i: _moved(teams[i], divisions) for i in moving}
    changed = [replace(t, eras=(True, i not in (*moving, *pair))) for i, t in enumerate(teams)]
    for i, team in new.items():
        after[i] = len(changed)
        changed.append(team)
    if pair:
        after[list(pair)] = len(changed)
        changed.append(_merged(teams[pair[0]], teams[pair[1]]))
    return changed, after


def _assign(plan: Plan, structure: Structure, rng: np.random.Generator) -> dict[str, Plant]:
    """Give every plant a team; cold and warm ones in different divisions as far as they go.

    A plant that changes goes to a team that the reorganization may move, and goes first.
    """
    free = {
        d: [str(team) for team in rng.permutation(teams) if team not in EXECUTIVE_TEAMS]
        for d, (name, teams) in enumerate(structure)
        if plan.division(name).effect == 0.0
    }
    order = [int(d) for d in rng.permutation(sorted(free))]
    chosen: dict[str, Plant] = {}
    budget = plan.people // 2
    for i, plant in enumerate(sorted(plan.plants, key=lambda p: not p.changes)):
        turn = order[i % len(order) :] + order[: i % len(order)]
        fitting = [(d, t) for d in turn for t in free[d] if t in MOVES or not plant.changes]
        if plant.size > budget or not fitting:
            continue
        division, team = fitting[0]
        free[division].remove(team)
        chosen[team] = plant
        budget -= plant.size
    return chosen


def _sizes(
    plan: Plan, structure: Structure, fixed: dict[str, int], rng: np.random.Generator
) -> dict[str, int]:
    """Team sizes: log-normal where nothing is fixed, scaled so that the company adds up."""
    sizes = dict(fixed)
    rest: list[str] = []
    for name, teams in structure:
        open_teams = [team for team in teams if team not in fixed]
        share = plan.division(name).people_share
        if share:
            sizes |= _share_out(open_teams, round(share * plan.people), 0.2, rng)
        else:
            rest += open_teams
    left = plan.people - sum(sizes.values())
    sizes |= _share_out(rest, left, 0.45, rng)
    for name, teams in structure:
        if not plan.division(name).people_share:
            _company_for_the_small([team for team in teams if team not in fixed], sizes)
    return sizes


def _company_for_the_small(teams: list[str], sizes: dict[str, int]) -> None:
    """Let the small teams of a division fill one reportable group by themselves.

    A lone small team would be merged with a bigger sibling and blur what is planted there.
    """
    small = [team for team in teams if sizes[team] < SAFE_SIZE]
    if len(small) == 1 or sum(sizes[team] for team in small) < SAFE_SIZE:
        for team in small:
            sizes[team] = SAFE_SIZE


def _share_out(
    names: list[str], people: int, spread: float, rng: np.random.Generator
) -> dict[str, int]:
    draws = np.exp(rng.normal(0.0, spread, len(names)))
    scaled = draws * people / draws.sum()
    sizes = np.clip(np.round(scaled), LEAST_TEAM, LARGEST_TEAM).astype(np.int64)
    for _ in range(10 * max(people, 1)):
        gap = people - int(sizes.sum())
        movable = np.flatnonzero(sizes < LARGEST_TEAM if gap > 0 else sizes > LEAST_TEAM)
        if gap == 0 or movable.size == 0:
            break
        sizes[rng.choice(movable)] += np.sign(gap)
    return dict(zip(names, (int(size) for size in sizes), strict=True))


def _mark_quiet(plan: Plan, teams: list[Team], rng: np.random.Generator) -> list[Team]:
    """Choose the teams with isolated members and the one that answers few surveys."""
    plain = [
        i
        for i, team in enumerate(teams)
        if team.effect == team.survey == 0.0
        and team.plant is None
        and team.size >= LEAST_MARKED
        and team.name not in EXECUTIVE_TEAMS
    ]
    order = [int(i) for i in rng.permutation(plain)]
    marked = list(teams)
    for i in order[: plan.isolated_teams]:
        marked[i] = replace(marked[i], is_isolated=True)
    for i in order[plan.isolated_teams : plan.isolated_teams + 1]:
        marked[i] = replace(marked[i], answers_little=True)
    return marked


def _moved(team: Team, divisions: tuple[str, ...]) -> Team:
    target = MOVES.get(team.name, divisions[team.division])
    division = divisions.index(target) if target in divisions else team.division
    effect = team.plant.effect[1] if team.plant else team.effect
    survey = team.plant.survey[1] if team.plant else team.survey
    return replace(team, division=division, effect=effect, survey=survey, eras=(False, True))


def _merged(one: Team, other: Team) -> Team:
    name, size = f"{one.name} and {other.name}", one.size + other.size
    return replace(one, name=name, size=size, eras=(False, True))


def _smallest_pair(teams: list[Team], plain: list[int]) -> tuple[int, ...]:
    pairs = [
        (teams[i].size + teams[j].size, i, j)
        for i in plain
        for j in plain
        if i < j and teams[i].division == teams[j].division
    ]
    return min(pairs)[1:] if pairs else ()
