"""A2, neglect tail: whether people have to chase an answer and still get none for days."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import ACTIVE_LISTENING


@indicators.add(
    "neglect_tail",
    Indicator(
        code="A2",
        title="Chased and still unanswered",
        question="Do people who write here chase an answer and get none for four working days?",
        layer="behaviour",
        element=ACTIVE_LISTENING,
        quadrant="says_does",
        higher_is="colder",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "threads", "schedules"),
        least_median=30.0,
        source="Kooti et al. 2015, Evolution of conversations in the age of email overload",
        cannot_show="Those who gave up without writing again, and answers by phone or in person.",
    ),
)
def neglect_tail(view: WindowView) -> pd.DataFrame:
    """Neglect beyond what comparable messages meet, as weekly sums per person.

    Formula: y = 1 if a colleague's message has no answer within four working days of the person's
    working clock and its sender wrote to the person again in the thread; excess = sum(y - p),
    info = sum(p (1 - p)), p from load, fan-out, relation, channel, time and this sender, fitted
    for this outcome. Messages of the last four working days are left out.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is colder.
    Minimum: 8 people, a median of 30 messages each.
    Edge cases: where nobody ever wrote again unanswered the exports do not show it, and there is
    no row; a person without addressed messages in a week has none either.
    Known bias: habits of following up differ; who writes to people who never answer stops.
    Source: Kooti et al. 2015.

    >>> neglect_tail(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("neglected")
