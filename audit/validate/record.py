"""The record of a validation: what was measured, against which bounds, kept as JSON."""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from audit.validate.experiment import Curve, Figure, Setting
from audit.validate.run import Outcome
from audit.version import VERSION
from core.errors import UsageError
from core.files import write_whole

FORMAT = 1
LIBRARIES = ("numpy", "scipy", "pandas")


@dataclass(frozen=True)
class Entry:
    """One experiment as the record keeps it."""

    name: str
    title: str
    replications: int
    seconds: float
    date: str
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Record:
    """All experiments of one seed and one mode; parts of a plan add up in it."""

    seed: int
    is_quick: bool
    broken: str
    versions: str
    entries: tuple[Entry, ...] = ()

    @classmethod
    def begin(cls, setting: Setting, seed: int) -> Record:
        """Return an empty record."""
        return cls(seed, setting.is_quick, setting.broken, _versions())

    def plus(self, outcome: Outcome, date: dt.date) -> Record:
        """Return the record with one more experiment, in place of an earlier run of it."""
        experiment, summary = outcome.experiment, outcome.summary
        entry = Entry(
            experiment.name,
            experiment.title,
            outcome.replications,
            round(outcome.seconds, 1),
            date.isoformat(),
            summary.figures,
            summary.curves,
        )
        others = tuple(old for old in self.entries if old.name != entry.name)
        return replace(self, entries=(*others, entry))

    def has(self, name: str) -> bool:
        """Say whether an experiment has been run."""
        return any(entry.name == name for entry in self.entries)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return all figures, target by target."""
        return tuple(figure for entry in self.entries for figure in entry.figures)

    @property
    def missed(self) -> tuple[Figure, ...]:
        """Return the figures outside their bounds."""
        return tuple(figure for figure in self.figures if not figure.is_met(self.is_quick))

    def in_order(self, names: Sequence[str]) -> Record:
        """Return the record with its entries in the order of some names; others go last."""
        place = {name: number for number, name in enumerate(names)}
        ordered = sorted(self.entries, key=lambda entry: place.get(entry.name, len(place)))
        return replace(self, entries=tuple(ordered))

    def write(self, path: Path) -> None:
        """Write the record as a whole."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"
        write_whole(path, text.encode())


def read_record(path: Path) -> Record:
    """Read a record that `Record.write` has written."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise ValueError("another format")
        entries = tuple(_entry(entry) for entry in told.pop("entries"))
        return Record(**told, entries=entries)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path.name} is not a record of a validation.",
            hint="Name a file that `validate --results` has written, or one that is not there.",
        ) from error


def _entry(told: dict[str, object]) -> Entry:
    figures, curves = told["figures"], told["curves"]
    if not isinstance(figures, list) or not isinstance(curves, list):
        raise TypeError("figures and curves are lists")
    return Entry(
        name=str(told["name"]),
        title=str(told["title"]),
        replications=int(str(told["replications"])),
        seconds=float(str(told["seconds"])),
        date=str(told["date"]),
        figures=tuple(Figure(**figure) for figure in figures),
        curves=tuple(_curve(curve) for curve in curves),
    )


def _curve(told: dict[str, object]) -> Curve:
    series = told["series"]
    if not isinstance(series, list):
        raise TypeError("series is a list")
    points = tuple(
        (str(name), tuple((float(x), float(y)) for x, y in values)) for name, values in series
    )
    return Curve(
        str(told["title"]), str(told["x"]), str(told["y"]), points, bool(told["is_diagonal"])
    )


def _versions() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Isotherm {VERSION}, Python {platform.python_version()}, {libraries}"
