"""Progress in a terminal: a bar for what is long, plain lines in a log file."""

from __future__ import annotations

import io
import time

import pytest

from audit import terminal
from audit.terminal import TerminalReporter


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_short_steps_draw_nothing() -> None:
    stream = Terminal()
    reporter = TerminalReporter(stream)
    reporter.start("Reading", 10)
    reporter.advance()
    reporter.finish()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("total", "drawn"), [(4, "50 %"), (None, "...")])
def test_long_steps_draw_a_bar_and_end_with_their_seconds(
    total: int | None, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "PATIENCE_S", 0.0)
    monkeypatch.setattr(terminal, "TICK_S", 0.02)
    stream = Terminal()
    reporter = TerminalReporter(stream)
    reporter.start("Reading", total)
    reporter.advance(2)
    time.sleep(0.2)
    reporter.finish()
    assert drawn in stream.getvalue()
    assert stream.getvalue().endswith("Reading: 0 s\n")


def test_a_log_file_gets_two_lines_and_no_control_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE_S", 0.0)
    monkeypatch.setattr(terminal, "TICK_S", 0.02)
    stream = io.StringIO()
    reporter = TerminalReporter(stream)
    reporter.start("Reading", 4)
    time.sleep(0.2)
    reporter.finish()
    assert stream.getvalue() == "Reading ...\nReading: 0 s\n"
