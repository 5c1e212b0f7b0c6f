"""The error family: each error says where, what was found, what was done and how to fix it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class AuditError(Exception):
    """Base of every error that a user can act on.

    The text has the form *where: what was found. What we did. How to fix it.* and never holds
    a value that belongs to a person.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint

    def __str__(self) -> str:
        """Return the message with its code and its remedy, one sentence after the other."""
        coded = f"{self.message} ({self.code})" if self.code else self.message
        return f"{coded} {self.hint}".strip()


class UsageError(AuditError):
    """A command was called in a way that cannot work: wrong path, wrong name, wrong option."""

    exit_code = 2


class ConfigError(AuditError, ValueError):
    """The configuration file is wrong; every problem is listed with its TOML path."""

    exit_code = 2


class SourceError(AuditError):
    """An export cannot be read; `place` is a line, byte or JSON path, `file` a short name."""

    exit_code = 3

    def __init__(
        self, message: str, *, file: str = "", place: str = "", code: str = "", hint: str = ""
    ) -> None:
        self.file = file
        self.place = place
        where = ":".join(part for part in (file, place) if part)
        super().__init__(f"{where}: {message}" if where else message, code=code, hint=hint)


class LimitError(SourceError):
    """An input is larger than a limit; the message names the limit and its value."""


class ContractError(AuditError):
    """A table breaks its contract; `breaches` lists all of them."""

    exit_code = 5

    def __init__(self, table: str, breaches: Sequence[str]) -> None:
        self.table = table
        self.breaches = tuple(breaches)
        listed = "\n".join(f"  - {breach}" for breach in self.breaches)
        super().__init__(
            f"{table}: {len(self.breaches)} breach(es) of the table contract:\n{listed}",
            code="E-CONTRACT-001",
        )


class PrivacyError(AuditError):
    """Publishing was refused: something would have said too much about too few people."""

    exit_code = 4


class EngineError(AuditError):
    """A query failed; the text names the query and the tables, never a value."""

    exit_code = 5


class JournalError(AuditError):
    """The audit log could not be written, so what it would have recorded was not done."""

    exit_code = 5


class ReportError(AuditError):
    """A document could not be written."""

    exit_code = 5


class ValidationError(AuditError):
    """A bound of the validation plan does not hold: the verdicts must not be believed."""

    exit_code = 6
