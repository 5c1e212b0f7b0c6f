"""The chat of the made-up company as a Slack export: one folder per channel, one file per day."""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.simulate import clock
from ingest.simulate.behaviour import CHAT, Traffic, World, pick_times, present
from ingest.simulate.discussions import team_talks
from ingest.simulate.exports import utc_day
from ingest.simulate.names import PLACEHOLDER, SITES
from ingest.simulate.org import Company

IntArray = npt.NDArray[np.int64]
Cell = str | int | bool | Sequence["Cell"] | Mapping[str, "Cell"]
Record = dict[str, Cell]

WORKSPACE = "T0SAMPLE1"
BOT = "B0DEPLOYS"
GENERAL = "general"
REACTIONS = ("+1", "heart", "clap", "eyes", "tada")
PRIVATE_DIVISIONS = ("Finance", "People", "Corporate", "Office")
POSTS_PER_WEEK = 1.1
ANSWERS_PER_POST, REACTIONS_PER_POST, REACTIONS_PER_MESSAGE = 0.8, 0.9, 0.06
THREAD_SHARE = 0.5
"""Of the answers in direct messages, the share that hangs in a thread."""
LEAST_PRESENT = 2
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)


@dataclass
class _Export:
    """Messages by folder and day, and the conversations that the folders stand for."""

    company: Company
    days: dict[tuple[str, str], list[Record]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def stamp(self, folder: str, sent_s: int) -> str:
        """Give a time stamp that is the id of the message in its channel."""
        self.counts[folder] += 1
        return f"{sent_s}.{self.counts[folder]:06d}"

    def post(self, folder: str, user: str, ts: str, more: Record | None = None) -> Record:
        """Add one message; its text is a placeholder that no reader may keep."""
        record: Record = {"type": "message", "user": user, "text": PLACEHOLDER, "ts": ts}
        record |= more or {}
        self.days[folder, utc_day(int(ts.split(".", 1)[0]))].append(record)
        return record


def write_slack(
    world: World, traffic: Traffic, path: Path, streams: tuple[np.random.Generator, ...]
) -> None:
    """Direct messages from the conversations, team channels with threads, and a busy bot.

    `streams` holds the generators of messages and of longer talks.
    """
    company = world.company
    rng, talks = streams
    export = _Export(company)
    chat = traffic.take(traffic.channel == CHAT)
    direct = _direct_messages(export, chat.take(np.argsort(chat.message, kind="stable")), rng)
    public, private = _team_channels(export, world, rng)
    _bot_posts(export, company, rng)
    _long_talks(export, world, talks)
    everybody = [_user_id(company, i) for i in range(len(company.people))]
    public.insert(0, _channel("C0GENERAL", GENERAL, everybody, company))
    _zip(
        path,
        {
            "users.json": _users(company),
            "channels.json": public,
            "groups.json": private,
            "dms.json": direct,
            "mpims.json": [],
            "integration_logs.json": [],
        },
        export,
    )


def _direct_messages(export: _Export, chat: Traffic, rng: np.random.Generator) -> list[Record]:
    """Every pair has a folder; about half of the answers hang in a thread, the others follow."""
    company = export.company
    folders: dict[tuple[int, int], str] = {}
    roots: dict[int, Record] = {}
    threaded = rng.random(len(chat)) < THREAD_SHARE
    liked = rng.random(len(chat)) < REACTIONS_PER_MESSAGE
    rows = zip(
        chat.message.tolist(),
        chat.parent.tolist(),
        chat.sender.tolist(),
        chat.recipient.tolist(),
        chat.sent_s.tolist(),
        strict=True,
    )
    for i, (message, parent, sender, recipient, sent_s) in enumerate(rows):
        pair = (min(sender, recipient), max(sender, recipient))
        folder = folders.setdefault(pair, f"D0{len(folders):07d}")
        record = export.post(folder, _user_id(company, sender), export.stamp(folder, sent_s))
        if parent < 0:
            roots[message] = record
        elif threaded[i]:
            _hang(roots[parent], record)
        if liked[i]:
            _react(record, [_user_id(company, recipient)], rng)
    return [
        {
            "id": folder,
            "created": company.first_day * clock.DAY,
            "members": [_user_id(company, i) for i in pair],
        }
        for pair, folder in folders.items()
    ]


def _team_channels(
    export: _Export, world: World, rng: np.random.Generator
) -> tuple[list[Record], list[Record]]:
    """One channel per team of today; private where the division keeps to itself."""
    company = world.company
    era = company.era(company.end_day - 1)
    public: list[Record] = []
    private: list[Record] = []
    for row, team in enumerate(company.teams):
        if not team.eras[era]:
            continue
        name, staying = _channel_of(company, row)
        is_private = company.divisions[team.division] in PRIVATE_DIVISIONS
        prefix, channels = ("G0", private) if is_private else ("C0", public)
        users = [_user_id(company, i) for i in staying]
        channels.append(_channel(f"{prefix}{row:07d}", name, users, company))
        _team_posts(export, world, (name, staying), rng)
    return public, private


def _channel_of(company: Company, row: int) -> tuple[str, IntArray]:
    """Name and members of a team's channel: those of today's team who stay to the end."""
    era = company.era(company.end_day - 1)
    members = np.flatnonzero(company.people.team[era] == row)
    staying = members[company.people.left[members] >= company.end_day]
    return "team-" + company.teams[row].name.lower().replace(" ", "-"), staying


def _long_talks(export: _Export, world: World, rng: np.random.Generator) -> None:
    """Every second week a longer talk in each team's channel, in one thread."""
    company = world.company
    era = company.era(company.end_day - 1)
    for row, team in enumerate(company.teams):
        if not team.eras[era]:
            continue
        name, members = _channel_of(company, row)
        for talk in team_talks(world, members, rng):
            posts = [
                export.post(name, _user_id(company, turn.person), export.stamp(name, turn.sent_s))
                for turn in talk
            ]
            for post in posts[1:]:
                _hang(posts[0], post)


def _team_posts(
    export: _Export, world: World, channel: tuple[str, IntArray], rng: np.random.Generator
) -> None:
    name, members = channel  # isolated members read along and stay silent
    for week in range(world.company.plan.weeks):
        here = members[present(world, week)[members] & (world.company.people.buddy[members] < 0)]
        if here.size < LEAST_PRESENT:
            continue
        authors = rng.choice(here, rng.poisson(POSTS_PER_WEEK))
        whole = np.full(authors.size, week)
        sent = pick_times(world, authors, whole, np.zeros(authors.size, bool), rng)
        for author, when in zip(authors, sent, strict=True):
            others = here[here != author]
            _one_thread(export, name, (int(author), int(when)), others, rng)


def _one_thread(
    export: _Export, name: str, post: tuple[int, int], others: IntArray, rng: np.random.Generator
) -> None:
    author, when = post
    company = export.company
    root = export.post(name, _user_id(company, author), export.stamp(name, when))
    fans = rng.permutation(others)[: rng.poisson(REACTIONS_PER_POST)]
    if fans.size:
        _react(root, [_user_id(company, i) for i in fans], rng)
    for i in rng.permutation(others)[: rng.poisson(ANSWERS_PER_POST)]:
        later = when + int(np.exp(rng.normal(np.log(1_500.0), 0.8)))
        _hang(root, export.post(name, _user_id(company, i), export.stamp(name, later)))


def _bot_posts(export: _Export, company: Company, rng: np.random.Generator) -> None:
    """A bot reports every Monday in the channel of everybody, and newcomers join it."""
    for day in range(company.first_day, company.end_day, 7):
        ts = export.stamp(GENERAL, day * clock.DAY + 8 * 3_600 + int(rng.integers(0, 600)))
        more: Record = {"subtype": "bot_message", "bot_id": BOT, "username": "deploys"}
        record = export.post(GENERAL, "", ts, more)
        del record["user"]
    people = company.people
    for person in np.flatnonzero(people.joined >= company.first_day):
        ts = export.stamp(GENERAL, int(people.joined[person]) * clock.DAY + 9 * 3_600)
        export.post(GENERAL, _user_id(company, int(person)), ts, {"subtype": "channel_join"})


def _hang(root: Record, answer: Record) -> None:
    """Put an answer into the thread of its root, as both records show it."""
    known = root.get("reply_users", [])
    users = [str(user) for user in known] if isinstance(known, list) else []
    user = str(answer["user"])
    root["thread_ts"] = answer["thread_ts"] = root["ts"]
    answer["parent_user_id"] = root["user"]
    root["reply_count"] = int(str(root.get("reply_count", 0))) + 1
    root["reply_users"] = users if user in users else [*users, user]


def _react(record: Record, users: list[str], rng: np.random.Generator) -> None:
    name = str(rng.choice(REACTIONS))
    record["reactions"] = [{"name": name, "users": users, "count": len(users)}]


def _user_id(company: Company, person: int) -> str:
    return f"U0{company.people.number[person]:07d}"


def _channel(channel_id: str, name: str, members: list[str], company: Company) -> Record:
    return {
        "id": channel_id,
        "name": name,
        "created": company.first_day * clock.DAY,
        "is_archived": False,
        "is_general": name == GENERAL,
        "members": members,
    }


def _users(company: Company) -> list[Record]:
    people = company.people
    users: list[Record] = [
        {
            "id": _user_id(company, i),
            "team_id": WORKSPACE,
            "name": f"u{people.number[i]}",
            "deleted": bool(people.left[i] < company.end_day),
            "is_bot": False,
            "tz": SITES[people.site[i]].time_zone,
            "profile": {"email": company.address(i)},
        }
        for i in range(len(people))
    ]
    return [
        *users,
        {
            "id": "U0DEPLOYS",
            "team_id": WORKSPACE,
            "name": "deploys",
            "deleted": False,
            "is_bot": True,
            "profile": {"bot_id": BOT},
        },
    ]


def _zip(path: Path, tables: dict[str, list[Record]], export: _Export) -> None:
    """Write members in a fixed order, uncompressed and with one date: same seed, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, records in tables.items():
            _member(archive, name, records)
        for folder, day in sorted(export.days):
            records = sorted(export.days[folder, day], key=lambda r: str(r["ts"]))
            _member(archive, f"{folder}/{day}.json", records)
    path.write_bytes(buffer.getvalue())


def _member(archive: zipfile.ZipFile, name: str, records: Sequence[Record]) -> None:
    info = zipfile.ZipInfo(name, _ZIP_TIME)
    info.create_system, info.external_attr = 3, 0o644 << 16
    archive.writestr(info, json.dumps(records, separators=(",", ":")).encode("ascii"))
