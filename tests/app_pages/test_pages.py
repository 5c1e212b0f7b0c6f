"""Every page opens on every release and says what the published tables say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit as st
from app_text import markup_of, text_of, title_of
from shared_data import CHECKOUT

from app_pages import _card, _chain, _data, _settings
from app_pages._gate import LOOPBACK_ONLY
from app_pages._markup import Markup, fill
from core.errors import UsageError
from core.published import Published
from core.roles import LOCAL, PAGES, ROLES
from core.text import md
from reports.brief import Brief
from reports.document import document

TOLD = ("overview", "map", "unit", "reports", "quality")
"""Pages that speak of a release, and say how to make one where there is none."""
HIDDEN = "operations-safety"
NUMBERS = re.compile(r"points|\bSD\b|interval|[0-9]+ %|[0-9]+[–-][0-9]+ people")


@pytest.mark.parametrize("run", ["full", "small", "smallest", "hostile"])
def test_every_page_opens(open_app, run) -> None:
    at = open_app(run)
    for page in LOCAL.pages:
        at.switch_page(f"app_pages/{page}.py").run()
        assert not at.exception, page
        assert title_of(at), page


def test_every_script_is_a_page_and_every_page_opens_for_somebody() -> None:
    scripts = {path.stem for path in (CHECKOUT / "app_pages").glob("[a-z]*.py")}
    assert scripts == set(PAGES)
    assert {page for role in (LOCAL, *ROLES.values()) for page in role.pages} == set(PAGES)


def test_without_a_run_every_page_says_how_to_make_one(open_app) -> None:
    at = open_app("missing")
    for page in TOLD:
        at.switch_page(f"app_pages/{page}.py").run()
        assert not at.exception, page
        assert title_of(at) == "No audit here yet"
        assert [c.value for c in at.code] == [
            "python -m audit demo",
            "python -m audit run audit.toml",
        ]


def test_the_method_can_be_read_without_a_run(open_app) -> None:
    at = open_app("missing", "method")
    assert not at.exception
    assert title_of(at) == "Method and privacy"


def test_overview_leads_with_the_published_sentence_and_its_findings(open_app, runs) -> None:
    brief = Brief.gather(Published(runs["full"] / "published"))
    at = open_app("full")
    assert title_of(at) == brief.about.headline
    text = text_of(at)
    for headline in brief.findings["headline"]:
        assert headline in text
    assert brief.about.next_step in text
    assert brief.about.caveat in text


def test_the_bar_of_overview_counts_the_marks_of_the_map(open_app) -> None:
    # By hand from the plants of the made-up company: confirmed deserts Fleet, Dispatch; process
    # deserts Stores, Maintenance, Field West; blind spots Field East, Growth, Complaints,
    # Discovery; process hotspots Quality Desk, Learning, Sensors; confirmed Technical Help,
    # Platform; six groups are hidden.
    text = text_of(open_app("full"))
    for words in ("2 desert", "3 watch, colder", "4 blind spot", "3 watch, warmer", "2 hotspot",
                  "6 not shown"):  # fmt: skip
        assert f" {words} " in text


def test_the_figures_of_overview_are_those_of_the_documents(open_app, runs) -> None:
    cards = document(Brief.gather(Published(runs["full"] / "published"))).cards
    text = text_of(open_app("full"))
    assert len(cards) == 4
    for card in cards:
        assert " ".join(f"{card.label} {card.number} {card.of} {card.says}".split()) in text


def test_where_most_groups_have_no_verdict_overview_says_so_first(open_app) -> None:
    small, full = text_of(open_app("small")), text_of(open_app("full"))
    said = small.index("“not enough evidence”")
    assert said < small.index("Deserts")
    assert "Divisions and leanings" in small
    assert "Divisions and leanings" not in full


def test_an_unknown_unit_opens_none(open_app) -> None:
    for page in ("map", "unit"):
        at = open_app("full", page, unit="no-such-unit")
        assert not at.exception
        assert at.selectbox[0].value is None
        assert "unit" not in at.query_params


def test_a_link_by_id_opens_its_unit(open_app) -> None:
    at = open_app("full", "unit", unit="operations-fleet")
    assert title_of(at) == "Fleet"
    assert at.query_params["unit"] in ("operations-fleet", ["operations-fleet"])


def test_a_hidden_unit_shows_why_and_no_number(open_app) -> None:
    at = open_app("full", "unit", unit=HIDDEN)
    assert not at.exception
    text = text_of(at)
    main = text[text.index("Safety") :]
    assert "Not shown: fewer than 8 people. This protects the people in small groups." in main
    assert not NUMBERS.search(main.replace("fewer than 8 people", ""))
    assert "Open Operations instead" in text


def test_a_hidden_unit_shows_no_number_in_the_side_panel(open_app) -> None:
    at = open_app("full", "map", unit="sales-sales-support")
    text = text_of(at)
    panel = text[text.index("Sales Support") :]
    assert "Not shown: would reveal a smaller group." in panel
    assert "points, 90 %" not in panel
    assert "SD, 90 %" not in panel


def test_a_merged_unit_opens_the_group_that_reports_for_it(open_app) -> None:
    at = open_app("small", "unit", unit="workshop-dispatch")
    assert title_of(at) == "Workshop: Stores and Dispatch"
    assert "Dispatch is read within this group" in text_of(at)


def test_the_unit_page_stands_in_the_order_of_reading(open_app) -> None:
    text = text_of(open_app("full", "unit", unit="operations-fleet"))
    parts = ("Confirmed desert", "Behaviour", "Hears", "Sees", "Says and does",
             "Thinks and feels", "Strains", "Strengths")  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    for header in ("Empathy map", "Strongest contact", "Over time", "What to try", "Evidence"):
        assert header in text


def test_both_periods_can_be_drawn(open_app) -> None:
    at = open_app("full", "map")
    control = at.get_by_key("period")
    control.set_value(2).run()
    assert not at.exception
    assert "13 January" in text_of(at)


def test_thinks_and_feels_never_holds_a_behaviour_indicator() -> None:
    lines = [
        _card.Line("Reply speed", "behaviour", "thinks_feels", "50 %", "", "none", True, True)
    ]
    quadrant = next(q for q in _card.QUADRANTS if q.key == "thinks_feels")
    card = _card.quadrant_card(quadrant, lines)
    assert "Reply speed" not in card
    assert "Nobody was asked" in card


def test_a_theme_of_interviews_stands_in_its_quadrant_without_a_count(open_app) -> None:
    text = text_of(open_app("full", "unit", unit="operations-fleet"))
    hears, sees = text.index("What reaches people here?"), text.index("What surrounds them?")
    assert hears < text.index("Told too late") < sees
    assert "Interviews: a strain left without an answer (active listening), told too late" in text
    assert "Interviews: helps thanked" in text
    card = _card.quadrant_card(_card.QUADRANTS[0], [
        _card.Line("thanked <b>twice</b>", "interviews", "hears", "Helps", "recognition", "none",
                   is_lead=False, is_observed=True)])  # fmt: skip
    assert "<b>" not in card
    assert "thanked &lt;b&gt;twice" in card


def test_a_group_without_a_theme_says_so_where_others_have_one(open_app) -> None:
    assert _card.NO_THEME in text_of(open_app("full", "unit", unit="finance-tax"))
    assert "Interviews" not in text_of(open_app("smallest", "unit"))


def test_the_published_catalogue_keeps_behaviour_out_of_thinks_and_feels(runs) -> None:
    catalogue = Published(runs["full"] / "published").table("indicators")
    felt = catalogue[catalogue["quadrant"] == "thinks_feels"]
    assert set(felt["layer"]) == {"perception"}


def test_the_unit_page_shows_the_chain_behind_each_verdict_step_by_step(open_app) -> None:
    at = open_app("full", "unit", unit="operations-fleet")
    text = text_of(at)
    chain = text[text.index("What was counted") :]
    steps = ("What was counted", "How large is the gap?", "Could it be chance?",
             "Would it hold with people missing?", "What can this not show?")  # fmt: skip
    places = [chain.index(step) for step in steps]
    assert places == sorted(places)
    assert "<i>in person</i>" not in markup_of(at)
    labels = [e.label.replace("\\", "") for e in at.expander]
    assert [label.partition(":")[0] for label in labels] == ["Behaviour", "Perception"]
    assert "Desert" in labels[0]


def test_a_hidden_unit_has_no_chain(open_app) -> None:
    assert "What was counted" not in text_of(open_app("full", "unit", unit=HIDDEN))


def test_the_map_shows_neighbourhoods_as_a_view_with_what_they_miss(open_app) -> None:
    text = text_of(open_app("full", "map"))
    view = text[text.index("A view, never a verdict.") :]
    assert "Cooler together" in view
    assert "Fleet" in view
    assert "Safety" not in view[view.index("Cooler together") :].partition("Open")[0]
    assert _chain.NO_REGIONS in text_of(open_app("smallest", "map"))


def test_an_absent_indicator_says_why(open_app) -> None:
    text = text_of(open_app("full", "unit", unit="finance-tax"))
    assert "Not observed" in text
    assert "survey response below 50 %" in text


def test_quality_shows_the_balance_sheet_and_why_groups_are_hidden(open_app) -> None:
    text = text_of(open_app("full", "quality"))
    assert "Message trace 21,640 21,105 320 210 5" in text
    assert "Would reveal a smaller group" in text
    assert "Look here" in text


def test_every_sidebar_names_the_run_and_the_floor(open_app) -> None:
    text = text_of(open_app("full", "quality"))
    assert "Sample company" in text
    assert "Groups under 8 people are not shown." in text
    assert "Sample company" not in text_of(open_app("small", "quality"))


@pytest.mark.parametrize(
    ("address", "alone"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.4.5.6", True),
     ("", False), (None, False), ("::", False), ("192.168.0.7", False),
     ("audit.example", False)],
)  # fmt: skip
def test_only_loopback_is_this_machine_alone(address, alone) -> None:
    assert _settings.is_loopback(address) is alone


def test_another_address_gets_one_sentence_and_no_page(open_app, monkeypatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda _: "192.168.0.7")
    at = open_app("full")
    assert [e.value for e in at.error] == [md(LOOPBACK_ONLY)]
    assert "Fleet" not in text_of(at)


def test_an_error_of_ours_is_shown_with_its_remedy(open_app, monkeypatch) -> None:
    def refuse(release: object) -> None:
        raise UsageError("The release is torn.", code="E-X-1", hint="Run the audit again.")

    monkeypatch.setattr("app_pages._parts.sidebar", refuse)
    at = open_app("full")
    assert not at.exception
    assert [e.value.replace("\\", "") for e in at.error] == [
        "The release is torn. (E-X-1) Run the audit again."
    ]


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [([], Path("runs/sample")), (["--run", "runs/x"], Path("runs/x")),
     (["--run=runs/y"], Path("runs/y")), (["--run"], Path("runs/sample"))],
)  # fmt: skip
def test_the_run_folder_comes_from_the_command_line(arguments, folder) -> None:
    assert _data.run_folder(arguments) == folder


def test_markup_escapes_what_is_not_markup() -> None:
    inner = fill("<b>{name}</b>", name="<img src=x onerror=alert(1)>\"'&")
    assert inner == "<b>&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;</b>"
    assert fill("<p>{inner}</p>", inner=inner) == f"<p>{inner}</p>"
    assert isinstance(inner, Markup)


def test_hostile_names_stay_text(open_app) -> None:
    for page, query in (("overview", {}), ("map", {}), ("unit", {"unit": "operations-fleet"})):
        markup = markup_of(open_app("hostile", page, **query))
        assert not re.search(r"<(img|script|a |iframe)", markup)
