"""Text that comes from data: cleaned once on its way in, escaped for each place it is shown."""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 80
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!$:|<>~&@])")
_LINK = re.compile(r"(?<=[:@])|(?<=www)", re.IGNORECASE)
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  full-width forms are live in spreadsheets
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(text: str, length: int = NAME_LENGTH) -> str:
    """Return a name fit to be kept: NFC, one line, no control or format characters, bounded.

    Bidirectional marks and zero-width characters go, because they make one name look like
    another. An empty result becomes "(no name)".
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if c.isspace() else c for c in composed if c.isspace() or _is_visible(c))
    single = " ".join(visible.split())
    if len(single) > length:
        single = single[: length - 1].rstrip() + "…"
    return single or "(no name)"


def md(text: str) -> str:
    """Return text that any Streamlit label shows literally: no image, link, icon or colour."""
    return _MARKDOWN.sub(r"\\\1", _LINK.sub("\u200b", text))


def spreadsheet(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe before a risky start."""
    bare = text.lstrip(" \u00a0")
    return "'" + text if bare[:1] and bare[0] in _FORMULA_STARTS else text


def slug(text: str, fallback: str = "audit") -> str:
    """Return an ASCII file-name part made of lower-case letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or fallback


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED
