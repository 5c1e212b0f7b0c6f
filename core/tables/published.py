"""What lies past the wall: groups only, rounded, banded, with a state in words on every row."""

from __future__ import annotations

from core.contracts import Column, Contract, Reference
from core.tables.results import (
    GROUP_KINDS,
    INDICATORS,
    JOINT_WORDS,
    LAYERS,
    POLARITIES,
    QUADRANTS,
    REGION_WORDS,
    SLICE_KINDS,
    VERDICT_WORDS,
)

BANDS = ("5-7", "8-9", "10-19", "20-49", "50+")
CELL_STATES = ("shown", "not_observed", "unreliable", "not_shown", "status_only")
PUBLISHED_VERDICTS = (*VERDICT_WORDS, "not_shown")
PUBLISHED_JOINTS = (*JOINT_WORDS, "not_shown")
EVIDENCE_BANDS = ("at most .01", "at most .05", "at most .10", "over .10")

_SHOWN = (
    Column("is_shown", "bool", "false: every number of the row is null"),
    Column("why_hidden", "string", "reason in words", nullable=True),
    Column("n_band", "string", "people behind it, as a band", nullable=True, one_of=BANDS),
)


def _window() -> Column:
    return Column("window_id", "int32", "last window of the period")


ABOUT = Contract(
    "about",
    "published",
    "One row: what this release is.",
    ("run_id",),
    (
        Column("run_id", "string", "hash of data, configuration and version"),
        Column("title", "string", "name of the audit"),
        Column("is_sample", "bool", "the made-up sample company"),
        Column("first_on", "date", "first day of the analysed weeks"),
        Column("last_on", "date", "last day of the analysed weeks"),
        Column("weeks_per_window", "int32", "weeks in a window", lowest=1),
        Column("windows_per_period", "int32", "windows in a period", lowest=1),
        Column("min_people", "int32", "floor of this release", lowest=5),
        Column("policy", "string", "disclosure policy", one_of=("standard", "strict")),
        Column("people", "int64", "people on the roster, to the nearest 5", lowest=0),
        Column("n_groups", "int64", "groups in the release, hidden ones included", lowest=0),
        Column("leads_with", "string", "layer to read first", one_of=LAYERS),
        Column("leads_why", "string", "why"),
        Column("headline", "string", "the one sentence of Overview"),
        Column("next_step", "string", "what to do next"),
        Column("lead_behaviour", "string", "indicator of the behaviour verdict"),
        Column("lead_perception", "string", "indicator of the perception verdict"),
        Column(
            "reply_quality",
            "string",
            "how answers are known",
            one_of=("explicit", "pseudo", "none"),
        ),
        Column("seed", "int64", "seed of every random draw"),
        Column("version", "string", "version of the product"),
        Column("config_hash", "string", "hash of the configuration"),
        Column("caveat", "string", "what nothing here can show"),
    ),
)

PUBLISHED_WINDOWS = Contract(
    "windows",
    "published",
    "The periods that verdicts are about.",
    ("window_id",),
    (
        _window(),
        Column("label", "string", "name of the period for people: Before, After, or Now"),
        Column("first_on", "date", "first day"),
        Column("last_on", "date", "last day"),
        Column("n_windows", "int32", "windows pooled", lowest=1),
        Column("is_latest", "bool", "the period that the app opens on"),
    ),
)

PUBLISHED_UNITS = Contract(
    "units",
    "published",
    "Every unit of the roster and where its numbers are found.",
    ("window_id", "unit_id"),
    (
        _window(),
        Column("unit_id", "string", "unit of the roster"),
        Column("name", "string", "its name"),
        Column("group_id", "string", "group that reports for it"),
        Column("why", "string", "own group, merged with siblings, or reported by its parent"),
    ),
)

PUBLISHED_GROUPS = Contract(
    "org_groups",
    "published",
    "The fixed cube of groups, in the order of their ids, which says nothing.",
    ("window_id", "group_id"),
    (
        _window(),
        Column("group_id", "string", "id"),
        Column("parent_id", "string", "group above", nullable=True),
        Column("kind", "string", "what the group is", one_of=GROUP_KINDS),
        Column("name", "string", "name"),
        Column(
            "division_id",
            "string",
            "group right under the root; its own id for a division",
            nullable=True,
        ),
        Column("depth", "int8", "0 at the root", lowest=0),
        Column("path", "string", "names from the root, joined by ' / '"),
        Column("is_leaf", "bool", "nothing below it: a mark on the map"),
        *_SHOWN,
    ),
)

PUBLISHED_INDICATORS = Contract(
    "indicators", "published", INDICATORS.says, INDICATORS.key, INDICATORS.columns
)

PUBLISHED_VALUES = Contract(
    "indicator_values",
    "published",
    "Indicators of groups, rounded by policy.",
    ("window_id", "group_id", "indicator"),
    (
        _window(),
        Column("group_id", "string", "the group"),
        Column("indicator", "string", "the indicator"),
        Column(
            "status",
            "string",
            "state of the cell",
            one_of=CELL_STATES,
        ),
        Column("why", "string", "reason in words where there is no number", nullable=True),
        Column(
            "value",
            "double",
            "in the indicator's scale: points for shares, to the nearest 5; "
            "ratios and scores to one decimal",
            nullable=True,
        ),
        Column(
            "value_text",
            "string",
            "the value as people read it: 'about 20 %', 'under 5 %'",
            nullable=True,
        ),
        Column("low", "double", "90 % interval, rounded outwards", nullable=True),
        Column("high", "double", "the same, upper end", nullable=True),
        Column(
            "expected", "double", "what the null or the rest gives, rounded alike", nullable=True
        ),
        Column(
            "leaning",
            "string",
            "which side of the rest it leans to",
            nullable=True,
            one_of=("cooler", "warmer", "none"),
        ),
        *_SHOWN,
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_RELIABILITY = Contract(
    "reliability",
    "published",
    "Gates of an indicator over the whole organization.",
    ("window_id", "indicator", "kind"),
    (
        _window(),
        Column("indicator", "string", "the indicator"),
        Column("kind", "string", "which coefficient"),
        Column("value", "double", "coefficient, two decimals", nullable=True),
        Column("low", "double", "lower end of its interval, two decimals", nullable=True),
        Column("high", "double", "upper end", nullable=True),
        Column("is_enough", "bool", "passes its gate"),
    ),
)

PUBLISHED_VERDICTS_TABLE = Contract(
    "verdicts",
    "published",
    "The verdict of each layer on each group.",
    ("window_id", "group_id", "layer"),
    (
        _window(),
        Column("group_id", "string", "the group"),
        Column("layer", "string", "behaviour or perception", one_of=LAYERS),
        Column("verdict", "string", "the word", one_of=PUBLISHED_VERDICTS),
        Column(
            "effect",
            "double",
            "shrunken contrast with the rest: points (to the nearest 5) "
            "for behaviour, SD (one decimal) for perception; below 0 is colder",
            nullable=True,
        ),
        Column("low", "double", "90 % interval, rounded outwards", nullable=True),
        Column("high", "double", "the same, upper end", nullable=True),
        Column("scale", "string", "scale of the effect", one_of=("points", "sd")),
        Column(
            "leaning",
            "string",
            "which side it leans to; none where the odds are under 7 in 10",
            nullable=True,
            one_of=("cooler", "warmer", "none"),
        ),
        Column(
            "odds_in_ten",
            "int8",
            "odds of the leaning, 5 to 9 in 10",
            nullable=True,
            lowest=5,
            highest=9,
        ),
        Column("odds_words", "string", "the odds in words", nullable=True),
        Column(
            "evidence", "string", "familywise p as a band", nullable=True, one_of=EVIDENCE_BANDS
        ),
        Column(
            "evidence_fdr",
            "string",
            "false discovery rate as a band",
            nullable=True,
            one_of=EVIDENCE_BANDS,
        ),
        Column(
            "windows_text", "string", "in how many windows it pointed the same way", nullable=True
        ),
        Column("is_robust", "bool", "survives dropping any one member", nullable=True),
        Column(
            "mde", "double", "smallest effect that could be seen here, same scale", nullable=True
        ),
        Column("is_top", "bool", "highest homogeneous group: the one to report"),
        Column("sentence", "string", "the verdict as a sentence"),
        Column(
            "settle", "string", "what would settle it, where evidence is lacking", nullable=True
        ),
        Column("caveat", "string", "what this cannot show"),
        *_SHOWN,
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_JOINT = Contract(
    "joint_verdicts",
    "published",
    "Both layers read together.",
    ("window_id", "group_id"),
    (
        _window(),
        Column("group_id", "string", "the group"),
        Column("behaviour", "string", "verdict", one_of=PUBLISHED_VERDICTS),
        Column("perception", "string", "verdict", one_of=PUBLISHED_VERDICTS),
        Column("joint", "string", "joint reading", one_of=PUBLISHED_JOINTS),
        Column("sentence", "string", "the joint reading in words"),
        Column("try_next", "string", "what to try", nullable=True),
        *_SHOWN,
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_EDGES = Contract(
    "unit_edges",
    "published",
    "Contact between two shown leaf groups; each pair once.",
    ("window_id", "source_group_id", "target_group_id"),
    (
        _window(),
        Column("source_group_id", "string", "group; first of the pair A to Z"),
        Column("target_group_id", "string", "other group of the pair"),
        Column(
            "strength",
            "int8",
            "class 1 (thin) to 5 (strong), fifths of all released pairs",
            lowest=1,
            highest=5,
        ),
        Column(
            "mutual",
            "double",
            "share of contact pairs that are two-way, to the nearest 5 points",
            nullable=True,
            lowest=0,
            highest=100,
        ),
    ),
    (
        Reference("source_group_id", "org_groups", "group_id"),
        Reference("target_group_id", "org_groups", "group_id"),
    ),
)

UNIT_MAP = Contract(
    "unit_map",
    "published",
    "Where groups lie on the map; drawn from released contact only.",
    ("group_id",),
    (
        Column("group_id", "string", "leaf group or division"),
        Column("division_id", "string", "its division"),
        Column("kind", "string", "a mark or an island", one_of=("leaf", "division")),
        Column("x", "double", "-1 to 1", lowest=-1, highest=1),
        Column("y", "double", "-1 to 1", lowest=-1, highest=1),
        Column("radius", "double", "of an island, in the same unit; 0 for a mark", lowest=0),
    ),
)

PUBLISHED_FINDINGS = Contract(
    "findings",
    "published",
    "What is worth saying, strongest evidence first.",
    ("finding_id",),
    (
        Column("finding_id", "string", "stable id"),
        _window(),
        Column(
            "kind",
            "string",
            "what kind of finding",
            one_of=("hotspot", "desert", "watch", "blind_spot", "fact", "data_gap", "leaning"),
        ),
        Column("place", "int32", "order of reading, 1 first", lowest=1),
        Column("group_id", "string", "whom it is about", nullable=True),
        Column("confidence", "string", "how sure", one_of=("low", "medium", "high")),
        Column("headline", "string", "the finding in one sentence"),
        Column("detail", "string", "number, interval, base"),
        Column("caveat", "string", "what it cannot show"),
        Column("next_step", "string", "what to try", nullable=True),
    ),
)

PUBLISHED_EVIDENCE = Contract(
    "evidence",
    "published",
    "The chain behind a finding, in words.",
    ("finding_id", "step"),
    (
        Column("finding_id", "string", "the finding"),
        Column("step", "int32", "order in the chain", lowest=1),
        Column("name", "string", "what was looked at"),
        Column("says", "string", "what was seen"),
    ),
    (Reference("finding_id", "findings", "finding_id"),),
)

PUBLISHED_CHAIN = Contract(
    "verdict_evidence",
    "published",
    "The chain behind each layer's verdict on each shown group, in words a leader reads.",
    ("window_id", "group_id", "layer", "step"),
    (
        _window(),
        Column("group_id", "string", "the group"),
        Column("layer", "string", "behaviour or perception", one_of=LAYERS),
        Column("step", "int32", "order in the chain", lowest=1),
        Column("name", "string", "what was looked at"),
        Column("says", "string", "what was seen, rounded"),
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_REGIONS = Contract(
    "regions",
    "published",
    "Neighbourhoods of the network that are colder or warmer: a view, never a verdict.",
    ("window_id", "group_id"),
    (
        _window(),
        Column("group_id", "string", "lowest group"),
        Column("region", "string", "what is seen", one_of=(*REGION_WORDS, "not_shown")),
        Column(
            "evidence_fdr",
            "string",
            "false discovery rate as a band",
            nullable=True,
            one_of=EVIDENCE_BANDS,
        ),
        Column("says", "string", "the same in words"),
        *_SHOWN,
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_PROFILES = Contract(
    "profiles",
    "published",
    "Elements of empathy of each group within one layer; there is no single score.",
    ("window_id", "group_id", "layer", "element"),
    (
        _window(),
        Column("group_id", "string", "the group"),
        Column("layer", "string", "behaviour or perception", one_of=LAYERS),
        Column("element", "string", "element of empathy"),
        Column(
            "standing",
            "string",
            "where the group lies",
            one_of=("colder", "as the rest", "warmer", "not observed", "not shown"),
        ),
        Column("value", "double", "mean shrunken z to one decimal", nullable=True),
        Column("rank_text", "string", "rank with its range; null where wide", nullable=True),
        Column("observed_text", "string", "how many of its indicators were observed"),
        *_SHOWN,
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_THEMES = Contract(
    "themes",
    "published",
    "Themes of coded interviews, without counts and never verbatim.",
    ("window_id", "group_id", "element", "code", "polarity"),
    (
        _window(),
        Column("group_id", "string", "the group"),
        Column("element", "string", "element of empathy that the code belongs to"),
        Column("code", "string", "code of the closed code book"),
        Column("polarity", "string", "how it was spoken of", one_of=POLARITIES),
        Column("quadrant", "string", "place on the empathy map card", one_of=QUADRANTS),
        Column("says", "string", "the theme in words"),
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_SLICES = Contract(
    "slices",
    "published",
    "The fixed cube beside the tree; slices of too few people are not even listed.",
    ("window_id", "slice_id"),
    (
        _window(),
        Column("slice_id", "string", "stable id"),
        Column("kind", "string", "its dimensions", one_of=SLICE_KINDS),
        Column("group_id", "string", "group; null where the unit is left open", nullable=True),
        Column("location", "string", "site; null where left open", nullable=True),
        Column("level", "string", "level; null where left open", nullable=True),
        Column("name", "string", "what it holds, for people"),
        *_SHOWN,
    ),
    (Reference("group_id", "org_groups", "group_id"),),
)

PUBLISHED_SLICE_VALUES = Contract(
    "slice_values",
    "published",
    "Indicators of slices, rounded by policy: described, not judged.",
    ("window_id", "slice_id", "indicator"),
    (
        _window(),
        Column("slice_id", "string", "the slice"),
        Column("indicator", "string", "the indicator"),
        Column("status", "string", "state of the cell", one_of=CELL_STATES),
        Column("why", "string", "reason in words where there is no number", nullable=True),
        Column("value", "double", "as in indicator_values", nullable=True),
        Column("value_text", "string", "the value as people read it", nullable=True),
        Column("low", "double", "90 % interval, rounded outwards", nullable=True),
        Column("high", "double", "the same, upper end", nullable=True),
        *_SHOWN,
    ),
    (Reference("slice_id", "slices", "slice_id"),),
)

QUALITY = Contract(
    "quality",
    "published",
    "How far to trust this: balance sheet, coverage, response.",
    ("section", "item", "part"),
    (
        Column(
            "section",
            "string",
            "which check",
            one_of=(
                "balance",
                "reasons",
                "coverage",
                "identity",
                "response",
                "automated",
                "hidden",
                "survey",
                "interviews",
                "trust",
            ),
        ),
        Column("item", "string", "source, channel, wave or check, never a file name"),
        Column("part", "string", "what the row counts"),
        Column("number", "double", "count or share in percent", nullable=True),
        Column("text", "string", "as people read it"),
        Column("state", "string", "how good that is", one_of=("pass", "warn", "fail", "info")),
        Column("says", "string", "why, and what next"),
    ),
)

CERTIFICATE = Contract(
    "certificate",
    "published",
    "Which rules of disclosure control this release went through, and what they left to know.",
    ("step",),
    (
        Column("step", "int32", "order of the rules", lowest=1),
        Column("rule", "string", "the rule"),
        Column("checked", "double", "cells looked at, to the nearest 5", nullable=True, lowest=0),
        Column("hidden", "double", "cells kept back by it, alike", nullable=True, lowest=0),
        Column("statement", "string", "the rule in words"),
        Column("bound", "string", "what could still be known", nullable=True),
    ),
)

PUBLISHED = {
    t.name: t
    for t in (
        ABOUT,
        PUBLISHED_WINDOWS,
        PUBLISHED_UNITS,
        PUBLISHED_GROUPS,
        PUBLISHED_INDICATORS,
        PUBLISHED_VALUES,
        PUBLISHED_RELIABILITY,
        PUBLISHED_VERDICTS_TABLE,
        PUBLISHED_JOINT,
        PUBLISHED_EDGES,
        UNIT_MAP,
        PUBLISHED_FINDINGS,
        PUBLISHED_EVIDENCE,
        PUBLISHED_CHAIN,
        PUBLISHED_REGIONS,
        PUBLISHED_PROFILES,
        PUBLISHED_THEMES,
        PUBLISHED_SLICES,
        PUBLISHED_SLICE_VALUES,
        QUALITY,
        CERTIFICATE,
    )
}
