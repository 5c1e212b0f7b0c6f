"""D2, after-hours pull: whether word from above is answered before the next working day."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import FLEXIBILITY


@indicators.add(
    "after_hours_pull",
    Indicator(
        code="D2",
        title="Answered before the next working day",
        question="Do people here answer what seniors send after hours before work begins again?",
        layer="behaviour",
        element=FLEXIBILITY,
        quadrant="says_does",
        higher_is="colder",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "schedules", "levels"),
        least_messages=100,
        counts_all=False,
        source="Barber & Santuzzi 2015, Please respond ASAP, J. Occup. Health Psychology 20, 172",
        cannot_show="Who is on call, hours that people chose for themselves, and what is read and "
        "left for the morning.",
    ),
)
def after_hours_pull(view: WindowView) -> pd.DataFrame:
    """Evening answers beyond what comparable messages get, as weekly sums per person.

    Formula: over messages from the own manager or from a higher level that reach the person
    outside scheduled hours, y = 1 if answered before the person's working clock moves on; excess =
    sum(y - p), info = sum(p (1 - p)), p from load, fan-out, relation, channel, time and this
    sender, fitted for this outcome.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is colder.
    Minimum: 8 people and 100 such messages.
    Edge cases: where nobody ever answered after hours the exports do not show it: no row.
    Known bias: people on call should be declared as such, or left out.
    Source: Barber & Santuzzi 2015.

    >>> after_hours_pull(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("answered_off_hours")
