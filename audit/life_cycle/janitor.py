"""What commands that were killed have left behind, removed when the next command starts."""

from __future__ import annotations

from pathlib import Path

from audit.life_cycle.jobs import abandoned
from core.errors import UsageError
from core.store import is_unsettled, locked, settle


def sweep(runs: Path) -> int:
    """Clear up a folder of runs and return how many things went.

    Jobs of the page New audit that nobody works on go after a day, with their uploads. Run
    folders in which something was left half written are settled; one that is in use is not
    touched.
    """
    n = 0
    for job in abandoned(runs):
        job.remove()
        n += 1
    for root in sorted(runs.iterdir()):
        if root.is_dir() and is_unsettled(root):
            n += _settled(root)
    return n


def _settled(root: Path) -> int:
    try:
        with locked(root):
            if not is_unsettled(root):
                return 0
            settle(root)
    except (UsageError, OSError):
        return 0  # in use, or somebody else's
    return 1
