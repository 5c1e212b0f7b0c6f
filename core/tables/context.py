"""Context tables: what else is known of units. Private until a view says what may be shown."""

from __future__ import annotations

from core.contracts import Column, Contract, Reference

OUTCOME_KINDS = (
    "engagement",
    "csat",
    "nps",
    "enps",
    "turnover",
    "absence",
    "innovation",
    "other",
)

OUTCOMES = Contract(
    "outcomes",
    "private",
    "Figures of units that the organization measures itself, such as turnover: never of a person.",
    ("outcome_id", "unit_id", "first_day"),
    (
        Column("outcome_id", "string", "name of the outcome as a readable slug"),
        Column("outcome", "string", "name as the file gives it, cleaned"),
        Column("kind", "string", "what kind of figure it is", one_of=OUTCOME_KINDS),
        Column("unit_id", "string", "the unit"),
        Column("first_day", "int32", "first day that the figure is about"),
        Column("end_day", "int32", "day after the last that the figure is about"),
        Column("value", "double", "the figure; turnover as a share from 0 to 1"),
        Column("n_people", "int32", "people that the figure is about", lowest=1),
        Column(
            "higher_is",
            "string",
            "whether more of it is better; null where nobody says",
            nullable=True,
            one_of=("better", "worse"),
        ),
    ),
    (Reference("unit_id", "units", "unit_id"),),
)

CONTEXT = {t.name: t for t in (OUTCOMES,)}
