"""Text that comes from data: cleaned once on its way in, escaped for each place it is shown."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

NAME_LENGTH = 80
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!$:|<>~&@])")
_LINK = re.compile(r"(?<=[:@])|(?<=www)", re.IGNORECASE)
_DRAWN = re.compile(r"(?<!\S)(<->|->|<-|--|>=|<=|~=)(?!\S)")  # Streamlit draws arrows and dashes
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  full-width forms are live in spreadsheets
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks without a shape: fillers, joiners, selectors of a variant.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
# Alphabets whose letters pass for Latin ones, by the first word of a character's name.
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
_STYLED = {"FULLWIDTH", "MATHEMATICAL"}


def clean_name(text: str, length: int = NAME_LENGTH) -> str:
    """Return a name fit to be kept: NFC, one line, no control or format characters, bounded.

    Bidirectional marks, zero-width characters and letters without a shape go, because they make
    one name look like another. An empty result becomes "(no name)".
    """
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    single = " ".join(unicodedata.normalize("NFC", kept).split())
    if len(single) > length:
        single = single[: length - 1].rstrip() + "…"
    return single or "(no name)"


def md(text: str) -> str:
    """Return text that any Streamlit label shows literally: no image, link, icon or colour."""
    apart = _DRAWN.sub(lambda m: f"{m[0][0]}\u200b{m[0][1:]}", _LINK.sub("\u200b", text))
    return _MARKDOWN.sub(r"\\\1", apart)


def foreign_letters(name: str) -> str:
    """Return the letters of a name that only look like its others, with their code points.

    A word that mixes alphabets names the letters of the rarer one; a letter in a styled form is
    always named. Empty for an ordinary name.
    """
    found: dict[str, None] = {}
    for word in name.split():
        scripts = {c: _script(c) for c in word if c.isalpha()}
        counts = Counter(scripts[c] for c in word if c in scripts and scripts[c] in _ALIKE)
        usual = max(counts, key=lambda s: (counts[s], s == "LATIN")) if counts else ""
        odd = {s for s in counts if s != usual} | _STYLED
        found |= dict.fromkeys(c for c, script in scripts.items() if script in odd)
    return ", ".join(f"{c} (U+{ord(c):04X} {unicodedata.name(c).lower()})" for c in found)


def spreadsheet(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe before a risky start."""
    bare = text.lstrip(" \u00a0")
    return "'" + text if bare[:1] and bare[0] in _FORMULA_STARTS else text


def slug(text: str, fallback: str = "audit") -> str:
    """Return an ASCII file-name part made of lower-case letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or fallback


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED and not _SHAPELESS.match(character)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
