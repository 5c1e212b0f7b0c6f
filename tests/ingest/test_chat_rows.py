"""Rows of chats: whom a message reaches, by the rules that all chat tools share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import EXPORTS, run_intake, source

from ingest.batches import TABLES
from ingest.chat.chat_rows import MAX_MEMBERS, ChatLine, ChatRows, Heard
from ingest.tally import Tally

A, B, C, BOT = "t:a", "t:b", "t:c", "t:bot"


def line(**changes: object) -> ChatLine:
    base = ChatLine("t:room:1", "t:room:1", None, A, sent_s=1_741_000_000)
    return base._replace(**changes)  # type: ignore[arg-type]


def started() -> ChatRows:
    return ChatRows(Tally("chat.zip"), services={BOT})


def slots(rows: ChatRows) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    for batch in rows.rest():
        assert batch.rows.schema == TABLES[batch.table]
        if batch.table == "recipients":
            found = [(r["unit"], r["recipient"], r["role"]) for r in batch.rows.to_pylist()]
    return found


def test_a_message_goes_to_every_other_member_but_bots() -> None:
    rows = started()
    assert rows.post(line(), Heard(rows.room([A, B, C, BOT])))
    assert slots(rows) == [(0, B, "member"), (0, C, "member")]


def test_who_is_mentioned_is_no_member_as_well_and_counts_once() -> None:
    rows = started()
    rows.post(line(), Heard(rows.room([A, B, C]), mentions=[C, C, BOT, A]))
    assert slots(rows) == [(0, B, "member"), (0, C, "mention")]
    assert dict(rows.tally.slots) == {"service": 1, "self": 1}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (None, "members_unknown"),
        ([], "members_unknown"),
        ([f"t:{n}" for n in range(MAX_MEMBERS + 1)], "large_channel"),
        ([A], "no_usable_recipient"),
        ([A, BOT], "no_usable_recipient"),
    ],
)
def test_a_message_that_nobody_known_hears_is_left_out(
    members: list[str] | None, reason: str
) -> None:
    rows = started()
    assert not rows.post(line(), Heard(rows.room(members)))
    assert dict(rows.tally.filtered) == {reason: 1}
    assert slots(rows) == []


@pytest.mark.parametrize("members", [None, [f"t:{n}" for n in range(MAX_MEMBERS + 1)]])
def test_in_a_large_or_unknown_room_the_mentioned_alone_are_reached(
    members: list[str] | None,
) -> None:
    rows = started()
    rows.post(line(), Heard(rows.room(members), mentions=[B]))
    assert slots(rows) == [(0, B, "mention")]


def test_a_room_of_just_the_limit_is_no_large_one() -> None:
    rows = started()
    rows.post(line(), Heard(rows.room([A, *(f"t:{n}" for n in range(MAX_MEMBERS - 1))])))
    assert len(slots(rows)) == MAX_MEMBERS - 1


def test_a_reply_goes_to_the_author_of_its_parent_and_the_mentioned_only() -> None:
    rows = started()
    reply = line(parent="t:room:0", act="reply")
    rows.post(reply, Heard(rows.room([A, B, C]), author=B, mentions=[B, C]))
    assert slots(rows) == [(0, B, "to"), (0, C, "mention")]


@pytest.mark.parametrize("author", [None, A])
def test_a_reply_to_oneself_or_to_nobody_known_goes_to_the_room(author: str | None) -> None:
    rows = started()
    rows.post(line(parent="t:room:0", act="reply"), Heard(rows.room([A, B]), author=author))
    assert slots(rows) == [(0, B, "member")]


def test_each_reactor_is_a_unit_to_the_author_at_a_known_time_or_that_of_the_message() -> None:
    rows = started()
    rows.tally.see()
    rows.post(line(), Heard(rows.room([A, B])))
    rows.reactions(line(), {B: None, BOT: 1_741_000_060})
    messages, recipients = list(rows.rest())
    told = messages.rows.to_pylist()
    assert [row["key"] for row in told[1:]] == ["t:room:1:reaction:b", "t:room:1:reaction:bot"]
    assert [row["sent_s"] for row in told[1:]] == [1_741_000_000, 1_741_000_060]
    assert [row["auto_reason"] for row in told[1:]] == [None, "service_account"]
    assert [row["n_recipients"] for row in told] == [1, 1, 1]
    assert recipients.rows.column("recipient").to_pylist() == [B, A, A]
    assert rows.tally.n_seen == 3
    assert rows.tally.notes["reaction_time_unknown"] == 1


def test_strangers_are_those_in_rows_and_not_those_who_only_sit_in_rooms() -> None:
    rows = started()
    rows.room([A, B, C])
    rows.post(line(), Heard(rows.room([A, B])))
    list(rows.rest())
    assert rows.strangers({A}) == [B]
    assert rows.tally.notes["accounts_not_listed"] == 1


PEOPLE = [A, B, C, "t:d", BOT]
Post = tuple[str, list[str], list[str], str | None, bool]
POSTS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.lists(st.sampled_from(PEOPLE), max_size=5),
        st.lists(st.sampled_from(PEOPLE), max_size=3),
        st.none() | st.sampled_from(PEOPLE),
        st.booleans(),
    ),
    max_size=12,
)


@given(POSTS)
def test_slots_are_what_a_plain_reading_of_the_rules_gives(posts: list[Post]) -> None:
    rows, wanted, n_out, unit = started(), [], 0, 0
    got: list[tuple[int, str, str]] = []
    for sender, members, mentions, author, is_handed_over in posts:
        parent = "t:room:0" if author else None
        rows.post(line(sender=sender, parent=parent), Heard(rows.room(members), author, mentions))
        named = [m for m in dict.fromkeys(mentions) if m not in (BOT, sender)]
        if author and author != sender:
            heard = [(author, "to")] + [(m, "mention") for m in named if m != author]
        else:
            others = [m for m in dict.fromkeys(members) if m not in (BOT, sender, *named)]
            heard = [(m, "mention") for m in named] + [(m, "member") for m in others]
        wanted += [(unit, who, role) for who, role in heard]
        unit += bool(heard)
        n_out += not heard
        if is_handed_over:
            got += slots(rows)
    got += slots(rows)
    assert sorted(got) == sorted(wanted)
    assert rows.n_units == unit
    assert rows.tally.n_filtered == n_out


def test_one_person_in_three_tools_is_one_person(tmp_path: Path) -> None:
    taken = run_intake(tmp_path / "run", [
        source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv"),
        source(2, "slack", EXPORTS / "slack_exports" / "full"),
        source(3, "teams", EXPORTS / "teams" / "graph"),
        source(4, "google_chat", EXPORTS / "google_chat" / "takeout"),
    ])  # fmt: skip
    rows, people = taken.table("messages"), taken.table("people").set_index("person_id")
    tools = rows.groupby("sender_id")["source"].nunique()
    everywhere = people.loc[tools[tools == 3].index, "kind"]
    # by hand: Ana and Bruno of the roster and Kim, a guest, write in all three; each tool has
    # one message of a bot
    assert sorted(everywhere) == ["employee", "employee", "external"]
    assert taken.report.automated == {"service_account": 3}
