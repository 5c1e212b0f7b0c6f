"""The registry of writers: one file in `reports/writers`, one format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.registry import Registry
from reports.brief import Brief

Writer = Callable[[Brief, Path], None]


@dataclass(frozen=True)
class WriterInfo:
    """What a writer declares: how people call the format, its file ending, its media type."""

    title: str
    suffix: str
    mime: str


writers: Registry[WriterInfo, Writer] = Registry("writer", "reports.writers")
