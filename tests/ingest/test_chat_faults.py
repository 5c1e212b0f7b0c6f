"""Exports of chats with any field damaged: every unit is accounted for, and nothing crashes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from core.errors import SourceError
from ingest.checking import check_file

Json = object
SLACK = {
    "type": "message", "user": "U1", "ts": "1741683600.000100", "subtype": None,
    "thread_ts": "1741683600.000100", "parent_user_id": "U2", "bot_id": None,
    "reactions": [{"users": ["U2"], "count": 1}], "root": {"user": "U2"},
    "room": {"created_by": "U1", "participants": ["U1", "U2"]}, "text": "<@U2>",
}  # fmt: skip
TEAMS = {
    "id": "1", "messageType": "message", "createdDateTime": "2025-03-11T10:00:00Z",
    "chatId": "19:a@thread.v2", "replyToId": None, "deletedDateTime": None,
    "channelIdentity": {"teamId": "t", "channelId": "c"}, "from": {"user": {"id": "u1"}},
    "mentions": [{"mentioned": {"user": {"id": "u2"}}}], "replies": [], "value": None,
    "reactions": [{"user": {"user": {"id": "u2"}}, "createdDateTime": "2025-03-11T10:01:00Z"}],
}  # fmt: skip
GOOGLE = {
    "creator": {"email": "ana@acme.example", "user_type": "Human"},
    "created_date": "Monday, January 5, 2026 at 9:00:02 AM UTC", "topic_id": "t",
    "message_id": "R/t/t", "message_state": None,
    "reactions": [{"reactor_emails": ["b@x.example"]}],
}  # fmt: skip
EVENT = {
    "id": {"time": "2026-01-05T09:00:02Z"}, "actor": {"email": "ana@acme.example"}, "items": None,
    "events": [{"name": "message_posted", "parameters": [
        {"name": "room_id", "value": "R"}, {"name": "message_id", "value": "m"},
        {"name": "timestamp_ms", "intValue": "1767603602500000"}]}],
}  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["U1", "U2", "9" * 30, "1741683600", "2025-03-11T10:00:00", "\ud7ff:a b"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "user", "users", "name", "email"]), inner)
    ),
    max_leaves=4,
)


def slack(folder: Path, records: list[Json]) -> Path:
    (folder / "room").mkdir()
    (folder / "channels.json").write_text('[{"id": "C", "name": "room", "members": ["U1", "U2"]}]')
    (folder / "room" / "2025-03-11.json").write_text(json.dumps(records))
    return folder


def teams(folder: Path, records: list[Json]) -> Path:
    (folder / "x.json").write_text(json.dumps(records))
    return folder / "x.json"


def takeout(folder: Path, records: list[Json]) -> Path:
    (folder / "DM R").mkdir()
    (folder / "DM R" / "messages.json").write_text(json.dumps({"messages": records}))
    return folder


def report(folder: Path, records: list[Json]) -> Path:
    (folder / "x.ndjson").write_text("\n".join(map(json.dumps, records)))
    return folder / "x.ndjson"


@pytest.mark.parametrize(
    ("reader", "whole", "write"),
    [("slack", SLACK, slack), ("teams", TEAMS, teams), ("google_chat", GOOGLE, takeout),
     ("google_chat", EVENT, report)],
    ids=["slack", "teams", "takeout", "report"],
)  # fmt: skip
@tried(60, one_folder=True)
@given(data=st.data())
def test_any_damage_is_accounted_for(
    reader: str,
    whole: dict[str, Json],
    write: Callable[[Path, list[Json]], Path],
    data: st.DataObject,
) -> None:
    damages = data.draw(
        st.lists(st.dictionaries(st.sampled_from(sorted(whole)), VALUES, max_size=3), max_size=4)
    )
    records: list[Json] = [whole, *(whole | damage for damage in damages)]
    if data.draw(st.booleans()):
        records.append(data.draw(VALUES))
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name), records)
        try:
            # `check_file` raises where what was seen is not what was accounted for.
            found = check_file(path, reader, {"mentions": True} if reader == "slack" else None)
        except SourceError as error:
            assert error.code != "E-BALANCE-001"
        else:
            assert found.balance.n_seen >= 1
