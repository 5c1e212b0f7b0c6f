"""What a reader is given: one export, its options, its limits, and a place for counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ConfigError, SourceError
from ingest.settings import OptionValue, SurveySettings
from ingest.tally import Tally


@dataclass(frozen=True)
class Source:
    """One export as its reader sees it. No reader sees the key."""

    number: int
    path: Path
    tally: Tally
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    time_zone: str = "UTC"
    earliest_s: int = 0
    latest_s: int = 0
    start: int = 0
    """Byte from which on to read; what stands before it has been read already."""
    survey: SurveySettings = field(default_factory=SurveySettings)
    codebook: Mapping[str, str] = field(default_factory=dict)
    """Element by code of the interviews' code book; empty where none is declared."""

    @property
    def file(self) -> str:
        """Return the short name of the file, for messages."""
        return self.path.name

    def text(self, name: str, default: str = "") -> str:
        """Return a text option."""
        value = self.options.get(name, default)
        if not isinstance(value, str):
            raise self.bad_option(name, "a text")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes-or-no option."""
        value = self.options.get(name, default)
        if not isinstance(value, bool):
            raise self.bad_option(name, "true or false")
        return value

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Return a text option that must be one of a few words."""
        value = self.text(name, default)
        if value not in allowed:
            raise self.bad_option(name, "one of " + ", ".join(allowed))
        return value

    def table(self, name: str) -> Mapping[str, OptionValue]:
        """Return a table of options, such as the column map; empty where it is not given."""
        value = self.options.get(name, {})
        if not isinstance(value, Mapping):
            raise self.bad_option(name, "a table")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty where it is not given."""
        value = self.options.get(name, ())
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, (list, tuple)):
            raise self.bad_option(name, "a list")
        return tuple(str(part) for part in value)

    def is_in_time(self, instant: int) -> bool:
        """Return whether an instant lies where messages of this audit can lie."""
        return self.earliest_s <= instant <= self.latest_s

    def error(self, message: str, code: str, hint: str, place: str = "") -> SourceError:
        """Return an error about this file."""
        return SourceError(message, file=self.file, place=place, code=code, hint=hint)

    def bad_option(self, name: str, expected: str) -> ConfigError:
        """Return an error about an option of this source."""
        return ConfigError(
            f"source[{self.number}].{name} is not {expected}.",
            code="E-CONFIG-010",
            hint="Nothing was read. See the options of this reader in the documentation.",
        )
