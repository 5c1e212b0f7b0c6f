"""Survey tables. Responses never join people."""

from __future__ import annotations

from core.contracts import Column, Contract, Reference
from core.tables.results import POLARITIES

WAVES = Contract(
    "waves",
    "private",
    "Each time people were asked.",
    ("wave_id",),
    (
        Column("wave_id", "string", "name of the wave"),
        Column("first_day", "int32", "first day on which forms were filled in"),
        Column("last_day", "int32", "last day"),
        Column(
            "mode",
            "string",
            "what was promised to those who answered",
            one_of=("anonymous", "confidential", "identified"),
        ),
        Column("min_people", "int32", "floor promised at launch", lowest=1),
    ),
)

INVITED = Contract(
    "invited",
    "private",
    "How many people of a unit were invited.",
    ("wave_id", "unit_id"),
    (
        Column("wave_id", "string", "the wave"),
        Column("unit_id", "string", "leaf unit"),
        Column("n_invited", "int64", "people invited", lowest=0),
    ),
    (Reference("wave_id", "waves", "wave_id"),),
)

SCALES = Contract(
    "scales",
    "private",
    "Sets of items that measure one construct.",
    ("scale_id",),
    (
        Column("scale_id", "string", "name of the scale"),
        Column("title", "string", "plain title"),
        Column("construct", "string", "what it measures"),
        Column("min_items", "int16", "answers needed for a scale score", lowest=1),
        Column("source", "string", "paper or owner"),
        Column("licence", "string", "terms of use"),
    ),
)

ITEMS = Contract(
    "items",
    "private",
    "One question.",
    ("item_id",),
    (
        Column("item_id", "string", "name of the item"),
        Column("scale_id", "string", "its scale"),
        Column("item_no", "int16", "place in the scale", lowest=1),
        Column("lowest", "int16", "lowest answer"),
        Column("highest", "int16", "highest answer"),
        Column("is_reversed", "bool", "agreement means less of the construct"),
        Column("is_anchor", "bool", "same wording in every wave"),
        Column(
            "referent", "string", "about whom it asks", one_of=("team", "person", "organization")
        ),
    ),
    (Reference("scale_id", "scales", "scale_id"),),
)

RESPONSES = Contract(
    "responses",
    "private",
    "One answer to one item; the form id joins nothing else.",
    ("wave_id", "form_id", "item_id"),
    (
        Column("wave_id", "string", "the wave"),
        Column("form_id", "string", "random, or keyed with a key used for this survey only"),
        Column("item_id", "string", "the item"),
        Column("unit_id", "string", "unit at the time of answering"),
        Column("level_group", "string", "coarse level, for raking and strata", nullable=True),
        Column("site", "string", "coarse location", nullable=True),
        Column("tenure_band", "string", "coarse tenure", nullable=True),
        Column("raw", "int16", "answer as given", nullable=True),
        Column(
            "value",
            "double",
            "answer from 0 to 1, reversed items turned",
            nullable=True,
            lowest=0,
            highest=1,
        ),
        Column("weight", "double", "raking weight; 1 if none", lowest=0),
    ),
    (
        Reference("wave_id", "waves", "wave_id"),
        Reference("item_id", "items", "item_id"),
    ),
)

CODES = Contract(
    "codes",
    "private",
    "Codes that coders gave to interviews: no words of anybody.",
    ("interview_id", "coder_id", "code", "polarity"),
    (
        Column("interview_id", "string", "keyed pseudonym of the interview"),
        Column("day", "int32", "day of the interview", nullable=True),
        Column("unit_id", "string", "unit of the interviewee"),
        Column("coder_id", "string", "keyed pseudonym of the coder"),
        Column("code", "string", "code of the closed code book"),
        Column("polarity", "string", "how it was spoken of", one_of=POLARITIES),
        Column("element", "string", "element of empathy that the code belongs to"),
    ),
)

SURVEY = {t.name: t for t in (WAVES, INVITED, SCALES, ITEMS, RESPONSES, CODES)}
