"""A1, response rate: whether people who write to this unit get an answer."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import ACTIVE_LISTENING


@indicators.add(
    "response_rate",
    Indicator(
        code="A1",
        title="Response rate",
        question="Do people who write to this unit get an answer?",
        layer="behaviour",
        element=ACTIVE_LISTENING,
        quadrant="says_does",
        higher_is="warmer",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "schedules"),
        least_median=30.0,
        source="Kooti et al. 2015, Evolution of conversations in the age of email overload",
        cannot_show="Answers given in meetings, by phone or in person, and mail that needs none.",
    ),
)
def response_rate(view: WindowView) -> pd.DataFrame:
    """Answers beyond what comparable messages get, as weekly sums per person.

    Formula: y = 1 if a colleague's message addressed to the person has a human answer within the
    horizon on the person's working clock; excess = sum(y - p), info = sum(p (1 - p)), p the
    answer expected from load, fan-out, relation, channel, time and this sender.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is warmer.
    Minimum: 8 people, a median of 30 messages each.
    Edge cases: a person without addressed messages in a week has no row. Only one kind of link
    (explicit or inferred) enters a run.
    Known bias: answers by phone or in person are not seen; mail that needs no answer counts.
    Source: Kooti et al. 2015.

    >>> response_rate(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("answered")
