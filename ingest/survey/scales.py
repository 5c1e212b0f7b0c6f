"""The shipped scales: how many items, which are reversed, which bounds; wording if our own."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from ingest.settings import ItemSettings, ScaleSettings, SurveySettings

_FILE = Path(__file__).with_name("scales.toml")


def shipped() -> SurveySettings:
    """Return the shipped scales with their items; a column is named like its item."""
    scales: list[ScaleSettings] = []
    items: list[ItemSettings] = []
    for name, scale in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        scales.append(
            ScaleSettings(
                name,
                scale["title"],
                scale["construct"],
                scale["min_items"],
                scale["source"],
                scale["licence"],
            )
        )
        items += [
            ItemSettings(
                f"{name}_{number}",
                name,
                f"{name}_{number}",
                number,
                scale["lowest"],
                scale["highest"],
                number in scale["reversed"],
                referent=scale["referent"],
            )
            for number in range(1, scale["items"] + 1)
        ]
    return SurveySettings(scales=tuple(scales), items=tuple(items))


def wordings() -> dict[str, tuple[str, ...]]:
    """Return the wording of the items of each shipped scale; empty where it is not ours."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: tuple(scale.get("wording", ())) for name, scale in tables.items()}


def scales_of(survey: SurveySettings) -> SurveySettings:
    """Return the scales that hold for an audit: the declared ones, else the shipped ones.

    A declared scale with the name of a shipped one takes over what it leaves empty.
    """
    known = shipped()
    if not survey.items:
        return replace(survey, scales=known.scales, items=known.items)
    by_name = {scale.scale_id: scale for scale in known.scales}
    scales = tuple(_filled(s, by_name.get(s.scale_id)) for s in survey.scales)
    return replace(survey, scales=scales)


def _filled(scale: ScaleSettings, known: ScaleSettings | None) -> ScaleSettings:
    if known is None:
        return scale
    return replace(
        scale,
        title=scale.title or known.title,
        construct=scale.construct or known.construct,
        source=scale.source or known.source,
        licence=scale.licence or known.licence,
    )
