"""Which folders that the page New audit keeps belong to a run, and which to nobody any more."""

from __future__ import annotations

from pathlib import Path

from core.jobs import JobFolder, job_folders


def jobs_of(root: Path) -> list[JobFolder]:
    """Return the jobs that write into a run folder."""
    whole = root.resolve()
    found = map(JobFolder, job_folders(root.parent))
    return [job for job in found if job.run is not None and job.run.resolve() == whole]


def abandoned(runs: Path) -> list[JobFolder]:
    """Return jobs that nobody works on and that nothing was written into for a day."""
    return [job for job in map(JobFolder, job_folders(runs)) if job.is_abandoned]
