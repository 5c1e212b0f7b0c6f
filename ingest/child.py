"""A reader in a process of its own: of bounded memory and time, and nothing of ours in reach."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from core.errors import AuditError, ConfigError, LimitError, SourceError
from core.registry import Entry
from ingest.batches import Batch
from ingest.frames import BATCH, FAULT, TALLY, Fault, Job, receive, take_counts, unpacked_batch
from ingest.limits import MEGA
from ingest.registry import Reader, ReaderInfo
from ingest.source import Source

_ROOT = Path(__file__).resolve().parents[1]
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.child_main import main; main()"
# One thread each: the stacks of many would count against the memory the reader may have.
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_SYSTEM = ("SYSTEMROOT",)
"""Without it Python does not start on Windows."""
_BYTES_PER_SECOND = 10 * MEGA
_ERRORS: dict[str, type[SourceError]] = {"SourceError": SourceError, "LimitError": LimitError}


def read_in_child(entry: Entry[ReaderInfo, Reader], source: Source) -> Iterator[Batch]:
    """Yield the batches of a reader that runs in a child process; its counts come at the end.

    Raises
    ------
    SourceError
        What the reader raised; and where the process died, in words of its own (E-CHILD-001).
    LimitError
        Where it needed more memory or time than [limits] allows.
    """
    with _started(entry.name, source) as process:
        while (frame := _next(process, source)) is not None:
            kind, content = frame
            if kind == BATCH:
                yield _batch(entry, source, content)
            elif kind == TALLY:
                take_counts(source.tally, content)
                return
            else:
                raise _error(source, msgspec.json.decode(content, type=Fault))
        raise _died(source, process.wait())


def answer_in_child(task: str, source: Source) -> bytes:
    """Return what a child makes of one export, as JSON; raises as `read_in_child` does.

    `task` is a function of `ingest.child_main.TASKS`.
    """
    with _started(task, source) as process:
        frame = _next(process, source)
        if frame is None or frame[0] not in (TALLY, FAULT):
            raise _died(source, process.wait())
        if frame[0] == FAULT:
            raise _error(source, msgspec.json.decode(frame[1], type=Fault))
        return frame[1]


def cpu_seconds(source: Source) -> int:
    """Return the seconds of work a child may take: a fixed share, and one for each 10 MiB."""
    size = source.path.stat().st_size if source.path.is_file() else 0
    return source.tally.limits.child_cpu_s + size // _BYTES_PER_SECOND


@contextmanager
def _started(reader: str, source: Source) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: os.environ[name] for name in _SYSTEM if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, a fixed command
        [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What a library says may quote the file: nobody shall read it.
        stderr=subprocess.DEVNULL,
        env=environment | _THREADS,
        cwd=_ROOT,
    )
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(_job(reader, source))  # type: ignore[union-attr]
            process.stdin.close()  # type: ignore[union-attr]
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]


def _job(reader: str, source: Source) -> bytes:
    return msgspec.json.encode(
        Job(
            reader=reader,
            path=str(source.path.absolute()),
            number=source.number,
            options={n: msgspec.Raw(msgspec.json.encode(v)) for n, v in source.options.items()},
            time_zone=source.time_zone,
            earliest_s=source.earliest_s,
            latest_s=source.latest_s,
            survey=source.survey,
            codebook=dict(source.codebook),
            limits=source.tally.limits,
        )
    )


def _next(process: subprocess.Popen[bytes], source: Source) -> tuple[bytes, bytes] | None:
    """The next frame, or the end of a process that gave nothing for too long."""
    seconds = source.tally.limits.child_wall_s
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        frame = receive(process.stdout)  # type: ignore[arg-type]
    finally:
        timer.cancel()
    if frame is None and is_late.is_set():
        raise _over(source, f"it gave nothing for child_wall_s = {seconds:,} seconds")
    return frame


def _batch(entry: Entry[ReaderInfo, Reader], source: Source, content: bytes) -> Batch:
    try:
        batch = unpacked_batch(content)
    except ValueError as error:
        raise _died(source, 0) from error
    if batch.table not in entry.meta.gives:
        raise _died(source, 0)
    return batch


def _error(source: Source, fault: Fault) -> AuditError:
    if fault.kind == "MemoryError":
        limit = source.tally.limits.child_bytes
        return _over(source, f"it needs more memory than child_bytes = {limit:,}")
    if fault.kind in _ERRORS:
        return _ERRORS[fault.kind](
            fault.message, file=fault.file, place=fault.place, code=fault.code, hint=fault.hint
        )
    if fault.kind == "ConfigError":
        return ConfigError(fault.message, code=fault.code, hint=fault.hint)
    return source.error(
        f"the reader failed, {fault.message}",
        "E-CHILD-002",
        "Nothing of this file was kept. Export it again; if that does not help, report this line.",
    )


def _died(source: Source, code: int) -> SourceError:
    if code == -getattr(signal, "SIGXCPU", 0) and code:
        return _over(source, f"it needs more work than {cpu_seconds(source):,} seconds")
    how = f"signal {-code}" if code < 0 else f"exit {code}"
    return source.error(
        f"the process that read it died ({how}): the file is damaged or hostile, or too large",
        "E-CHILD-001",
        "Nothing of this file was kept, the others are read. Export it again; for a large file "
        "raise child_bytes or child_cpu_s under [limits].",
    )


def _over(source: Source, what: str) -> LimitError:
    return LimitError(
        f"the process that read it was stopped: {what}",
        file=source.file,
        code="E-CHILD-001",
        hint="Nothing of this file was kept, the others are read. Export it again or in parts, "
        "or raise the limit (child_bytes, child_cpu_s, child_wall_s) under [limits].",
    )
