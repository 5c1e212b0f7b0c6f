"""Folders that the page New audit keeps beside the runs: uploads, alias files, logs."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

JOBS = ".jobs"
_STATE = "state.json"
_LISTS = ("aliases.csv", "aliases.csv.before", "review.csv")
DAY_S = 86_400


@dataclass(frozen=True)
class JobFolder:
    """The folder of one audit that the app has started."""

    folder: Path

    @property
    def run(self) -> Path | None:
        """The run folder that it writes into; None where it was never started."""
        run = self._state().get("run")
        return Path(str(run)) if run else None

    @property
    def is_running(self) -> bool:
        """Whether its process is alive."""
        try:
            os.kill(int(str(self._state()["pid"])), 0)
        except (OSError, KeyError, ValueError):
            return False
        return True

    def is_older_than(self, seconds: float) -> bool:
        """Return whether nothing was written into it for so long."""
        return time.time() - self.folder.stat().st_mtime > seconds

    def lists(self) -> Iterator[Path]:
        """Return the files in it that may name people line by line."""
        return (self.folder / name for name in _LISTS if (self.folder / name).exists())

    def copies(self) -> list[Path]:
        """Return the uploaded exports in it: copies that are in our keeping."""
        return sorted(self.folder.glob("source*"))

    def remove(self) -> None:
        """Remove it with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _state(self) -> dict[str, str | int]:
        try:
            found = json.loads((self.folder / _STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def all_jobs(runs: Path) -> list[JobFolder]:
    """Return the jobs of a folder of runs."""
    return [JobFolder(path) for path in sorted((runs / JOBS).glob("job-*"))]


def jobs_of(root: Path) -> list[JobFolder]:
    """Return the jobs that write into a run folder."""
    whole = root.resolve()
    found = [job for job in all_jobs(root.parent) if job.run is not None]
    return [job for job in found if job.run is not None and job.run.resolve() == whole]


def abandoned(runs: Path, seconds: float = DAY_S) -> list[JobFolder]:
    """Return jobs that nobody works on and that nothing was written into for a day."""
    return [job for job in all_jobs(runs) if job.is_older_than(seconds) and not job.is_running]
