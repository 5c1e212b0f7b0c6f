"""Quality rows of interviews: how many as a band, how far the coders agree, where themes stand."""

from __future__ import annotations

from math import isnan

from audit.disclosure.tables import Cells
from audit.disclosure.thresholds import HARD_FLOOR, n_band
from audit.lookup import Release
from audit.qualitative import LEAST_ALPHA, Agreement

_NO_THEME = (
    "No theme was named by three interviewees of a group in which enough were asked. Ask more "
    "people of fewer groups."
)


def interview_rows(coders: Agreement | None, release: Release) -> list[Cells]:
    """Return the rows of the published `quality` table about interviews."""
    if coders is None or not coders.n_interviews:
        return [
            _row("interviews", "held", None, "none", "info")
            | {"says": "Interviews would say what people mean by their answers."}
        ]
    few = coders.n_interviews < HARD_FLOOR
    band = f"fewer than {HARD_FLOOR}" if few else n_band(coders.n_interviews)
    held = _row("interviews", "held", None, f"{band} interviews", "warn" if few else "info")
    held["says"] = "Coded with a closed code book; no word of anybody is read or kept."
    return [held, *_agreement(coders), *_themes(coders, release)]


def _agreement(coders: Agreement) -> list[Cells]:
    out = []
    for part, alpha in (("codes given", coders.on_codes), ("polarity", coders.on_polarity)):
        is_known = not isnan(alpha)
        # Where all polarities are the same there is nothing that coders could disagree about.
        is_good = alpha >= LEAST_ALPHA or (not is_known and coders.is_enough)
        text = f"alpha {alpha:.2f}" if is_known else "not known"
        row = _row("coders' agreement", part, None, text, "pass" if is_good else "fail")
        if is_known:
            row["number"] = round(alpha, 2)
        row["says"] = (
            "Krippendorff's alpha of coders who worked on their own; .67 is needed."
            if is_known or not is_good
            else "All polarities are the same: nothing to disagree about."
        )
        out.append(row)
    return out


def _themes(coders: Agreement, release: Release) -> list[Cells]:
    shown = len({place for place in release.themes if place[0] == release.latest})
    groups = "1 group" if shown == 1 else f"{shown} groups"
    row = _row("themes", "shown", float(shown), groups, "info" if shown else "warn")
    why = f"{coders.why[:1].upper()}{coders.why[1:]}." if coders.why else _NO_THEME
    row["says"] = "In words, without counts, never verbatim." if shown else why
    return [row]


def _row(item: str, part: str, number: float | None, text: str, state: str) -> Cells:
    return {
        "section": "interviews",
        "item": item,
        "part": part,
        "number": number,
        "text": text,
        "state": state,
    }
