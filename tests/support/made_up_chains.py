"""Chains of evidence and neighbourhoods of the made-up company."""

from __future__ import annotations

from collections.abc import Sequence

from made_up_company import Group

Row = dict[str, object]

_COUNTED = (
    ("What was counted", "About 35 % of 1,000 to 2,500 messages from colleagues were answered."),
    ("How large is the gap?", "About 15 points colder; the interval runs from 5 to 20 points."),
    ("Could it be chance?", "In at most 5 of 100 deals."),
    ("Would it hold with people missing?", "Yes: in about 95 % of the tries."),
)
_WORD_ONLY = (("What is said", "Not enough evidence: too few people with data."),)
_LAST = (("What can this not show?", "Answers given in meetings or <i>in person</i>."),)
"""One sentence holds markup, which must be shown as text."""


def chain_rows(window: int, groups: Sequence[Group]) -> list[Row]:
    """Return the chain of each layer of each shown group below the whole."""
    rows: list[Row] = []
    for g in groups:
        if g.band is None or g.depth == 0:
            continue
        for layer, verdict in (
            ("behaviour", g.plant.behaviour),
            ("perception", g.plant.perception),
        ):
            steps = _WORD_ONLY if verdict == "not_enough_evidence" else _COUNTED
            rows += [
                {"window_id": window, "group_id": g.id, "layer": layer, "step": i,
                 "name": name, "says": says}
                for i, (name, says) in enumerate((*steps, *_LAST), start=1)
            ]  # fmt: skip
    return rows


def region_rows(window: int, groups: Sequence[Group]) -> list[Row]:
    """Return the neighbourhoods of the lowest groups: Operations lies cooler."""
    rows: list[Row] = []
    for g in groups:
        if not g.is_leaf or g.depth == 0:
            continue
        word = "cooler" if g.division == "operations" else "none"
        rows.append(
            {
                "window_id": window, "group_id": g.id,
                "region": word if g.band else "not_shown",
                "evidence_fdr": "at most .05" if g.band and word == "cooler" else None,
                "says": "Lies colder together than chance gives." if g.band else "Not shown.",
                "is_shown": g.band is not None, "why_hidden": g.plant.why_hidden,
                "n_band": g.band,
            }
        )  # fmt: skip
    return rows
