"""The elements of empathy: one list for indicators, profiles and the code book of interviews."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ACTIVE_LISTENING = "active listening"
TRANSPARENT_COMMUNICATION = "transparent communication"
RECOGNITION = "recognition"
FLEXIBILITY = "flexibility"
FEEDBACK_CULTURE = "feedback culture"
INCLUSION = "inclusion"
LEADERSHIP_MODELLING = "leadership modelling"

ELEMENTS = (
    ACTIVE_LISTENING,
    TRANSPARENT_COMMUNICATION,
    RECOGNITION,
    FLEXIBILITY,
    FEEDBACK_CULTURE,
    INCLUSION,
    LEADERSHIP_MODELLING,
)

TECHNOLOGY = "technology"
STAKEHOLDERS = "stakeholders"
ENGAGEMENT = "engagement"
ORGANIZATION_DESIGN = "organization design"

BESIDE = (TECHNOLOGY, STAKEHOLDERS, ENGAGEMENT, ORGANIZATION_DESIGN)
"""What indicators speak of beside the elements: context that makes no profile."""

QUADRANT_OF_THEME: Mapping[str, str] = MappingProxyType(
    {
        # What reaches people here.
        TRANSPARENT_COMMUNICATION: "hears",
        RECOGNITION: "hears",
        # What surrounds them.
        FLEXIBILITY: "sees",
        INCLUSION: "sees",
        LEADERSHIP_MODELLING: "sees",
        # How they act towards others.
        FEEDBACK_CULTURE: "says_does",
        # What they tell us: whether people feel heard is known from asking them alone.
        ACTIVE_LISTENING: "thinks_feels",
    }
)
"""Where a theme of interviews stands on the empathy map card, by its element."""
