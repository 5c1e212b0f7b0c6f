"""The company in the layouts of real exports: roster, message trace, pulse survey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.windows import date_of
from ingest.simulate.behaviour import MAIL, Traffic, World
from ingest.simulate.names import JOB_FAMILIES, OWN_DOMAIN, PLACEHOLDER, SITES
from ingest.simulate.org import NEVER, Company
from ingest.simulate.surroundings import all_addresses
from ingest.simulate.survey import LISTENING_ITEMS, SAFETY_ITEMS, Wave

IntArray = npt.NDArray[np.int64]

ROSTER, TRACE, SLACK = "hr_roster.csv", "message_trace.csv", "slack_export.zip"
WORK_MODES = ("Remote", "Hybrid", "On-site")


def write_roster(company: Company, path: Path) -> None:
    """One row per person and snapshot: the first day, and the day of the reorganization."""
    people = company.people
    header = (
        "Effective Date",
        "Employee ID",
        "Work Email",
        "Division",
        "Team",
        "Manager ID",
        "Hire Date",
        "Termination Date",
        "Location",
        "Level",
        "Job Family",
        "Work Mode",
        "Time Zone",
    )
    snapshots = [company.first_day]
    if company.reorganized_day < company.end_day:
        snapshots.append(company.reorganized_day)
    lines = [",".join(header)]
    for day, until in zip(snapshots, [*snapshots[1:], company.end_day], strict=True):
        era = company.era(day)
        here = np.flatnonzero((people.joined < until) & (people.left > day))
        order = here[np.argsort(people.number[here])]
        lines += [_roster_line(company, int(i), era, day) for i in order]
    _write(path, lines)


def write_trace(world: World, traffic: Traffic, path: Path, rng: np.random.Generator) -> None:
    """One row per mail, recipients joined by a semicolon, in order of time."""
    mail = traffic.take(traffic.channel == MAIL)
    mail = mail.take(np.lexsort((mail.message, mail.sent_s)))
    ids = _message_ids(int(traffic.message.max(initial=0)) + 1, rng)
    address = np.array(all_addresses(world), dtype=object)
    first = np.flatnonzero(np.diff(mail.message, prepend=-1))
    head = mail.take(first)
    size = rng.integers(2_000, 60_000, first.size)
    columns: Sequence[Sequence[str]] = (
        [ids[i] for i in head.message],
        [ids[i] if i >= 0 else "" for i in head.parent],
        [ids[i][1:17] for i in head.thread],
        address[head.sender].tolist(),
        _joined(address[mail.recipient].tolist(), first),
        [f"{text}Z" for text in np.datetime_as_string(head.sent_s.astype("datetime64[s]"))],
        [PLACEHOLDER] * first.size,
        [str(n) for n in size],
    )
    header = (
        "Message ID,In-Reply-To,Conversation ID,Sender Address,Recipient Address,"
        "Sent (UTC),Subject,Size"
    )
    _write(path, [header, *map(",".join, zip(*columns, strict=True))])


def write_survey(company: Company, wave: Wave, path: Path) -> None:
    """One row per form: team, location and answers; nothing that names a person."""
    people = company.people
    team = people.team[company.era(wave.first_day), wave.person]
    lines = [",".join(("Division", "Team", "Location", *SAFETY_ITEMS, *LISTENING_ITEMS))]
    for row, person, answers in zip(team, wave.person, wave.answers.tolist(), strict=True):
        place = company.teams[row]
        cells = [company.divisions[place.division], place.name, SITES[people.site[person]].name]
        lines.append(",".join(cells + [str(a) if a else "" for a in answers]))
    _write(path, lines)


def wave_name(wave: Wave) -> str:
    """Year and month of a wave, as its file is called."""
    return date_of(wave.first_day).strftime("%Y-%m")


def _roster_line(company: Company, person: int, era: int, day: int) -> str:
    people = company.people
    team = company.teams[people.team[era, person]]
    division = company.divisions[team.division]
    manager = people.manager[era, person]
    site = SITES[people.site[person]]
    return ",".join(
        (
            _date(max(day, int(people.joined[person]))),
            f"E{people.number[person]}",
            company.address(person),
            division,
            team.name,
            f"E{people.number[manager]}" if manager >= 0 else "",
            _date(int(people.joined[person])),
            _date(int(people.left[person])) if people.left[person] < company.end_day else "",
            site.name,
            f"L{people.level[person]}",
            JOB_FAMILIES[division],
            WORK_MODES[people.work_mode[person]],
            site.time_zone,
        )
    )


def _date(day: int) -> str:
    return "" if abs(day) >= NEVER else date_of(day).isoformat()


def _message_ids(n: int, rng: np.random.Generator) -> list[str]:
    """Ids as mail servers make them: unique, and without any hint of who wrote."""
    salt = rng.integers(0, 2**32, n)
    scrambled = rng.permutation(n)
    return [f"<{s:08x}{k:08x}@mail.{OWN_DOMAIN}>" for s, k in zip(salt, scrambled, strict=True)]


def _joined(recipients: list[str], first: IntArray) -> list[str]:
    ends = [*first[1:].tolist(), len(recipients)]
    return [
        recipients[a] if b - a == 1 else ";".join(recipients[a:b])
        for a, b in zip(first.tolist(), ends, strict=True)
    ]


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8"))


def utc_day(sent_s: int) -> str:
    """Date of an instant in UTC, as ISO text."""
    return dt.datetime.fromtimestamp(sent_s, tz=dt.UTC).date().isoformat()
