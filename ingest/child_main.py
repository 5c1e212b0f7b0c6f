"""The child's side of `ingest.child`: limits on itself first, then one reader over one file."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import IO

import msgspec

from core.errors import AuditError, SourceError
from ingest.child import cpu_seconds
from ingest.frames import BATCH, FAULT, TALLY, Fault, Job, packed_batch, packed_tally, send
from ingest.registry import readers
from ingest.source import Source
from ingest.suggest import suggest_messages, suggest_survey
from ingest.tally import Tally

if sys.platform != "win32":  # there the time limit of the parent holds alone
    import resource

TASKS = {"suggest_messages": suggest_messages, "suggest_survey": suggest_survey}
"""What a child does beside reading: its answer is JSON."""
_GRACE_S = 5


def main() -> None:
    """Read the job from the standard input and answer in frames on the standard output."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    answers = _own_output()
    try:
        source = _source(job)
        limit_self(job.limits.child_bytes, cpu_seconds(source))
        if job.reader in TASKS:
            found = TASKS[job.reader](source.path, job.limits)
            send(answers, TALLY, msgspec.json.encode(found))
            return
        for batch in readers.get(job.reader).function(source):
            send(answers, BATCH, packed_batch(batch))
        send(answers, TALLY, packed_tally(source.tally))
    except BrokenPipeError:
        return
    except BaseException as error:  # whatever it is, the parent must hear of it
        fault = _fault(error)
        send(answers, FAULT, msgspec.json.encode(fault))


def limit_self(memory: int, seconds: int) -> None:
    """Bound this process: memory, work, no core dump, and no byte written to any file."""
    if sys.platform != "win32":
        for kind, soft, more in (
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_FSIZE, 0, 0),
            (resource.RLIMIT_AS, memory, 0),
            (resource.RLIMIT_CPU, seconds, _GRACE_S),
        ):
            most = resource.getrlimit(kind)[1]  # who started us may have set less
            allowed = soft if most == resource.RLIM_INFINITY else min(soft, most)
            resource.setrlimit(kind, (allowed, allowed + more))


def _own_output() -> IO[bytes]:
    """The pipe to the parent; what a library prints goes nowhere, so that it breaks no frame."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return answers


def _source(job: Job) -> Source:
    path = Path(job.path)
    return Source(
        number=job.number,
        path=path,
        tally=Tally(path.name, job.limits),
        options={name: msgspec.json.decode(raw) for name, raw in job.options.items()},
        time_zone=job.time_zone,
        earliest_s=job.earliest_s,
        latest_s=job.latest_s,
        survey=job.survey,
        codebook=job.codebook,
    )


def _fault(error: BaseException) -> Fault:
    """An error in its parts. Of one that nobody foresaw only kind and place: words may quote."""
    if isinstance(error, MemoryError):
        return Fault("MemoryError", "")
    if isinstance(error, SourceError):
        where = ":".join(part for part in (error.file, error.place) if part)
        return Fault(
            type(error).__name__,
            error.message.removeprefix(f"{where}: "),
            error.code,
            error.hint,
            error.file,
            error.place,
        )
    if isinstance(error, AuditError):
        return Fault(type(error).__name__, error.message, error.code, error.hint)
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "its start"
    return Fault(type(error).__name__, f"{type(error).__name__} at {at}")
