"""Q1, coded interviews: what people speak of when they are asked in person."""

from __future__ import annotations

import pandas as pd

from audit.qualitative import code_frequencies
from audit.registry import Indicator, indicators
from audit.view import WindowView


@indicators.add(
    "coded_interviews",
    Indicator(
        code="Q1",
        title="Coded interviews",
        question="What do people here speak of when they are asked in person?",
        layer="interviews",
        element="all elements, by the code book",
        quadrant="thinks_feels",
        higher_is="neither",
        scale="words",
        gives="themes",
        needs=("interviews",),
        source="Krippendorff 2004, Content Analysis",
        cannot_show="What those think who were not asked, and how many think it.",
    ),
)
def coded_interviews(view: WindowView) -> pd.DataFrame:
    """How many interviewees of each group named each code of the closed code book.

    Formula: a code counts for an interview when more than half of its coders gave it with the
    same polarity. A theme is a code with a polarity that 3 interviewees or more named, in a group
    with at least 5 interviews and not fewer than the floor, where Krippendorff's alpha of the
    coders is at least .67. Counts stay private: themes are shown in words, without a number.
    Shape: one row per group, element, code and polarity: n_interviewees, n_interviews.
    Unit: interviewees. Range: 0 to the interviews of the group; neither warm nor cold.
    Minimum: 5 interviews and the floor, two coders who code on their own.
    Edge cases: no interview in the period: no row; one coder: counted, never shown.
    Known bias: who was asked and by whom; a code book finds what it has a code for.
    Source: Krippendorff 2004, Content Analysis; 2011, Computing Krippendorff's alpha-reliability.

    >>> (coded_interviews(view)["n_interviewees"] <= coded_interviews(view)["n_interviews"]).all()
    True
    """
    codes = view.tables.codes
    if codes.empty or not codes["is_here"].any():
        return pd.DataFrame(
            columns=["group_id", "element", "code", "polarity", "n_interviewees", "n_interviews"]
        )
    return code_frequencies(codes[codes["is_here"]], view.groups)
