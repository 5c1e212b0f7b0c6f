"""Folders of the audits that the app has started, beside the runs: what lies in one, how it is."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.files import write_whole

JOBS = ".jobs"
ALIASES = "aliases.csv"
REVIEW = "review.csv"
DAY_S = 86_400
_LISTS = (ALIASES, f"{ALIASES}.before", REVIEW)
_STATE = "state.json"


@dataclass(frozen=True)
class JobFolder:
    """The folder of one audit that the app has started; its owner alone may open it."""

    folder: Path

    def note(self, pid: int, run: Path) -> None:
        """Write down which process does the work, and into which run folder."""
        state = {"pid": pid, "run": str(run)}
        write_whole(self.folder / _STATE, json.dumps(state).encode())

    @property
    def pid(self) -> int:
        """The process that does the work; 0 where none was ever started."""
        try:
            return max(0, int(str(self._state().get("pid", 0))))
        except ValueError:
            return 0

    @property
    def run(self) -> Path | None:
        """The run folder that it writes into; None where it was never started."""
        run = self._state().get("run")
        return Path(str(run)) if run else None

    @property
    def is_running(self) -> bool:
        """Whether its process is alive."""
        pid = self.pid
        if not pid:
            return False
        try:
            os.kill(pid, 0)
        except (OSError, OverflowError):
            return False
        return True

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody works on it and nothing was written into it for a day."""
        return time.time() - self.folder.stat().st_mtime > DAY_S and not self.is_running

    def lists(self) -> Iterator[Path]:
        """Return the files in it that may name people line by line."""
        return (self.folder / name for name in _LISTS if (self.folder / name).exists())

    def copies(self) -> list[Path]:
        """Return the uploaded exports in it: copies that are in our keeping."""
        return sorted(self.folder.glob("source*"))

    def remove(self) -> None:
        """Remove it with everything in it; its run stays."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _state(self) -> dict[str, str | int]:
        try:
            found = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def job_folders(runs: Path) -> list[Path]:
    """Return the folders of all jobs beside some runs."""
    return sorted((runs / JOBS).glob("job-*"))


def make_job_folder(runs: Path) -> Path:
    """Make the folder of a new job, under a name of our own making, for its owner alone."""
    jobs = runs / JOBS
    jobs.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="job-", dir=jobs))
