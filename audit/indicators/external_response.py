"""X1, external response: whether people outside get an answer, class by class."""

from __future__ import annotations

import pandas as pd

from audit.registry import Indicator, indicators
from audit.view import WindowView
from core.elements import STAKEHOLDERS

LEAST_CONTACTS = 30
SOURCE = "Kooti et al. 2015, Evolution of conversations in the age of email overload"
UNSEEN = "Answers through a ticket tool, by phone or on site."


@indicators.add(
    "customer_response",
    Indicator(
        code="X1",
        title="Answers to customers",
        question="Do customers who write to this unit get an answer?",
        layer="behaviour",
        element=STAKEHOLDERS,
        quadrant="says_does",
        higher_is="warmer",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "stakeholders", "schedules", "ties"),
        least_contacts=LEAST_CONTACTS,
        counts_all=False,
        outside="customer",
        source=SOURCE,
        cannot_show=UNSEEN,
    ),
)
def customer_response(view: WindowView) -> pd.DataFrame:
    """Answers to customers beyond what comparable outside messages get, as weekly sums.

    Formula: y = 1 if a message from outside, sent by a declared customer, addressed to the person
    has a human answer within 16 working hours; excess = sum(y - p), info = sum(p (1 - p)), p from
    load, fan-out, channel, time and this sender, fitted on all messages from outside.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is warmer.
    Minimum: 8 people, and 30 different customers who wrote to the group.
    Edge cases: nobody of this class wrote: no row; none declared: not observed.
    Known bias: ticket tools answer where no export looks.
    Source: Kooti et al. 2015.

    >>> customer_response(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("answered_customer")


@indicators.add(
    "supplier_response",
    Indicator(
        code="X1b",
        title="Answers to suppliers",
        question="Do suppliers who write to this unit get an answer?",
        layer="behaviour",
        element=STAKEHOLDERS,
        quadrant="says_does",
        higher_is="warmer",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "stakeholders", "schedules", "ties"),
        least_contacts=LEAST_CONTACTS,
        counts_all=False,
        outside="supplier",
        source=SOURCE,
        cannot_show=UNSEEN,
    ),
)
def supplier_response(view: WindowView) -> pd.DataFrame:
    """Answers to suppliers beyond what comparable outside messages get, as weekly sums.

    Formula: y = 1 if a message from outside, sent by a declared supplier, addressed to the person
    has a human answer within 16 working hours; excess = sum(y - p), info = sum(p (1 - p)), p from
    load, fan-out, channel, time and this sender, fitted on all messages from outside.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is warmer.
    Minimum: 8 people, and 30 different suppliers who wrote to the group.
    Edge cases: nobody of this class wrote: no row; none declared: not observed.
    Known bias: ticket tools answer where no export looks.
    Source: Kooti et al. 2015.

    >>> supplier_response(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("answered_supplier")


@indicators.add(
    "partner_response",
    Indicator(
        code="X1c",
        title="Answers to partners",
        question="Do partners who write to this unit get an answer?",
        layer="behaviour",
        element=STAKEHOLDERS,
        quadrant="says_does",
        higher_is="warmer",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "stakeholders", "schedules", "ties"),
        least_contacts=LEAST_CONTACTS,
        counts_all=False,
        outside="partner",
        source=SOURCE,
        cannot_show=UNSEEN,
    ),
)
def partner_response(view: WindowView) -> pd.DataFrame:
    """Answers to partners beyond what comparable outside messages get, as weekly sums.

    Formula: y = 1 if a message from outside, sent by a declared partner, addressed to the person
    has a human answer within 16 working hours; excess = sum(y - p), info = sum(p (1 - p)), p from
    load, fan-out, channel, time and this sender, fitted on all messages from outside.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is warmer.
    Minimum: 8 people, and 30 different partners who wrote to the group.
    Edge cases: nobody of this class wrote: no row; none declared: not observed.
    Known bias: ticket tools answer where no export looks.
    Source: Kooti et al. 2015.

    >>> partner_response(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("answered_partner")


@indicators.add(
    "community_response",
    Indicator(
        code="X1d",
        title="Answers to people of the community",
        question="Do people of the community who write to this unit get an answer?",
        layer="behaviour",
        element=STAKEHOLDERS,
        quadrant="says_does",
        higher_is="warmer",
        scale="log_odds",
        gives="reply_sums",
        needs=("messages", "reply_links", "stakeholders", "schedules", "ties"),
        least_contacts=LEAST_CONTACTS,
        counts_all=False,
        outside="community",
        source=SOURCE,
        cannot_show=UNSEEN,
    ),
)
def community_response(view: WindowView) -> pd.DataFrame:
    """Answers to the community beyond what comparable outside messages get, as weekly sums.

    Formula: y = 1 if a message from outside, by somebody of the declared community, addressed to
    the person has a human answer within 16 working hours; excess = sum(y - p), info =
    sum(p (1 - p)), p from load, fan-out, channel, time and this sender, fitted on all messages
    from outside.
    Shape: one row per week and person: week, window_id, person_id, n, n_yes, excess, info,
    excess_own, info_own.
    Unit: messages; excess / info is log-odds. Range: excess in (-n, n); higher is warmer.
    Minimum: 8 people, and 30 different people of the community who wrote to the group.
    Edge cases: nobody of this class wrote: no row; none declared: not observed.
    Known bias: ticket tools answer where no export looks.
    Source: Kooti et al. 2015.

    >>> community_response(view)[["n", "n_yes"]].sum()
    """
    return view.person_weeks("answered_community")
