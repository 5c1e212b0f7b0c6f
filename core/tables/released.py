"""What earlier releases of an engagement showed, and who stood behind it: private for good."""

from __future__ import annotations

from core.contracts import Column, Contract

RELEASES = Contract(
    "releases",
    "private",
    "Every release so far, with the rules that bind the next one.",
    ("release",),
    (
        Column("release", "int32", "1 for the first", lowest=1),
        Column("run_id", "string", "hash of data, configuration and version"),
        Column("min_people", "int32", "floor of the release", lowest=5),
        Column("policy", "string", "disclosure policy", one_of=("standard", "strict")),
        Column("kinds", "string", "kinds of slices it held, joined by a comma"),
    ),
)

RELEASED_CELLS = Contract(
    "released_cells",
    "private",
    "Which cell each release showed, and in what form.",
    ("release", "window_id", "slice_id", "indicator"),
    (
        Column("release", "int32", "the release", lowest=1),
        Column("window_id", "int32", "last window of the period, as numbered by that release"),
        Column("slice_id", "string", "group or slice"),
        Column("indicator", "string", "the indicator, or a theme as theme:element:code:polarity"),
        Column("form", "string", "what was shown", one_of=("number", "status_only")),
        Column("n_people", "int64", "people who contributed", lowest=0),
    ),
)

RELEASED_PEOPLE = Contract(
    "released_people",
    "private",
    "Who stood behind each group and slice of each release, from all windows of the period.",
    ("release", "window_id", "slice_id", "person_id", "unit_id"),
    (
        Column("release", "int32", "the release", lowest=1),
        Column("window_id", "int32", "last window of the period, as numbered by that release"),
        Column("slice_id", "string", "group or slice"),
        Column("person_id", "string", "who stood behind it"),
        Column("unit_id", "string", "in which unit of the roster"),
    ),
)

RELEASED = {t.name: t for t in (RELEASES, RELEASED_CELLS, RELEASED_PEOPLE)}
