from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from reports.build import build_reports


class Counted:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.done = 0
        self.finished = False

    def start(self, label: str, total: int | None) -> None:
        assert label
        self.total = total

    def advance(self, n: int = 1) -> None:
        self.done += n

    def finish(self) -> None:
        self.finished = True


def test_named_formats_are_written_in_the_order_asked_for(published: Path, tmp_path: Path) -> None:
    shown = Counted()
    paths = build_reports(published, tmp_path / "reports", ["json", "graphml", "json"], shown)
    assert [p.name for p in paths] == [
        "halden-workshop-empathy-audit-2025-06-29.json",
        "halden-workshop-empathy-audit-2025-06-29.graphml",
    ]
    assert all(p.exists() for p in paths)
    assert (shown.done, shown.finished) == (shown.total, True)


def test_an_unknown_format_is_refused_before_anything_is_written(
    published: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no writer named 'docs'") as caught:
        build_reports(published, tmp_path / "reports", ["json", "docs"])
    assert "graphml, html, json" in str(caught.value)
    assert not (tmp_path / "reports").exists()


def test_without_a_release_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="python -m audit demo"):
        build_reports(tmp_path, tmp_path / "reports", ["json"])
