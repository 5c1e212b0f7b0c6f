"""Results before the wall: unrounded, private."""

from __future__ import annotations

from core.contracts import Column, Contract, Reference

VERDICT_WORDS = (
    "desert",
    "desert_watch",
    "hotspot",
    "hotspot_watch",
    "typical",
    "not_enough_evidence",
)
JOINT_WORDS = (
    "confirmed_desert",
    "process_desert",
    "felt_desert",
    "warm_words_cold_network",
    "busy_not_heard",
    "process_hotspot",
    "confirmed_hotspot",
    "none",
)
LAYERS = ("behaviour", "perception")
INDICATOR_LAYERS = (*LAYERS, "interviews")
REGION_WORDS = ("cooler", "warmer", "none")
QUADRANTS = ("hears", "sees", "says_does", "thinks_feels")
POLARITIES = ("positive", "negative", "mixed")
GROUP_KINDS = ("unit", "site", "level", "crossing", "community")
SLICE_KINDS = ("location", "level", "unit_location", "unit_level", "location_level")
VALUE_STATES = ("shown", "not_observed", "unreliable", "too_few")

ORG_GROUPS = Contract(
    "org_groups",
    "private",
    "Groups that a number may be about, in one period.",
    ("window_id", "group_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "unit id, or the id of a reportable group"),
        Column("parent_id", "string", "group above", nullable=True),
        Column("kind", "string", "what the group is", one_of=GROUP_KINDS),
        Column("name", "string", "name, naming what was merged into it"),
        Column("depth", "int8", "0 at the root", lowest=0),
        Column("path", "string", "group ids from the root, joined by /"),
        Column("n_people", "int64", "members at the period's last window start", lowest=0),
        Column("is_searched", "bool", "takes part in the judgement"),
        Column("is_released", "bool", "part of the fixed cube of released slices"),
    ),
)

UNIT_GROUPS = Contract(
    "unit_groups",
    "private",
    "In which reportable group each roster unit is found.",
    ("window_id", "unit_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("unit_id", "string", "unit of the roster"),
        Column("group_id", "string", "group that reports for it"),
        Column("why", "string", "own group, merged with siblings, or reported by its parent"),
    ),
)

GROUP_PEOPLE = Contract(
    "group_people",
    "private",
    "Members of each group.",
    ("window_id", "group_id", "person_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("person_id", "string", "member"),
    ),
)

COVERAGE = Contract(
    "coverage",
    "private",
    "How many members have data, per channel.",
    ("window_id", "group_id", "channel"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("channel", "string", "a channel, `any`, or `survey`"),
        Column("n_people", "int64", "members", lowest=0),
        Column("n_with_data", "int64", "members with data", lowest=0),
    ),
)

INDICATORS = Contract(
    "indicators",
    "private",
    "The catalogue of indicators.",
    ("indicator",),
    (
        Column("indicator", "string", "name"),
        Column("code", "string", "short code such as A1"),
        Column("title", "string", "plain title"),
        Column("question", "string", "the question behind it"),
        Column("layer", "string", "what it is made of", one_of=INDICATOR_LAYERS),
        Column("element", "string", "element of empathy it speaks to"),
        Column(
            "quadrant",
            "string",
            "place on the empathy map card",
            one_of=QUADRANTS,
        ),
        Column("higher_is", "string", "direction", one_of=("warmer", "colder", "neither")),
        Column(
            "scale",
            "string",
            "unit of the value",
            one_of=(
                *("share", "points", "ratio", "hours", "weeks", "ties", "log_odds", "score"),
                *("net_points", "words"),
            ),
        ),
        Column("is_lead", "bool", "the layer's verdict rests on it"),
        Column("source", "string", "paper"),
        Column("cannot_show", "string", "what it cannot show"),
    ),
)

INDICATOR_VALUES = Contract(
    "indicator_values",
    "private",
    "Every indicator of every group.",
    ("window_id", "group_id", "indicator"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("indicator", "string", "the indicator"),
        Column("value", "double", "raw value in the indicator's scale", nullable=True),
        Column(
            "low",
            "double",
            "90 % interval of the effect, or of the value where there is no effect",
            nullable=True,
        ),
        Column("high", "double", "the same, upper end", nullable=True),
        Column("value_low", "double", "90 % interval of the value itself", nullable=True),
        Column("value_high", "double", "the same, upper end", nullable=True),
        Column("expected", "double", "what the null or the rest gives", nullable=True),
        Column("effect", "double", "contrast with the rest", nullable=True),
        Column("effect_shrunk", "double", "the same, shrunken", nullable=True),
        Column("se", "double", "standard error of the effect", nullable=True),
        Column("z", "double", "standardised effect", nullable=True),
        Column("p", "double", "two-sided permutation p", nullable=True, lowest=0, highest=1),
        Column(
            "q", "double", "Benjamini-Hochberg over the tree", nullable=True, lowest=0, highest=1
        ),
        Column("reliability", "double", "reliability of this value", nullable=True),
        Column("mde", "double", "smallest effect that could be seen", nullable=True),
        Column(
            "odds_cooler",
            "double",
            "probability of being cooler than the rest",
            nullable=True,
            lowest=0,
            highest=1,
        ),
        Column("n_people", "int64", "people behind it", lowest=0),
        Column("n_observations", "int64", "messages, ties or answers behind it", lowest=0),
        Column(
            "top_share",
            "double",
            "largest weight of one person",
            nullable=True,
            lowest=0,
            highest=1,
        ),
        Column(
            "status",
            "string",
            "whether it may be looked at",
            one_of=VALUE_STATES,
        ),
        Column("why", "string", "reason where it is not shown", nullable=True),
    ),
)

RELIABILITY = Contract(
    "reliability",
    "private",
    "Gates of an indicator.",
    ("window_id", "indicator", "kind"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("indicator", "string", "the indicator"),
        Column(
            "kind",
            "string",
            "which coefficient",
            one_of=(
                *("alpha", "omega", "rwg", "icc1", "icc2", "invariance", "split_half"),
                *("convergent", "krippendorff"),
            ),
        ),
        Column("value", "double", "coefficient", nullable=True),
        Column("low", "double", "lower bound", nullable=True),
        Column("high", "double", "upper bound", nullable=True),
        Column("is_enough", "bool", "passes its gate"),
    ),
)

VERDICTS = Contract(
    "verdicts",
    "private",
    "The verdict of each layer on each searched group.",
    ("window_id", "group_id", "layer"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("layer", "string", "behaviour or perception", one_of=LAYERS),
        Column("indicator", "string", "the layer's lead"),
        Column("effect_shrunk", "double", "log-odds, or SD", nullable=True),
        Column("low", "double", "90 % interval of the effect", nullable=True),
        Column("high", "double", "upper end", nullable=True),
        Column("p_family", "double", "familywise over the tree", nullable=True),
        Column("q", "double", "false discovery rate over the tree", nullable=True),
        Column("p_low", "double", "one-sided p: colder", nullable=True),
        Column("p_high", "double", "one-sided p: warmer", nullable=True),
        Column(
            "odds_cooler", "double", "probability of being cooler than the rest", nullable=True
        ),
        Column("n_people", "int64", "informative members", lowest=0),
        Column("n_windows", "int16", "windows with data", lowest=0),
        Column("n_same_sign", "int16", "windows with the same sign", lowest=0),
        Column("is_robust", "bool", "survives dropping any one member"),
        Column("is_covered", "bool", "enough members have data"),
        Column("mde", "double", "smallest effect that could be seen", nullable=True),
        Column("is_top", "bool", "highest homogeneous group"),
        Column("verdict", "string", "the word", one_of=VERDICT_WORDS),
        Column("why", "string", "why not more", nullable=True),
    ),
)

JOINT_VERDICTS = Contract(
    "joint_verdicts",
    "private",
    "Both layers read together.",
    ("window_id", "group_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("behaviour", "string", "verdict", one_of=VERDICT_WORDS),
        Column("perception", "string", "verdict", one_of=VERDICT_WORDS),
        Column("joint", "string", "joint reading", one_of=JOINT_WORDS),
        Column("p", "double", "of the joint reading", nullable=True),
        Column("q", "double", "within its class", nullable=True),
    ),
)

FINDINGS = Contract(
    "findings",
    "private",
    "What is worth saying, as sentences.",
    ("finding_id",),
    (
        Column("finding_id", "string", "stable hash of kind, groups, indicators, first window"),
        Column("window_id", "int32", "last window of the period"),
        Column(
            "kind",
            "string",
            "what kind of finding",
            one_of=("hotspot", "desert", "watch", "blind_spot", "fact", "data_gap", "leaning"),
        ),
        Column("group_id", "string", "whom it is about", nullable=True),
        Column("indicator", "string", "main indicator", nullable=True),
        Column("effect", "double", "effect behind it", nullable=True),
        Column("severity", "int8", "0 to 4; orders findings of one kind", lowest=0, highest=4),
        Column("confidence", "string", "how sure", one_of=("low", "medium", "high")),
    ),
)

ROBUSTNESS = Contract(
    "robustness",
    "private",
    "How each verdict fares when data is missing: one row per check.",
    ("window_id", "group_id", "layer", "kind"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("layer", "string", "behaviour or perception", one_of=LAYERS),
        Column(
            "kind",
            "string",
            "what was taken away or looked at",
            one_of=(
                *("missing_10", "missing_20", "missing_30", "without_channel"),
                *("senders_elsewhere", "unweighted", "tipping_point"),
            ),
        ),
        Column("detail", "string", "the channel that mattered most, where one did", nullable=True),
        Column(
            "value",
            "double",
            "share of deletions that keep the verdict; share of inbound from senders who write "
            "mostly elsewhere; weighted less unweighted, or the shift that changes the verdict, "
            "in SD",
            nullable=True,
        ),
        Column("n", "int32", "deletions tried", lowest=0),
        Column("is_enough", "bool", "the verdict stands this check"),
    ),
)

REGIONS = Contract(
    "regions",
    "private",
    "Whether a group's neighbourhood in the network is colder: a view, never a verdict.",
    ("window_id", "group_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "lowest group"),
        Column("g", "double", "precision-weighted Gi* of its neighbourhood", nullable=True),
        Column("p", "double", "two-sided permutation p", nullable=True, lowest=0, highest=1),
        Column("q", "double", "Benjamini-Hochberg", nullable=True, lowest=0, highest=1),
        Column("n_neighbours", "int32", "groups in the neighbourhood", lowest=0),
        Column("region", "string", "what is seen", one_of=REGION_WORDS),
    ),
)

PROFILES = Contract(
    "profiles",
    "private",
    "Elements of empathy of each group within one layer; never added up to one score.",
    ("window_id", "group_id", "layer", "element"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("layer", "string", "behaviour or perception", one_of=LAYERS),
        Column("element", "string", "element of empathy"),
        Column("value", "double", "mean shrunken z; above 0 warmer", nullable=True),
        Column("n_people", "int64", "fewest people behind one of its indicators", lowest=0),
        Column("n_observed", "int32", "indicators observed", lowest=0),
        Column("n_indicators", "int32", "indicators of this element and layer", lowest=0),
        Column("rank_low", "int32", "best rank over random weightings", nullable=True, lowest=1),
        Column("rank_high", "int32", "worst rank", nullable=True, lowest=1),
        Column("n_ranked", "int32", "groups ranked", lowest=0),
    ),
)

THEMES = Contract(
    "themes",
    "private",
    "What coded interviews of each group speak of.",
    ("window_id", "group_id", "element", "code", "polarity"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("group_id", "string", "the group"),
        Column("element", "string", "element of empathy that the code belongs to"),
        Column("code", "string", "code of the closed code book"),
        Column("polarity", "string", "how it was spoken of", one_of=POLARITIES),
        Column("n_interviewees", "int64", "interviewees who named it", lowest=0),
        Column("n_interviews", "int64", "interviewees of the group", lowest=0),
        Column("is_theme", "bool", "named by enough, coded reliably"),
    ),
)

SLICES = Contract(
    "slices",
    "private",
    "The cube beside the tree: location, level, and each of them crossed with one dimension more.",
    ("window_id", "slice_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("slice_id", "string", "stable hash of unit, location and level"),
        Column("kind", "string", "its dimensions", one_of=SLICE_KINDS),
        Column("group_id", "string", "group; null where the unit is left open", nullable=True),
        Column("location", "string", "site of the roster; null where left open", nullable=True),
        Column("level", "string", "level of the roster; null where left open", nullable=True),
        Column("n_people", "int64", "members at the period's last window start", lowest=1),
    ),
)

SLICE_PEOPLE = Contract(
    "slice_people",
    "private",
    "Who may stand behind each slice; everybody has one location and level in a period.",
    ("window_id", "slice_id", "person_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("slice_id", "string", "the slice"),
        Column("person_id", "string", "member, or somebody who left before the last window"),
    ),
    (Reference("slice_id", "slices", "slice_id"),),
)

SLICE_ATOMS = Contract(
    "slice_atoms",
    "private",
    "Finest disjoint sets of people, lowest group x location x level, with what they add to.",
    ("window_id", "indicator", "atom_id"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("indicator", "string", "the indicator; empty: members, whatever they contribute"),
        Column("atom_id", "string", "stable hash of group, location and level"),
        Column("group_id", "string", "lowest group: it counts in all groups above too"),
        Column("location", "string", "site; null where not stated", nullable=True),
        Column("level", "string", "level; null where not stated", nullable=True),
        Column("n_people", "int64", "people of the set who contribute", lowest=1),
    ),
)

SLICE_VALUES = Contract(
    "slice_values",
    "private",
    "Indicators of slices: described, not judged.",
    ("window_id", "slice_id", "indicator"),
    (
        Column("window_id", "int32", "last window of the period"),
        Column("slice_id", "string", "the slice"),
        Column("indicator", "string", "the indicator"),
        Column("value", "double", "raw value in the indicator's scale", nullable=True),
        Column("value_low", "double", "90 % interval of the value", nullable=True),
        Column("value_high", "double", "the same, upper end", nullable=True),
        Column("n_people", "int64", "people behind it", lowest=0),
        Column("n_observations", "int64", "messages, ties or answers behind it", lowest=0),
        Column(
            "top_share",
            "double",
            "largest weight of one person",
            nullable=True,
            lowest=0,
            highest=1,
        ),
        Column("status", "string", "whether it may be looked at", one_of=VALUE_STATES),
        Column("why", "string", "reason where it is not shown", nullable=True),
    ),
    (Reference("slice_id", "slices", "slice_id"),),
)

RESULTS = {
    t.name: t
    for t in (
        ORG_GROUPS,
        UNIT_GROUPS,
        GROUP_PEOPLE,
        COVERAGE,
        INDICATORS,
        INDICATOR_VALUES,
        RELIABILITY,
        VERDICTS,
        JOINT_VERDICTS,
        FINDINGS,
        ROBUSTNESS,
        REGIONS,
        PROFILES,
        THEMES,
        SLICES,
        SLICE_PEOPLE,
        SLICE_ATOMS,
        SLICE_VALUES,
    )
}
