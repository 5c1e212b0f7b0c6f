"""Tracking logs of Exchange: a delivery counts once, and nothing hidden comes out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import run_intake, source
from property_inputs import tried
from read_logs import read

from core.errors import SourceError
from ingest.reading import Reading

FIELDS = (
    "#Fields: date-time,source,event-id,message-id,network-message-id,recipient-address,"
    "recipient-status,related-recipient-address,message-subject,sender-address,return-path"
)


def line(event: str, to: str, status: str = "", **more: str) -> str:
    told = {"at": "2026-01-05T09:00:00.000Z", "id": "<m1@x.example>", "related": ""} | more
    return (
        f"{told['at']},SMTP,{event},{told['id']},net-1,{to},{status},{told['related']},"
        '"CANARY, ""it""",ana@x.example,ana@x.example'
    )


def log(*lines: str, fields: str = FIELDS) -> bytes:
    head = ["#Software: Microsoft Exchange Server", "#Log-type: Message Tracking Log", fields]
    return ("\r\n".join([*head, *lines]) + "\r\n").encode()


def tracked(path: Path, content: bytes) -> tuple[Reading, dict[str, list[dict]]]:
    path.write_bytes(content)
    return read("exchange_tracking", path)


def test_a_hidden_copy_named_in_another_log_of_the_folder_stays_hidden(tmp_path: Path) -> None:
    received = log(line("RECEIVE", "ben@x.example;dora@x.example", "To;Bcc"))
    delivered = log(line("DELIVER", "ben@x.example;DORA@x.example"), "short,line")
    folder = tmp_path / "logs"
    folder.mkdir()
    # The file that delivers comes before the file that says who is hidden.
    (folder / "MSGTRKMD2026010509-1.LOG").write_bytes(delivered)
    (folder / "MSGTRKMS2026010509-1.LOG").write_bytes(received)
    (folder / "readme.txt").write_text("CANARY")
    packed = tmp_path / "logs.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"server-1/{file.name}")
    for path in (folder, packed):
        reading, rows = read("exchange_tracking", path)
        assert [row["recipient"] for row in rows["recipients"]] == ["email:ben@x.example"]
        assert dict(reading.tally.slots) == {"bcc": 1}
        [reject] = reading.tally.rejects
        assert reject.locator.endswith("MSGTRKMD2026010509-1.LOG line 5")


def test_where_statuses_and_recipients_do_not_run_in_step_nobody_is_named(tmp_path: Path) -> None:
    reading, rows = tracked(
        tmp_path / "a.log",
        log(
            line("RECEIVE", "ben@x.example;dora@x.example;emil@x.example", "To;Bcc"),
            line("DELIVER", "ben@x.example"),
        ),
    )
    assert rows["recipients"] == []
    assert reading.tally.filtered["hidden_copy"] == 1


def test_who_stands_for_a_hidden_address_is_hidden_too(tmp_path: Path) -> None:
    # The alias, and the member of a list in a list, are delivered under other addresses.
    reading, rows = tracked(
        tmp_path / "a.log",
        log(
            line("DELIVER", "dora@x.example;emil@x.example;ben@x.example"),
            line("DELIVER", "fay@x.example", related="f.a.y@x.example"),
            line("EXPAND", "emil@x.example", related="inner@x.example"),
            line("EXPAND", "inner@x.example", related="outer@x.example"),
            line("RESOLVE", "dora@x.example", related="d.ora@x.example"),
            line(
                "RECEIVE",
                "ben@x.example;d.ora@x.example;outer@x.example;f.a.y@x.example",
                "To;Bcc;Bcc;Bcc",
            ),
        ),
    )
    assert [row["recipient"] for row in rows["recipients"]] == ["email:ben@x.example"]
    assert dict(reading.tally.slots) == {"bcc": 2}
    assert reading.tally.filtered["hidden_copy"] == 1


def test_a_status_in_quotes_may_hold_a_semicolon(tmp_path: Path) -> None:
    _, rows = tracked(
        tmp_path / "a.log",
        log(line("SEND", "a@y.example;b@y.example", "'250 ok; queued';'250 ok; queued'")),
    )
    assert [row["role"] for row in rows["recipients"]] == ["to", "to"]


def test_a_log_without_fields_is_refused_and_one_cut_off_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no line fits a #Fields line .*E-EXCHANGE-001"):
        tracked(tmp_path / "a.log", log(line("DELIVER", "ben@x.example"), fields="#Fields: a,b"))
    whole = log(line("DELIVER", "ben@x.example"), line("DELIVER", "emil@x.example"))
    reading, rows = tracked(tmp_path / "b.log", whole[:-60])
    assert len(rows["messages"]) == 1
    assert not reading.tally.is_complete
    assert "b.log:5: the last line is cut off (W-EXCHANGE-001)" in reading.tally.warnings[0]


def test_a_line_over_the_limit_and_one_with_nul_are_rejects_of_their_own(tmp_path: Path) -> None:
    long = line("DELIVER", "x" * (1 << 20) + "@x.example")
    reading, rows = tracked(
        tmp_path / "a.log",
        log(long, line("DELIVER", "a\x00@x.example"), line("DELIVER", "ben@x.example")),
    )
    assert [r.reason for r in reading.tally.rejects] == ["line_too_long", "holds_nul"]
    assert len(rows["messages"]) == 1


def test_eight_lines_of_one_mail_become_one_message_to_three_people(
    tmp_path: Path, shared_dir: Path
) -> None:
    path = shared_dir / "corpora" / "formats" / "exchange" / "MSGTRK20260105-1.LOG"
    taken = run_intake(tmp_path / "run", [source(1, "exchange_tracking", path)])
    messages = taken.table("messages")
    # By hand: m01 to bob, carla and dmitri; m03 was sent to its own sender.
    assert messages.message_id.nunique() == 1
    assert sorted(messages.role) == ["cc", "cc", "to"]
    assert set(messages.n_recipients) == {3}
    [balance] = taken.report.sources
    assert balance.n_seen == 10


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["RECEIVE", "DELIVER", "SEND", "EXPAND", "FAIL", "", "deliver", "#X"]),
            st.lists(
                st.sampled_from(["a@x.example", "B@x.example", "", "'", "/o=X/cn=y"]), max_size=4
            ),
            st.lists(st.sampled_from(["To", "Cc", "Bcc", "'250; x'", ""]), max_size=4),
            st.sampled_from(["2026-01-05T09:00:00Z", "soon", "", "9999-12-31T23:59:59Z"]),
            st.sampled_from(["<m1@x.example>", ""]),
        ),
        max_size=12,
    )
)
@tried(60)
def test_every_line_ends_somewhere(tmp_path_factory: pytest.TempPathFactory, lines: list) -> None:
    told = [
        line(event, ";".join(to), ";".join(status), at=at, id=key)
        for event, to, status, at, key in lines
    ]
    path = tmp_path_factory.mktemp("log") / "MSGTRK.LOG"
    reading, rows = tracked(path, log(*told, line("RECEIVE", "a@x.example")))
    assert reading.tally.n_seen == len(lines) + 1
    units = {row["unit"] for row in rows["recipients"]}
    assert units == {row["unit"] for row in rows["messages"]}
