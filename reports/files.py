"""Names of written files, and the one way a writer puts a file in its place."""

from __future__ import annotations

from pathlib import Path

from core.files import write_whole
from core.text import slug
from reports.brief import Brief

TEMPLATES = Path(__file__).parent / "templates"


def file_name(brief: Brief, suffix: str) -> str:
    """Return the name of a written file: title, kind and last day; nothing that tells more."""
    return f"{slug(brief.about.title)}-empathy-audit-{brief.period.last_on}{suffix}"


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with plain line ends, whole or not at all."""
    write_whole(path, text.replace("\r\n", "\n").encode("utf-8"))


def read_template(name: str) -> str:
    """Return a template's text, the same on every system."""
    return (TEMPLATES / name).read_text(encoding="utf-8").replace("\r\n", "\n")
