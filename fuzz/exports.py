"""Fixture exports as seeds, and any bytes as an export that a reader reads to its end."""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from core.errors import AuditError
from ingest.limits import KILO, MEGA, Limits
from ingest.registry import readers
from ingest.settings import ItemSettings, OptionValue, ScaleSettings, SurveySettings
from ingest.source import Source
from ingest.tally import Tally

CHECKOUT = Path(__file__).resolve().parents[1]
EXPORTS = CHECKOUT / "tests" / "fixtures" / "exports"
SHARED = CHECKOUT.parent / "shared"
LIMITS = Limits(rejects=10**9, reject_share=1.0, json_bytes=MEGA, header_bytes=64 * KILO)
UNIT_TABLES = ("messages", "people", "forms", "codings", "outcomes")
LATEST = 2**31
MOST_SEED = 64 * KILO
_PART = re.compile(rb"(?:^|\n)%%% ([\w./ -]{1,80})\n")


@dataclass(frozen=True)
class Setup:
    """How a fixture of a reader is read: its name, whether it is a folder, the options."""

    path: Path
    options: Mapping[str, OptionValue]
    survey: SurveySettings

    @property
    def is_folder(self) -> bool:
        """Return whether the export is a folder of files."""
        return self.path.is_dir()


class UnbalancedError(Exception):
    """A reader lost or invented a unit."""


def read_bytes(reader: str, data: bytes) -> None:
    """Read bytes as an export of a reader; the first byte chooses one of its fixtures' setups.

    Everything but an error for the user, and accounts that do not balance, is a finding.
    """
    setups = setups_of(reader)
    if not data:
        return
    setup = setups[data[0] % len(setups)]
    folder = Path(tempfile.mkdtemp(dir=_scratch()))
    try:
        path = _written(folder, setup, data[1:])
        run(reader, path, setup)
    finally:
        shutil.rmtree(folder)


def run(reader: str, path: Path, setup: Setup) -> None:
    """Read one export to its end and balance its accounts."""
    tally = Tally(path.name, LIMITS)
    source = Source(
        1, path, tally, setup.options, "Europe/Rome", latest_s=LATEST, survey=setup.survey
    )
    given = 0
    try:
        for batch in readers.get(reader).function(source):
            given += batch.rows.num_rows if batch.table in UNIT_TABLES else 0
    except AuditError:
        return
    ends = given + tally.accepted + tally.duplicate + tally.n_filtered + tally.n_rejected
    if ends != tally.n_seen:
        raise UnbalancedError(f"{tally.n_seen} seen, {ends} accounted for")


def seeds_of(reader: str) -> Iterator[bytes]:
    """Return the fixtures of a reader as inputs of `read_bytes`."""
    for number, setup in enumerate(setups_of(reader)):
        content = b""
        if setup.is_folder:
            files = sorted(file for file in setup.path.rglob("*") if file.is_file())
            for file in files:
                name = file.relative_to(setup.path).as_posix().encode()
                content += b"\n%%% " + name + b"\n" + file.read_bytes()
        elif setup.path.is_file():
            content = setup.path.read_bytes()
        if len(content) <= MOST_SEED:
            yield bytes([number]) + content
    for file in sorted((EXPORTS / reader).glob("*")):
        if file.is_file() and file.suffix != ".toml" and file.stat().st_size <= MOST_SEED:
            yield b"\x00" + file.read_bytes()


@cache
def setups_of(reader: str) -> tuple[Setup, ...]:
    """Return how each case of a reader is read; a plain one where there is no case."""
    found = []
    for file in sorted((EXPORTS / reader).glob("case*.toml")):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        given = told["source"]
        path = file.parent / given
        if given.startswith("shared:"):
            path = SHARED / given.removeprefix("shared:")
        options = cast("Mapping[str, OptionValue]", told.get("options", {}))
        found.append(Setup(path, options, _survey(told.get("survey", {}))))
    suffix = readers.get(reader).meta.suffixes[0]
    plain = Setup(EXPORTS / reader / f"export{suffix}", {}, SurveySettings())
    return tuple(found) or (plain,)


def _survey(told: Mapping[str, object]) -> SurveySettings:
    given = cast("list[Mapping[str, object]]", told.get("items", []))
    items = tuple(ItemSettings(**item) for item in given)  # type: ignore[arg-type]
    scales = tuple(ScaleSettings(name, name, name) for name in {item.scale_id for item in items})
    return SurveySettings(str(told.get("mode", "confidential")), scales, items)


def _written(folder: Path, setup: Setup, content: bytes) -> Path:
    if not setup.is_folder:
        path = folder / setup.path.name
        path.write_bytes(content)
        return path
    root = folder / "export"
    root.mkdir()
    parts = _PART.split(content)
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        target = (root / name.decode("ascii").strip("/. ")).resolve()
        if not target.is_relative_to(root) or target.exists():
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
        except OSError:  # a file where a folder would have to be
            continue
    return root


@cache
def _scratch() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - in memory, if there is
