"""Audits started from the app: a folder each, a child process, and how far it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.files import write_whole
from core.jobs import ALIASES, REVIEW, JobFolder, job_folders, make_job_folder
from core.progress import Progress, read_progress
from core.text import slug

RUNS = Path("runs")
CHECK_S = 600
_AUDIT_FILE, _LOG, _PROGRESS = "audit.toml", "log.txt", "progress.json"


@dataclass(frozen=True)
class Checked:
    """What `check` says of one uploaded file: its report, and the lines that declare it."""

    is_good: bool
    says: str
    declares: str = ""


@dataclass(frozen=True)
class Job(JobFolder):
    """One audit under way: the folder in which everything about it lies, and its process."""

    @classmethod
    def create(cls) -> Job:
        """Make a job under a name of our own making; what was left a day ago is removed."""
        for left in map(cls, job_folders(RUNS)):
            if left.is_abandoned:
                left.remove()
        return cls(make_job_folder(RUNS))

    @property
    def audit_file(self) -> Path:
        """The audit file that is run."""
        return self.folder / _AUDIT_FILE

    def keep(self, number: int, suffix: str, content: bytes) -> Path:
        """Write one uploaded file under a name of our own; file names can name people."""
        safe = "".join(c for c in suffix.lower() if c.isalnum())[:10]
        path = self.folder / f"source{number}{'.' + safe if safe else ''}"
        write_whole(path, content)
        path.chmod(0o600)
        return path

    def check(self, name: str) -> Checked:
        """Check one file of this job and return what the command said."""
        told = self._command("check", name)
        if told.returncode or name == _AUDIT_FILE:
            return Checked(not told.returncode, (told.stdout + told.stderr).strip())
        declared = self._command("check", name, "--declare")
        return Checked(not declared.returncode, told.stdout.strip(), declared.stdout.strip())

    def review(self) -> tuple[Checked, pd.DataFrame]:
        """Return what `identities review` says, and its suggestions with an open decision each."""
        told = self._command("identities", "review", _AUDIT_FILE, "--out", str(self._review))
        if told.returncode:
            return Checked(False, (told.stdout + told.stderr).strip()), pd.DataFrame()
        table = pd.read_csv(self._review, dtype=str, keep_default_na=False)
        return Checked(True, told.stdout.partition("\n")[0]), table

    def decide(self, table: pd.DataFrame) -> Checked:
        """Put the decisions of a review into the alias file of this job, all or none."""
        write_whole(self._review, table.to_csv(index=False).encode())
        self._review.chmod(0o600)
        told = self._command("identities", "apply", _AUDIT_FILE, str(self._review))
        self._review.unlink(missing_ok=True)  # it holds names and addresses in clear
        return Checked(not told.returncode, (told.stdout + told.stderr).strip())

    @property
    def has_aliases(self) -> bool:
        """Return whether a review has made an alias file."""
        return (self.folder / ALIASES).exists()

    @property
    def _review(self) -> Path:
        return (self.folder / REVIEW).resolve()

    def start(self, title: str) -> Path:
        """Start the audit and return the run folder it writes into; returns at once."""
        run = RUNS / (slug(title) or self.folder.name)
        command = [
            sys.executable,
            "-m",
            "audit",
            "run",
            str(self.audit_file),
            "--out",
            str(run),
            "--progress",
            str(self.folder / _PROGRESS),
        ]
        with (self.folder / _LOG).open("wb") as log:
            # A session of its own: closing the browser or the app does not stop an audit.
            process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
                command, stdout=log, stderr=log, start_new_session=True
            )
        self.note(process.pid, run)
        _children[process.pid] = process
        return run

    @property
    def is_running(self) -> bool:
        """Whether its process is alive; one of our own has ended also where nobody asked yet."""
        process = _children.get(self.pid)
        return super().is_running if process is None else process.poll() is None

    def exit_code(self) -> int | None:
        """Return how the audit ended; None while it runs, -1 where that is not known."""
        process = _children.get(self.pid)
        if process is not None:
            return process.poll()
        return None if self.is_running else -1

    def progress(self) -> Progress | None:
        """Return how far the audit is."""
        return read_progress(self.folder / _PROGRESS)

    def output(self) -> str:
        """Return what the command has said: the balance sheet, verdicts, or the error."""
        path = self.folder / _LOG
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """Ask the audit to stop; it leaves no half state."""
        if self.is_running:
            os.kill(self.pid, signal.SIGINT)

    def forget_uploads(self) -> None:
        """Delete the uploaded files; the audit has read them."""
        for path in self.copies():
            path.unlink()

    def _command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command over a file of this job; the word that names the file stands for it."""
        own = {path.name for path in self.folder.iterdir()}
        arguments = [str(self.folder / word) if word in own else word for word in words]
        try:
            return subprocess.run(  # noqa: S603 - a fixed command, no shell
                [sys.executable, "-m", "audit", *arguments],
                capture_output=True,
                text=True,
                timeout=CHECK_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            says = f"This takes longer than {CHECK_S // 60} minutes: use the command line."
            return subprocess.CompletedProcess([], 1, "", says)


# Children of this app by process id, so that an ended one is reaped and its code known.
_children: dict[int, subprocess.Popen[bytes]] = {}


def with_aliases(text: str) -> str:
    """Return an audit file that names the alias file which a review has made beside it."""
    if "alias_file" in text:
        return text
    return text.replace("[organization]\n", f'[organization]\nalias_file = "{ALIASES}"\n', 1)


def audit_file(title: str, domains: Sequence[str], zone: str, declared: Sequence[str]) -> str:
    """Return an audit file of these parts; what the questions of a survey measure comes last."""
    sources = [text.partition("\n\n")[0] for text in declared]
    scales = [text.partition("\n\n")[2] for text in declared]
    lines = [
        "[audit]",
        f"name = {json.dumps(title)}",
        "",
        "[organization]",
        f"own_domains = {json.dumps(list(domains))}",
        f"time_zone = {json.dumps(zone)}",
    ]
    parts = ["\n".join(lines), *sources, *(text for text in scales if text)]
    return "\n\n".join(parts) + "\n"
