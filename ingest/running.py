"""The one door through which a reader is run: here, or in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from core.errors import SourceError
from ingest.batches import Batch
from ingest.child import answer_in_child, read_in_child
from ingest.limits import Limits
from ingest.registry import readers
from ingest.settings import SurveySettings
from ingest.source import Source
from ingest.suggest import Suggestion, suggest_messages, suggest_survey
from ingest.tables.xlsx_table import is_workbook
from ingest.tally import Tally

_START = 4


def batches_of(reader: str, source: Source) -> Iterator[Batch]:
    """Return the batches of a reader over one source.

    A reader of a hostile format, and every reader of a workbook, runs in a child process: what
    a file does to it, it cannot do to us.
    """
    entry = readers.get(reader)
    is_hostile = entry.meta.is_hostile or holds_workbook(source.path)
    try:
        yield from read_in_child(entry, source) if is_hostile else entry.function(source)
    except OSError as error:
        raise _refused(source, error) from error


def suggested(reader: str, path: Path, limits: Limits) -> Suggestion:
    """Return the declaration that seems to fit a message table or a survey."""
    task = "suggest_messages" if reader == "messages_csv" else "suggest_survey"
    source = Source(0, path, Tally(path.name, limits))
    try:
        if not holds_workbook(path):
            return (suggest_messages if reader == "messages_csv" else suggest_survey)(path, limits)
    except OSError as error:
        raise _refused(source, error) from error
    told = msgspec.json.decode(answer_in_child(task, source), type=_Told)
    return Suggestion(msgspec.json.decode(told.options), told.toml, told.survey)


class _Told(msgspec.Struct):
    options: msgspec.Raw
    toml: tuple[str, ...]
    survey: SurveySettings | None


def holds_workbook(path: Path) -> bool:
    """Return whether a file is a workbook, whatever its reader."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return is_workbook(path, stream.read(_START))


def _refused(source: Source, error: OSError) -> SourceError:
    return source.error(
        f"it could not be read: {(error.strerror or type(error).__name__).lower()}",
        "E-FILE-003",
        "Nothing of it was kept. Name a file or folder that this reader takes, readable by the "
        "account that runs the audit.",
    )
