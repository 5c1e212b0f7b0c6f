"""Seconds and memory of a large Slack export: ZIP to batches, and ZIP to canonical tables.

A made-up workspace of 3,000 people: direct messages, private and public channels, threads,
reactions, bots and the fields of real exports (blocks, profiles, files), which the reader skips.
Each part runs in a fresh process, whose peak memory is told. The ZIP and a roster are made once
in the folder named by `--folder`, else in a temporary one. Run from the root:
`python -m benchmarks.slack --messages 1000000`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from ingest.intake import take_in
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.reading import source_for, start_reading
from ingest.registry import readers
from ingest.settings import IntakeSettings, SourceSpec

T = TypeVar("T")
P = ParamSpec("P")
PEOPLE, TEAM, FIRST_S, DAYS, DAY_S = 3_000, "T0BENCH", 1_735_689_600, 200, 86_400
TEAM_SIZE = 12
KILO = 1024.0
WORDS = "the of budget review please we should check order line plant report to and for this"


@dataclass(frozen=True)
class Kind:
    """One kind of conversation: its list, how many for 3,000 people, their size, their traffic."""

    file: str
    count: int
    members: int
    share: float


KINDS = (
    Kind("dms.json", 1_500, 2, 0.35),
    Kind("mpims.json", 300, 5, 0.15),
    Kind("groups.json", 250, 9, 0.25),
    Kind("channels.json", 150, 40, 0.22),
    Kind("channels.json", 3, 2_500, 0.03),
)


def main() -> None:
    """Make the export, read it to batches, take it in; print seconds, rates and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the export here and use it again")
    parser.add_argument("--only-read", action="store_true", help="do not take it in")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        path = folder / f"slack-{asked.messages}.zip"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _tell("make (not counted)", apart(make, path, asked.messages))
        print(f"{path.stat().st_size / KILO**2:,.0f} MB packed")
        _tell("read to batches", apart(read, path))
        if not asked.only_read:
            _tell("take in", apart(take, path, Path(scratch) / "run"))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}")


def apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Do something in a fresh process, so that its memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(work, *given, **named).result()


def read(path: Path) -> dict[str, float]:
    """Read an export to batches and let them go."""
    settings = _settings()
    started = time.perf_counter()
    reading = start_reading(SourceSpec(1, "slack", path), settings)
    rows = {"messages": 0, "recipients": 0, "accounts": 0}
    for batch in readers.get("slack").function(source_for(reading, settings)):
        rows[batch.table] += batch.rows.num_rows
    spent = {"s": time.perf_counter() - started, "cpu_s": time.process_time()}
    return {**spent, "units": reading.tally.n_seen, "peak_mb": _peak(), **rows}


def take(path: Path, folder: Path) -> dict[str, float]:
    """Take an export and its roster in, from ZIP and CSV to canonical tables."""
    sources = [
        SourceSpec(1, "roster_csv", path.with_suffix(".roster.csv")),
        SourceSpec(2, "slack", path),
    ]
    run = RunFolder.create(folder)
    started = time.perf_counter()
    with DuckDBEngine(threads=2) as engine:
        report = take_in(sources, _settings(), run, engine, Silent())
    spent = {"s": time.perf_counter() - started, "cpu_s": time.process_time()}
    slack = report.sources[1]
    return {**spent, "units": slack.n_seen, "rows": slack.n_rows, "peak_mb": _peak()}


def make(path: Path, n_messages: int) -> dict[str, float]:
    """Write a made-up export, and the roster of its people beside it."""
    started = time.perf_counter()
    rng = np.random.default_rng(7)
    rooms = _rooms(rng)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("users.json", json.dumps([_user(n) for n in range(PEOPLE)]))
        for file in ("channels.json", "groups.json", "dms.json", "mpims.json"):
            listed = [room.listed for room in rooms if room.kind.file == file]
            archive.writestr(file, json.dumps(listed))
        for room in rooms:
            share = room.kind.share / room.kind.count
            for name, day in _days(rng, room, round(share * n_messages)):
                archive.writestr(name, day)
    roster = ["Employee ID,Work Email,Team,Hire Date"]
    roster += [f"E{n},p{n}@acme.example,Team {n // TEAM_SIZE},2020-01-01" for n in range(PEOPLE)]
    path.with_suffix(".roster.csv").write_text("\n".join(roster), encoding="utf-8")
    spent = {"s": time.perf_counter() - started, "cpu_s": time.process_time()}
    return {**spent, "peak_mb": _peak()}


def _settings() -> IntakeSettings:
    return IntakeSettings(key=Pseudonymiser(bytes(range(32))), own_domains=("acme.example",))


@dataclass(frozen=True)
class Made:
    """A made-up conversation."""

    kind: Kind
    room_id: str
    members: list[str]

    @property
    def listed(self) -> dict[str, object]:
        """Return it as the list of its kind tells it."""
        return {"id": self.room_id, "name": f"room-{self.room_id}", "members": self.members}

    @property
    def folder(self) -> str:
        """Return the folder of its days."""
        return self.room_id if self.kind.file == "dms.json" else f"room-{self.room_id}"


def _rooms(rng: np.random.Generator) -> list[Made]:
    rooms: list[Made] = []
    for kind in KINDS:
        for _ in range(kind.count):
            room_id = f"{'D' if kind.file == 'dms.json' else 'C'}{len(rooms):06d}"
            people = rng.choice(PEOPLE, kind.members, replace=False)
            rooms.append(Made(kind, room_id, [f"U{n:05d}" for n in people]))
    return rooms


def _user(n: int) -> dict[str, object]:
    profile = {"email": f"p{n}@acme.example", "real_name": f"Person {n}", "title": "x" * 40}
    return {
        "id": f"U{n:05d}",
        "team_id": TEAM,
        "is_bot": n % 300 == 299,
        "tz": "Europe/Rome",
        "profile": profile,
    }


def _days(rng: np.random.Generator, room: Made, n: int) -> Iterator[tuple[str, bytes]]:
    """The day files of one conversation: about 40 messages on each of its days."""
    n_days = max(1, min(DAYS, n // 40))
    days = np.sort(rng.choice(DAYS, n_days, replace=False))
    members = room.members
    root = ""
    for place, part in enumerate(np.array_split(np.arange(n), n_days)):
        messages = []
        starts = FIRST_S + int(days[place]) * DAY_S
        seconds = np.sort(rng.integers(25_000, 68_000, len(part)))
        senders = rng.integers(0, len(members), len(part))
        dice = rng.random(len(part))
        for k in range(len(part)):
            ts = f"{starts + int(seconds[k])}.{k:06d}"
            root = ts if dice[k] < 0.3 or not root else root
            is_reply = dice[k] > 0.65 and root != ts
            messages.append(_message(ts, members[senders[k]], root if is_reply else "", members))
        day = datetime.fromtimestamp(starts, UTC).date()
        yield f"{room.folder}/{day}.json", json.dumps(messages).encode()


def _message(ts: str, user: str, root: str, members: list[str]) -> dict[str, object]:
    spin = int(ts[-6:]) + int(ts[5:10])
    words = WORDS.split()
    text = " ".join(words[(spin + k * k) % len(words)] for k in range(12))
    block = {"type": "rich_text", "elements": [{"type": "text", "text": text}], "block_id": ts}
    profile = {"avatar_hash": "g" + user, "real_name": user, "team": TEAM, "is_restricted": False}
    made: dict[str, object] = {
        "client_msg_id": f"{spin:032x}", "type": "message", "text": text, "user": user, "ts": ts,
        "team": TEAM, "user_team": TEAM, "user_profile": profile, "blocks": [block],
    }  # fmt: skip
    if root:
        made["thread_ts"] = root
    if spin % 8 == 0:
        users = [members[spin % len(members)], members[(spin + 1) % len(members)]]
        made["reactions"] = [{"name": "+1", "users": users, "count": 2}]
    return made


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO


def _tell(what: str, found: dict[str, float]) -> None:
    rate = f", {found['units'] / found['s']:,.0f} units/s" if "units" in found else ""
    memory = f"peak {found['peak_mb']:,.0f} MB"
    print(f"{what:20s} {found['s']:8.2f} s ({found['cpu_s']:.2f} s of CPU){rate}, {memory}")
    for name in sorted(set(found) - {"s", "cpu_s", "peak_mb"}):
        print(f"  {name:18s} {found[name]:12,.0f}")


if __name__ == "__main__":
    main()
