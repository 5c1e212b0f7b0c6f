"""L1, leadership modelling: what those who lead do themselves, all of them together.

Three parts over leaders of level 0 to 2; the fourth, whom they reach, is leader reach (B1) of the
whole organization. A leader is never shown alone.
"""

from __future__ import annotations

import pandas as pd

from audit.attention import attended
from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.view import WindowView
from core.elements import LEADERSHIP_MODELLING

LEADER_LEVEL = 2
"""Levels 0 (the top) to 2 lead."""
LEAST_LEADERS = 5
SOURCE = "Bandura 1977, Social learning theory; Dragoni 2005, J. of Applied Psychology 90, 1084"


@indicators.add(
    "leaders_after_hours",
    Indicator(
        code="L1",
        title="Leaders writing after hours",
        question="How much of what leaders write reaches people outside their working hours?",
        layer="behaviour",
        element=LEADERSHIP_MODELLING,
        quadrant="sees",
        higher_is="colder",
        scale="share",
        gives="unit_values",
        needs=("messages", "levels", "schedules"),
        too_few="whole_only",
        source=SOURCE,
        cannot_show="Whether they ask for an answer at that hour.",
    ),
)
def leaders_after_hours(view: WindowView) -> pd.DataFrame:
    """Share of what leaders write to colleagues that reaches them outside their hours.

    Formula: over leaders of level 0 to 2, colleagues addressed outside the colleague's scheduled
    hours / colleagues addressed; at most 5 recipients, human messages.
    Shape: one row for the whole organization: group_id, value, low, high (90 %, leaders as the
    sample), n_people (leaders), n_observations, top_share.
    Unit: share. Range: 0 to 1; higher is colder. The organization alone, no verdict.
    Minimum: 5 leaders; the group floor comes on top.
    Edge cases: fewer leaders: no row; without levels it is not observed.
    Known bias: few people; flexible schedules unless hours are declared.
    Source: Bandura 1977; Dragoni 2005.

    >>> leaders_after_hours(view)["value"].between(0, 1).all()
    True
    """
    counts = view.person_counts("sent_off_hours")
    return _pooled(view, counts.rename(columns={"n": "top", "of_n": "bottom"}))


@indicators.add(
    "leaders_upward_reply",
    Indicator(
        code="L1b",
        title="Leaders answering their people",
        question="Do people get an answer when they write to a leader they report to?",
        layer="behaviour",
        element=LEADERSHIP_MODELLING,
        quadrant="sees",
        higher_is="warmer",
        scale="share",
        gives="unit_values",
        needs=("messages", "reply_links", "levels", "reporting_lines", "schedules"),
        too_few="whole_only",
        source=SOURCE,
        cannot_show="One-to-ones, calls and the open door.",
    ),
)
def leaders_upward_reply(view: WindowView) -> pd.DataFrame:
    """Share of the messages of direct reports to leaders that are answered.

    Formula: over leaders of level 0 to 2, sum(y) / n over messages of their direct reports, y = 1
    if answered within 16 working hours.
    Shape: one row for the whole organization: group_id, value, low, high (90 %, leaders as the
    sample), n_people (leaders), n_observations, top_share.
    Unit: share. Range: 0 to 1; higher is warmer. The organization alone, no verdict.
    Minimum: 5 leaders; the group floor comes on top.
    Edge cases: fewer leaders: no row; without levels or reporting lines it is not observed.
    Known bias: few people; one-to-ones are not seen.
    Source: Bandura 1977; Dragoni 2005.

    >>> leaders_upward_reply(view)["value"].between(0, 1).all()
    True
    """
    sums = view.person_weeks("answered_up")
    return _pooled(view, sums.rename(columns={"n_yes": "top", "n": "bottom"}))


@indicators.add(
    "leaders_attention",
    Indicator(
        code="L1c",
        title="Leaders in touch with each of their people",
        question="Do leaders have a word with each of their people at least every two weeks?",
        layer="behaviour",
        element=LEADERSHIP_MODELLING,
        quadrant="sees",
        higher_is="warmer",
        scale="share",
        gives="unit_values",
        needs=("messages", "levels", "reporting_lines", "ties"),
        too_few="whole_only",
        source=SOURCE,
        cannot_show="A word in person or by phone.",
    ),
)
def leaders_attention(view: WindowView) -> pd.DataFrame:
    """Share of leaders' people and fortnights with contact of the two alone, both ways.

    Formula: attention coverage over leaders of level 0 to 2: reports and fortnights with an
    exchange of the two alone / all reports and fortnights.
    Shape: one row for the whole organization: group_id, value, low, high (90 %, leaders as the
    sample), n_people (leaders), n_observations, top_share.
    Unit: share. Range: 0 to 1; higher is warmer. The organization alone, no verdict.
    Minimum: 5 leaders; the group floor comes on top.
    Edge cases: fewer leaders: no row; without levels or reporting lines it is not observed.
    Known bias: few people; a word in person is unseen.
    Source: Bandura 1977; Dragoni 2005.

    >>> leaders_attention(view)["value"].between(0, 1).all()
    True
    """
    pairs = attended(view).drop(columns="person_id")
    names = {"manager_id": "person_id", "n_yes": "top", "n": "bottom"}
    return _pooled(view, pairs.rename(columns=names))


def _pooled(view: WindowView, rows: pd.DataFrame) -> pd.DataFrame:
    """Shares of the whole organization over its leaders; no row under five of them."""
    parts = []
    for window in view.period.windows:
        level = view.roster(window)["level"].astype("Float64")
        leads = level.index[level.le(LEADER_LEVEL).fillna(False)]
        here = rows[rows["window_id"] == window.window_id]
        parts.append(here[here["person_id"].isin(leads)])
    leaders = pd.concat(parts, ignore_index=True)[["person_id", "top", "bottom"]]
    found = group_shares(leaders.assign(group_id=view.groups.root))
    return found[found["n_people"] >= LEAST_LEADERS].reset_index(drop=True)
