"""A3, response time: how long people wait, in the hours of those who were asked; never a goal."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.waits import LEAST_WAITS, wait_times
from audit.thin import told_few
from audit.view import WindowView
from core.elements import ACTIVE_LISTENING

UNDER_HALF = "fewer than half of the messages were ever answered, so there is no median"
FEW = "too_few_messages"
_SHARED = ["group_id", "n_people", "n_observations", "top_share"]


@indicators.add(
    "response_time",
    Indicator(
        code="A3",
        title="Hours until half are answered",
        question="How many working hours pass until half of the messages are answered?",
        layer="behaviour",
        element=ACTIVE_LISTENING,
        quadrant="says_does",
        higher_is="neither",
        scale="hours",
        gives="unit_values",
        needs=("messages", "reply_links", "schedules"),
        too_few="too_few_messages",
        source="Wuchty & Uzzi 2011, Human communication dynamics in digital footsteps, PLoS ONE 6",
        cannot_show="Attention: under load people answer fewer messages rather than later ones.",
    ),
)
def response_time(view: WindowView) -> pd.DataFrame:
    """Median wait for an answer, with messages that never got one.

    Formula: least t at which the Kaplan-Meier share of unanswered messages is at most one half, t
    in working hours of the person asked (evenings, weekends, holidays and leave stop the clock),
    censored at the last message to or from that person; low and high by bootstrap over people.
    Shape: one row per group: group_id, value, low, high, n_people, n_observations (messages),
    top_share, why (where there is no median).
    Unit: working hours. Range: above 0; neither is better. Context, no verdict.
    Minimum: 100 messages.
    Edge cases: fewer than half ever answered: no value, with the reason.
    Known bias: load; ties so close that nobody writes answer faster.
    Source: Wuchty & Uzzi 2011; Kaplan & Meier 1958.

    >>> response_time(view)["value"].dropna().gt(0).all()
    True
    """
    found = view.kept("waits", _wait_times)
    is_known = found["median"].notna()
    rows = found[_SHARED].assign(
        value=found["median"],
        low=found["median_low"].where(is_known),
        high=found["median_high"].where(is_known),
    )
    rows = rows.assign(why=pd.Series(UNDER_HALF, index=rows.index).where(~is_known, None))
    return rows.assign(why=rows["why"].mask(_is_few(found), FEW))


@indicators.add(
    "waiting_time",
    Indicator(
        code="A3b",
        title="Hours waited, of two working days",
        question="How much of the first two working days do people wait for an answer from here?",
        layer="behaviour",
        element=ACTIVE_LISTENING,
        quadrant="says_does",
        higher_is="neither",
        scale="hours",
        gives="unit_values",
        needs=("messages", "reply_links", "schedules"),
        too_few="too_few_messages",
        source="Royston & Parmar 2013, Restricted mean survival time, BMC Med. Res. Methodol. 13",
        cannot_show="Whether an answer was needed, and answers by phone or in person.",
    ),
)
def waiting_time(view: WindowView) -> pd.DataFrame:
    """Mean wait for an answer within 16 working hours; a message without one counts 16.

    Formula: restricted mean, the integral from 0 to 16 working hours of the Kaplan-Meier share of
    unanswered messages; the clock, censoring and interval are those of the median. It exists for
    every group, also where fewer than half are ever answered: use it to compare.
    Shape: one row per group: group_id, value, low, high, n_people, n_observations (messages),
    top_share, why.
    Unit: working hours. Range: 0 to 16; neither is better. Context, no verdict.
    Minimum: 100 messages.
    Edge cases: nobody ever answered: 16.
    Known bias: load; mail that needs no answer counts as waiting.
    Source: Royston & Parmar 2013.

    >>> waiting_time(view)["value"].between(0, 16).all()
    True
    """
    found = view.kept("waits", _wait_times)
    names = {"mean": "value", "mean_low": "low", "mean_high": "high"}
    rows = found[[*_SHARED, *names]].rename(columns=names)
    return told_few(rows, _is_few(found), FEW)


def _is_few(found: pd.DataFrame) -> pd.Series:
    return found["n_observations"] < LEAST_WAITS


def _wait_times(view: WindowView) -> pd.DataFrame:
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    waits = view.waits().merge(homes, on=["window_id", "person_id"], how="inner", validate="m:1")
    rows = view.groups.people(waits[["unit_id", "person_id", "wait_h", "is_answered", "n"]])
    return wait_times(rows, view.generator("draws"))
