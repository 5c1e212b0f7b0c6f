"""B3, channel openness: whether talk within the team happens where the team can read it."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.statistics.intervals import group_shares
from audit.thin import told_few
from audit.view import WindowView
from core.elements import TRANSPARENT_COMMUNICATION

LEAST_MESSAGES = 200


@indicators.add(
    "channel_openness",
    Indicator(
        code="B3",
        title="Talk that the team can read",
        question="Does talk within the team happen where all of the team can read it?",
        layer="behaviour",
        element=TRANSPARENT_COMMUNICATION,
        quadrant="sees",
        higher_is="neither",
        scale="share",
        gives="unit_values",
        needs=("messages", "channels"),
        too_few="too_few_messages",
        source="Leonardi 2014, Social media, knowledge sharing and innovation, ISR 25, 796",
        cannot_show="Why something is private: staff matters and contracts rightly are.",
    ),
)
def channel_openness(view: WindowView) -> pd.DataFrame:
    """Share of the messages within a team that go to a channel the team can read.

    Formula: of the human messages whose recipients all belong to the sender's team, the share in
    an open channel, or in a closed one with at least half of the team; sum over members and weeks.
    Shape: one row per group: group_id, value, low, high (90 %, people as the sample), n_people
    (senders), n_observations (messages), top_share, why.
    Unit: share. Range: 0 to 1; neither is better.
    Minimum: 200 messages.
    Edge cases: fewer messages: no value, with the reason. A message that also leaves the
    team counts nowhere.
    Known bias: work with people and law is private; what the exports leave out looks closed.
    Source: Leonardi 2014.

    >>> channel_openness(view)["value"].between(0, 1).all()
    True
    """
    counts = view.person_counts("sent_in_team_visible")
    homes = view.settled[["window_id", "person_id", "unit_id"]]
    placed = counts.merge(homes, on=["window_id", "person_id"], how="inner", validate="1:1")
    placed = placed.rename(columns={"n": "top", "of_n": "bottom"})
    found = group_shares(view.groups.people(placed))
    return told_few(found, found["n_observations"] < LEAST_MESSAGES, "too_few_messages")
