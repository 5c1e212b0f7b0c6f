"""Coded interviews of the company of `made_up_view`: who named what, small enough to count."""

from __future__ import annotations

import pandas as pd

from core.tables.survey import CODES

CODE_OF = {
    "late": "transparent communication",
    "thanks": "recognition",
    "no answer": "active listening",
}


def codes(spoken: dict[str, str], coders: str = "xy", day: int | None = None) -> pd.DataFrame:
    """Return CODES from "code+, code-, ..." by interview, given alike by every coder.

    The first letter of an interview is its unit; `+`, `-` and `~` are the polarities.
    """
    signs = {"+": "positive", "-": "negative", "~": "mixed"}
    rows = [
        {
            "interview_id": interview,
            "day": day,
            "unit_id": interview[0],
            "coder_id": coder,
            "code": word[:-1],
            "polarity": signs[word[-1]],
            "element": CODE_OF[word[:-1]],
        }
        for interview, words in spoken.items()
        for word in words.split(", ")
        for coder in coders
    ]
    return pd.DataFrame(rows, columns=CODES.names).astype({"day": "Int32"})
