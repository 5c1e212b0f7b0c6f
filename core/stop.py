"""The kill switch: while a run folder holds a file STOP, nothing is run, reported or shown."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import PrivacyError

STOP = "STOP"
STOPPED = (
    "This audit has been stopped. Nothing is run, reported or shown until the file STOP in its "
    "folder is taken away."
)


def is_stopped(root: Path) -> bool:
    """Return whether a run folder holds a file STOP, whatever is in it."""
    return os.path.lexists(root / STOP)


def refuse_if_stopped(root: Path) -> None:
    """Raise `PrivacyError` while a run folder holds a file STOP."""
    if is_stopped(root):
        raise PrivacyError(
            STOPPED,
            code="E-STOP-001",
            hint="Who put it there has a reason: ask first. Then: python -m audit resume RUN "
            '--reason "..."',
        )
