"""What a release says of its interviews: beside the two measured layers, in words."""

from __future__ import annotations

from audit.lookup import Place, Release
from audit.wording import join_names

SPOKEN = {
    "negative": "a strain",
    "positive": "something that helps",
    "mixed": "both a help and a strain",
}
"""How a theme is spoken of, by its polarity; strains first."""


def spoken(release: Release, place: Place) -> str:
    """Return what interviews of a group speak of, in one sentence; empty where no theme is shown.

    The order is that of the alphabet: it says nothing of how many named a theme.
    """
    found = release.themes.get(place, [])
    parts = []
    for polarity, words in SPOKEN.items():
        codes = sorted(
            f'"{row.text("code")}"' for row in found if row.text("polarity") == polarity
        )
        if codes:
            verb = "is" if len(codes) == 1 else "are"
            parts.append(f"{join_names(codes)} {verb} spoken of as {words}")
    return f"Interviews: {'; '.join(parts)}." if parts else ""
