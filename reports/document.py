"""A document in the order of reading, put together from the Brief; sentences arrive published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.rows import Row, rows
from reports import method, theme
from reports.brief import About, Brief
from reports.charts.legend import legend_items
from reports.charts.org_map import map_alt
from reports.charts.shares import share_alt
from reports.focus import focus_groups
from reports.parts import Card, Document, Section, Step, Story, TableRow
from reports.rows import group_rows, table_rows
from reports.trust import balance_rows, catalogue, checks

_STANDING_OUT = ("desert", "desert_watch", "hotspot", "hotspot_watch", "blind_spot")
TOP = 3
MOST_FOCUS = 6
MOST_STORIES = 12
BRIEF_KINDS = ("leaning", "fact", "data_gap")
_KINDS = ("desert", "blind_spot", "hotspot", "watch", "leaning", "data_gap")


def document(brief: Brief) -> Document:
    """Return everything the documents say about one period."""
    about = brief.about
    stories = _stories(brief)
    told = [s for kind in _KINDS if (s := _section(kind, stories)) is not None]
    parts, balance = balance_rows(brief)
    return Document(
        title=about.title,
        is_sample=about.is_sample,
        period=theme.days(brief.period.first_on, brief.period.last_on),
        purpose=method.PURPOSE,
        headline=about.headline,
        next_step=about.next_step,
        leads=f"Read {about.leads_with} first. {about.leads_why}",
        caveat=about.caveat,
        foot=brief.foot,
        cards=_cards(brief),
        top=tuple(story for kind, story in stories if kind not in BRIEF_KINDS)[:TOP],
        how_to_read=theme.HOW_TO_READ if len(brief.edges) else theme.NO_TIES,
        legend=tuple(legend_items("both")),
        legend_layer=tuple(legend_items("behaviour")),
        quiet=_quiet(told),
        sections=tuple(told),
        facts=_section("fact", stories),
        focus=focus_groups(brief, _in_focus(brief)),
        table=_table(brief),
        balance_parts=parts,
        balance=balance,
        checks=checks(brief),
        indicators=catalogue(brief),
        passages=method.passages(brief),
        limits=theme.CANNOT_SHOW,
        particulars=_particulars(brief),
        alt={"map": map_alt(brief, "both"), "shares": share_alt(brief)},
    )


def count_states(brief: Brief) -> dict[str, int]:
    """Return how many groups are in each state, both layers read together.

    Of a group that stands out with all below it, only the highest is counted, as in the headline.
    """
    marks = group_rows(brief, "both")
    marks = marks[marks["depth"] > 0]
    tops = brief.verdicts.loc[brief.verdicts["is_top"], "group_id"]
    is_below = marks["state"].isin(_STANDING_OUT) & ~marks["id"].isin(tops)
    counts = marks["state"].mask(is_below, "typical").value_counts()
    return {key: int(counts.get(key, 0)) for key in theme.STATES}


def _cards(brief: Brief) -> tuple[Card, ...]:
    counts = count_states(brief)
    total = sum(counts.values())
    of = f"of {total} {'group' if total == 1 else 'groups'}"
    return (
        Card(
            "Deserts",
            str(counts["desert"]),
            of,
            f"{counts['desert_watch']} more in one layer or on watch",
            "desert",
        ),
        Card(
            "Hotspots",
            str(counts["hotspot"]),
            of,
            f"{counts['hotspot_watch']} more in one layer or on watch",
            "hotspot",
        ),
        Card(
            "Blind spots",
            str(counts["blind_spot"]),
            of,
            "where behaviour and survey disagree",
            "blind_spot",
        ),
        _response(brief),
    )


def _response(brief: Brief) -> Card:
    asked = rows(brief.quality[brief.quality["section"] == "response"])
    if not asked:
        return Card("Survey response", "–", "", "nobody was asked", "")
    last = asked[-1]
    number = last.maybe_number("number")
    if number is None:
        return Card("Survey response", "–", "", last.text("text").lower(), "")
    return Card("Survey response", f"{number:.0f} %", "", f"rounded; {last.text('item')}", "")


def _stories(brief: Brief) -> list[tuple[str, Story]]:
    states = {r.text("id"): r for r in rows(group_rows(brief, "both"))}
    steps: dict[str, list[Step]] = {}
    for row in rows(brief.evidence.sort_values(["finding_id", "step"])):
        steps.setdefault(row.text("finding_id"), []).append(
            Step(row.text("name"), row.text("says"))
        )
    return [(r.text("kind"), _story(r, states, steps)) for r in rows(brief.findings)]


def _story(row: Row, states: dict[str, Row], steps: dict[str, list[Step]]) -> Story:
    group = states.get(row.maybe_text("group_id") or "")
    return Story(
        headline=row.text("headline"),
        detail=row.text("detail"),
        caveat=row.text("caveat"),
        next_step=row.maybe_text("next_step") or "",
        confidence=row.text("confidence"),
        state=group.text("state") if group else "",
        band=group.text("band") if group else "",
        steps=tuple(steps.get(row.text("finding_id"), ())),
    )


def _section(kind: str, stories: Iterable[tuple[str, Story]]) -> Section | None:
    mine = [story for k, story in stories if k == kind]
    if not mine:
        return None
    rest = len(mine) - MOST_STORIES
    caveats = {story.caveat for story in mine}
    return Section(
        kind=kind,
        title=method.SECTION_TITLES[kind],
        lead=method.SECTION_LEADS[kind],
        is_brief=kind in BRIEF_KINDS,
        stories=tuple(mine[:MOST_STORIES]),
        caveat=caveats.pop() if len(caveats) == 1 else "",
        more=f"{rest} more of this kind stand in the workbook." if rest > 0 else "",
    )


def _quiet(sections: Sequence[Section]) -> str:
    if any(not s.is_brief for s in sections):
        return ""
    return (
        "Nothing stood out beyond chance in this period. That is a finding too: how small a "
        "difference could have been seen stands beside each group."
    )


def _in_focus(brief: Brief) -> list[str]:
    """The groups of the first findings; where nothing stood out, those that lean."""
    strong = brief.findings[~brief.findings["kind"].isin(BRIEF_KINDS)]
    chosen = strong if len(strong) else brief.findings[brief.findings["kind"] == "leaning"]
    return list(dict.fromkeys(str(i) for i in chosen["group_id"].dropna()))[:MOST_FOCUS]


def _table(brief: Brief) -> tuple[TableRow, ...]:
    return tuple(
        TableRow(
            name=r.text("name"),
            division="" if r.whole("depth") == 1 else r.text("division"),
            is_division=r.whole("depth") == 1,
            is_shown=r.flag("is_shown"),
            band=r.text("band").removesuffix(" people"),
            state=r.text("state"),
            behaviour=r.text("behaviour"),
            behaviour_state=r.text("behaviour_state"),
            behaviour_number=_number(r, "behaviour"),
            perception=r.text("perception"),
            perception_state=r.text("perception_state"),
            perception_number=_number(r, "perception"),
            joint=r.text("joint"),
            why=r.text("why"),
        )
        for r in rows(table_rows(brief))
    )


def _number(row: Row, layer: str) -> str:
    effect = row.text(f"{layer}_effect")
    return f"{effect} ({row.text(f'{layer}_interval')})" if effect else ""


def _particulars(brief: Brief) -> tuple[Step, ...]:
    about = brief.about
    titles = dict(zip(brief.indicators["indicator"], brief.indicators["title"], strict=True))
    return (
        Step("Organization", f"about {about.people:,} people, {about.n_groups} groups"),
        Step("Data", f"{theme.days(about.first_on, about.last_on)}"),
        Step("Periods", f"{len(brief.periods)}; this report: {brief.period.label}"),
        Step("Windows", _windows(about, brief.period.n_windows)),
        Step("Behaviour rests on", titles.get(about.lead_behaviour, about.lead_behaviour)),
        Step("Perception rests on", titles.get(about.lead_perception, about.lead_perception)),
        Step("Answers known by", _REPLIES[about.reply_quality]),
        Step("Floor and policy", f"{about.min_people} people, {about.policy}"),
        Step("Run", about.run_id),
        Step("Configuration", about.config_hash),
        Step("Seed", str(about.seed)),
        Step("Version", about.version),
    )


_REPLIES = {
    "explicit": "the export's own reply links",
    "pseudo": "the order of messages (no reply links in the export)",
    "none": "not known",
}


def _windows(about: About, n_windows: int) -> str:
    return f"{n_windows} windows of {about.weeks_per_window} weeks"
