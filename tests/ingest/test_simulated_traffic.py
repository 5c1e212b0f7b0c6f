"""Messages of the made-up company: how many, when, and the planted effects in who answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import f as f_distribution

from ingest.simulate.behaviour import Traffic, World, chance, teams_of
from ingest.simulate.discussions import team_talks
from ingest.simulate.scenarios import Draw, draw, plan_of, streams_of

SEED = 7


@pytest.fixture(scope="module")
def drawn() -> Draw:
    return draw(plan_of("planted"), streams_of(SEED))


def test_a_person_has_about_sixty_addressed_messages_in_twelve_weeks(drawn: Draw) -> None:
    n = len(drawn.company.people)
    inside = _between_employees(drawn.world, drawn.traffic)
    mean = len(inside) * 12 / 26 / 600
    assert 50 <= mean <= 75
    assert n > 600  # leavers are replaced


def test_latency_has_a_median_of_about_an_hour_and_mail_keeps_to_working_hours(
    drawn: Draw,
) -> None:
    traffic = drawn.traffic
    sent = np.zeros(int(traffic.message.max()) + 1, dtype=np.int64)
    sent[traffic.message] = traffic.sent_s
    answers = traffic.parent >= 0
    latency = traffic.sent_s[answers] - sent[traffic.parent[answers]]
    local = drawn.world.clock.local(traffic.sent_s, drawn.world.zone[traffic.sender])
    hour, weekday = local % 86_400 // 3_600, (local // 86_400 + 3) % 7
    at_work = (weekday < 5) & (hour >= 9) & (hour < 17)
    assert latency.min() >= 60
    assert 0.75 < np.median(latency) / 3_600 < 3  # wall clock; nights lengthen it
    assert 0.80 < at_work.mean() < 0.97


def test_the_pressed_division_gets_more_after_hours(drawn: Draw) -> None:
    company = drawn.company
    inside = _between_employees(drawn.world, drawn.traffic)
    local = drawn.world.clock.local(inside.sent_s, drawn.world.zone[inside.recipient])
    hour, weekday = local % 86_400 // 3_600, (local // 86_400 + 3) % 7
    is_off = (weekday >= 5) | (hour < 9) | (hour >= 17)
    pressed = company.division_of(0)[inside.recipient] == company.divisions.index("Sales")
    assert is_off[pressed].mean() > is_off[~pressed].mean() + 0.12


@dataclass(frozen=True)
class _TeamEffects:
    effect: np.ndarray
    planted: np.ndarray
    person_effect: np.ndarray
    person_team: np.ndarray


def _between_employees(world: World, traffic: Traffic) -> Traffic:
    n = len(world.company.people)
    return traffic.take((traffic.sender < n) & (traffic.recipient < n))


def _team_effects(drawn: Draw) -> _TeamEffects:
    """Log-odds of each team and person over what the model without them expects.

    Expected: the generator's own chance with the effects of team, person and sender taken out;
    solved for one intercept per team, and one step for each person.
    """
    world, company = drawn.world, drawn.company
    traffic = _between_employees(world, drawn.traffic)
    traffic = traffic.take(traffic.sent_s // 86_400 >= company.reorganized_day)
    team = teams_of(world, traffic.recipient, traffic)
    planted = np.array([t.effect for t in company.teams])
    known = chance(world, traffic)
    logit = np.log(known / (1 - known)) - planted[team]
    logit -= world.answers[traffic.recipient] + world.writes[traffic.sender]
    y = traffic.answered.astype(float)
    effect = np.zeros(len(company.teams))
    for _ in range(20):
        p = expit(logit + effect[team])
        info = np.bincount(team, p * (1 - p), effect.size)
        step = np.bincount(team, y - p, effect.size) / np.maximum(info, 1e-9)
        effect += np.clip(step, -1, 1)
    p = expit(logit)
    who = traffic.recipient
    size = len(company.people)
    info = np.bincount(who, p * (1 - p), size)
    person = np.bincount(who, y - p, size) / np.maximum(info, 1e-9)
    has_enough = info > 3
    return _TeamEffects(effect, planted, person[has_enough], company.people.team[1][has_enough])


def test_planted_effects_are_there_on_the_scale_of_the_observations(drawn: Draw) -> None:
    found = _team_effects(drawn)
    is_open = np.array([team.eras[1] for team in drawn.company.teams])
    plain = found.effect[is_open & (found.planted == 0)].mean()
    # Person effects with SD .6 in teams of 10 to 18 leave a standard error of about .09 for
    # the mean of four teams; leaving persons and senders out shrinks effects by a few percent.
    for planted in (-1.0, 1.0):
        mean = found.effect[is_open & (found.planted == planted)].mean() - plain
        assert abs(mean - 0.95 * planted) < 0.30
    cold = found.effect[is_open & (found.planted == -0.6)]
    assert len(cold) == 11
    assert abs(cold.mean() - plain + 0.57) < 0.20


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_null_company_has_no_team_effect(seed: int) -> None:
    drawn = draw(plan_of("null", people=300, weeks=20), streams_of(seed))
    found = _team_effects(drawn)
    assert not found.planted.any()
    # One-way analysis of variance of person effects over teams, at a level of 1 in 1,000.
    groups = [
        found.person_effect[found.person_team == team] for team in np.unique(found.person_team)
    ]
    n = sum(map(len, groups))
    between = sum(len(g) * (g.mean() - found.person_effect.mean()) ** 2 for g in groups)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups)
    ratio = (between / (len(groups) - 1)) / (within / (n - len(groups)))
    assert ratio < f_distribution.ppf(0.999, len(groups) - 1, n - len(groups))


def test_what_nobody_answered_is_chased_and_nothing_else(drawn: Draw) -> None:
    traffic = drawn.traffic
    by_message = dict(zip(traffic.message.tolist(), traffic.sender.tolist(), strict=True))
    answered = {
        (m, r) for m, r in zip(traffic.parent.tolist(), traffic.sender.tolist(), strict=True)
    }
    parents = traffic.parent.tolist()
    chased = [i for i, p in enumerate(parents) if p >= 0 and by_message[p] == traffic.sender[i]]
    assert len(chased) > 1_000
    for i in chased:
        assert (parents[i], int(traffic.recipient[i])) not in answered


def test_evening_answers_go_to_seniors_more_often(drawn: Draw) -> None:
    traffic, company = drawn.traffic, drawn.company
    n = len(company.people)
    sent = dict(zip(traffic.message.tolist(), traffic.sent_s.tolist(), strict=True))
    inside = (traffic.sender < n) & (traffic.recipient < n) & (traffic.parent >= 0)
    rows = np.flatnonzero(inside)
    asked = np.array([sent[p] for p in traffic.parent[rows].tolist()])
    local = drawn.world.clock.local(asked, drawn.world.zone[traffic.sender[rows]])
    is_late = local % 86_400 >= 18 * 3_600
    is_quick = traffic.sent_s[rows] - asked < 5_400
    level = company.people.level
    is_senior = level[traffic.recipient[rows]] < level[traffic.sender[rows]]
    up, other = is_quick[is_late & is_senior].mean(), is_quick[is_late & ~is_senior].mean()
    assert up > 2 * other
    assert other > 0.02


def test_each_team_holds_longer_talks_of_several_people() -> None:
    drawn = draw(plan_of("small"), streams_of(SEED))
    team = drawn.company.people.team[0]
    members = np.flatnonzero(team == np.bincount(team).argmax())
    talks = team_talks(drawn.world, members, np.random.default_rng(SEED))
    assert len(talks) == 13
    for talk in talks:
        assert 8 <= len(talk) < 14
        assert 3 <= len({turn.person for turn in talk}) <= 5
        assert all(a.sent_s < b.sent_s for a, b in pairwise(talk))
        assert {turn.person for turn in talk} <= set(members.tolist())
