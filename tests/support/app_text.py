"""What a page of the app says, read from its elements without a browser."""

from __future__ import annotations

import html
import re

from streamlit.testing.v1 import AppTest

_TAG = re.compile(r"<[^>]*>")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


def markup_of(at: AppTest) -> str:
    """Return the HTML that the page hands to the browser, without the style sheet."""
    return _STYLE.sub("", "\n".join(e.proto.body for e in at.get("html")))


def text_of(at: AppTest) -> str:
    """Return the words of the page as a reader sees them, Markdown escapes undone."""
    words = html.unescape(_TAG.sub(" ", markup_of(at)))
    labels = [e.proto.label for e in at.get("page_link")]
    markdown = [str(e.value) for e in (*at.markdown, *at.header, *at.subheader)]
    plain = re.sub(r"\\(.)", r"\1", "\n".join([words, *markdown, *labels]))
    return " ".join(plain.replace("\u200b", "").split())


def title_of(at: AppTest) -> str:
    """Return the page's one main heading."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", markup_of(at), re.DOTALL)
    assert len(found) == 1, found
    return html.unescape(found[0])
