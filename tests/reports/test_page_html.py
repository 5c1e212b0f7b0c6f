from __future__ import annotations

import pytest
from made_up_company import NAUGHTY
from read_reports import Page, read_page
from written_reports import written

from core.text import clean_name
from reports.brief import Brief


@pytest.fixture(scope="module")
def page() -> Page:
    return read_page(written("html", "small", True))


def test_hostile_names_are_read_literally(page: Page) -> None:
    cells = {cell.strip() for _, row in page.rows for cell in row}
    for name in NAUGHTY[:12]:  # the small release has twelve groups below the whole
        assert clean_name(name) in cells


def test_templates_in_names_are_not_filled(page: Page) -> None:
    assert "{{ 7*7 }}{% raw %}" in page.text
    assert page.scripts == []


def test_every_figure_has_a_text_of_its_own(page: Page) -> None:
    assert len(page.labels) == 4
    assert len({label for label in page.labels if len(label) > 30}) == 4


def test_the_first_words_are_the_answer(page: Page, hostile: Brief) -> None:
    for part in (hostile.about.headline, hostile.about.next_step, hostile.about.leads_why):
        assert part in page.text
    assert page.text.index(hostile.about.headline) < page.text.index("The organization on one map")


def test_the_smallest_report_says_so() -> None:
    page = read_page(written("html", "smallest"))
    assert "Nothing stood out beyond chance" in page.text
    assert "There is one group here" in page.text
    assert "0 of 0 groups" in page.text.replace("  ", " ")
