"""`md` shows every string letter by letter in each kind of element, in headless Chromium."""

from __future__ import annotations

import json
from pathlib import Path

import hostile_names as hostile
import pytest
from beacon import beacon
from playwright.sync_api import Page, expect
from served_app import served
from watched_page import INJECTED, RAN, watched

from core.text import clean_name

pytestmark = pytest.mark.browser

# One string a row, in each element whose text Streamlit takes for Markdown.
SCRIPT = """
import json, sys
import streamlit as st
from core.text import md

texts = json.loads(open(sys.argv[1], encoding="utf-8").read())
st.html("<h1>Gallery</h1>")
for i, text in enumerate(texts):
    shown = md(text)
    st.markdown(shown, help=shown)
    st.button(shown, key=f"b{i}", help=shown)
    st.expander(shown)
    st.caption(shown)
    st.error(shown, icon=":material/error:")
    st.metric(shown, shown, shown)
    st.checkbox(shown, key=f"c{i}")
    st.subheader(shown, anchor=False)
st.radio("Which?", texts, format_func=md)
st.segmented_control("Which one?", texts, format_func=md)
st.tabs([md(text) for text in texts])
"""
# Without an icon of ours the first emoji of an alert would become one.
KINDS = (
    "stMarkdown",
    "stCaptionContainer",
    "stAlertContainer",
    "stMetricLabel",
    "stHeading",
    "stCheckbox",
    "stBaseButton-secondary",
    "stTab",
)
BATCH = 100


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 600, BATCH))
def test_every_string_is_shown_letter_by_letter(browser, tmp_path, first) -> None:
    with beacon() as listener:
        everything = [clean_name(text, 300) for text in hostile.everything(listener.url)]
        chosen = list(dict.fromkeys(everything))[first : first + BATCH]
        script = _laid_out(tmp_path, chosen)
        with served(tmp_path, tmp_path / "texts.json", script) as url:
            with watched(browser, url) as seen:
                page = seen.go("")
                page.wait_for_selector('[data-testid="stTabs"]')
                seen.settled()
                assert page.locator("h1").inner_text() == "Gallery"
                for kind in KINDS:
                    assert _lost(page, kind, chosen) == [], kind
                assert page.evaluate(RAN)
                assert page.locator(INJECTED).count() == 0
                assert page.locator('section.stMain [data-testid="stMain"] img').count() == 0
            assert seen.beyond == []
        assert listener.hits == []


def _laid_out(folder: Path, texts: list[str]) -> str:
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    script = folder / "gallery.py"
    script.write_text(SCRIPT.replace("sys.argv[1]", "sys.argv[2]"), encoding="utf-8")
    return str(script)


def _lost(page: Page, kind: str, wanted: list[str]) -> list[str]:
    """Return the strings that stand in no element of a kind, letter by letter."""
    found = page.locator(f'[data-testid="{kind}"]')
    expect(found.nth(len(wanted) - 1)).to_be_attached(timeout=60_000)
    texts = {" ".join(t.replace("\u200b", "").split()) for t in found.all_text_contents()}
    return [text for text in wanted if text not in texts and f"error{text}" not in texts]
