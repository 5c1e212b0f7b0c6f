"""The shipped scales: structure, terms, and wording only where it is ours."""

from __future__ import annotations

import csv

import pytest
from shared_data import CHECKOUT

from audit.registry import indicators
from ingest.survey.scales import shipped, wordings

PAGE = (CHECKOUT / "docs" / "surveys.md").read_text(encoding="utf-8")
TEMPLATE = CHECKOUT / "examples" / "templates" / "questionnaire.csv"
CONSTRUCTS = {plugin.meta.construct for plugin in indicators if plugin.meta.construct}


def test_every_survey_indicator_has_a_shipped_scale_and_the_other_way_round() -> None:
    assert {scale.construct for scale in shipped().scales} == CONSTRUCTS


def test_a_scale_has_the_items_and_the_polarity_of_its_source() -> None:
    # Edmondson 1999: 7 items, 1, 3 and 5 reversed; Eisenberger 1986 short form: 2, 3, 5, 7.
    items = shipped().items
    turned = {
        name: [i.item_no for i in items if i.scale_id == name and i.is_reversed]
        for name in CONSTRUCTS
    }
    assert turned.pop("psychological_safety") == [1, 3, 5]
    assert turned.pop("support") == [2, 3, 5, 7]
    assert not any(turned.values())


@pytest.mark.parametrize("name", sorted(CONSTRUCTS))
def test_wording_stands_only_under_our_own_licence(name: str) -> None:
    [scale] = [s for s in shipped().scales if s.scale_id == name]
    words = wordings()[name]
    assert bool(words) == ("MIT" in scale.licence)
    assert len(words) in (0, sum(i.scale_id == name for i in shipped().items))
    assert all(text in PAGE for text in words)


@pytest.mark.parametrize("name", sorted(CONSTRUCTS))
def test_the_page_names_each_scale_with_its_items_and_answers(name: str) -> None:
    own = [item for item in shipped().items if item.scale_id == name]
    turned = ", ".join(str(item.item_no) for item in own if item.is_reversed) or "none"
    answers = f"{own[0].lowest} to {own[0].highest}"
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    assert f"| {len(own)} | {turned} | {answers} | {own[0].referent} |" in row


def test_the_template_holds_every_item_once_and_leaves_others_words_to_fill_in() -> None:
    with TEMPLATE.open(encoding="utf-8", newline="") as stream:
        rows = {row["item"]: row for row in csv.DictReader(stream)}
    words = wordings()
    assert set(rows) == {item.item_id for item in shipped().items}
    for item in shipped().items:
        row = rows[item.item_id]
        assert (row["reversed"] == "yes") == item.is_reversed
        own = words[item.scale_id]
        assert row["wording"] == own[item.item_no - 1] if own else "(fill in" in row["wording"]
