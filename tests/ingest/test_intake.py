"""Intake from end to end: balance, merging, clocks, kinds; order and repetition change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st
from intake_runs import EXPORTS, TRACE_COLUMNS, Taken, fixture_sources, run_intake, source
from intake_runs import settings as intake_settings

from core.errors import ConfigError, SourceError
from core.tables.canonical import CANONICAL
from core.tables.survey import SURVEY
from core.windows import day_of
from ingest.balance import SourceBalance
from ingest.limits import Limits
from ingest.settings import AutomationSettings, OptionValue
from ingest.working_hours import WorkCalendar

ROSTER = source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")
TRACE = source(2, "messages_csv", EXPORTS / "messages_csv" / "trace.csv",
               {"columns": TRACE_COLUMNS})  # fmt: skip
HEAD = "Message ID,Conversation,In-Reply-To,Sender,Recipients,Sent\n"
TABLES = [name for name in (*CANONICAL, *SURVEY) if name not in {"imports", "import_reasons"}]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("fixture")
    return run_intake(folder / "run", fixture_sources(folder))


def balance(taken: Taken, number: int) -> SourceBalance:
    [found] = [b for b in taken.report.sources if b.number == number]
    return found


def trace(tmp_path: Path, rows: str, **changes: object) -> Taken:
    path = tmp_path / "trace.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return run_intake(
        tmp_path / "run",
        [ROSTER, source(2, "messages_csv", path, {"columns": TRACE_COLUMNS})],
        **changes,
    )


def test_the_trace_balances_as_counted_by_hand(taken: Taken) -> None:
    found = balance(taken, 2)
    # t1, t2, t4, t5, t6, t9 give rows; t2 stands twice; t3 is to herself; t7 is from the
    # works council; t8 has no date
    assert (found.n_seen, found.n_accepted, found.n_duplicate) == (10, 6, 1)
    assert dict(found.filtered) == {"special_group": 1, "no_usable_recipient": 1}
    assert dict(found.rejected) == {"date_unparsable": 1}
    assert (found.n_slots, found.n_rows) == (11, 7)
    assert dict(found.slots) == {"duplicate": 1, "self": 1, "special_group": 2}


def test_a_second_table_balances_with_every_slot_accounted_for(taken: Taken) -> None:
    found = balance(taken, 3)
    assert (found.n_seen, found.n_accepted, dict(found.rejected)) == (4, 3, {"date_unparsable": 1})
    assert dict(found.slots) == {"message_rejected": 1, "unknown_message": 1}
    assert (found.n_slots, found.n_rows) == (6, 4)


def test_the_printed_sheet_names_every_source_and_reason(taken: Taken) -> None:
    text = "\n".join(taken.report.lines())
    assert "Source 2, messages_csv: 10 seen = 6 accepted + 1 duplicate + 2 filtered + 1" in text
    assert "recipient slots: 11 = 7 rows + 1 duplicate + 1 self + 2 special group" in text
    assert 'not read: "Subject", "Client IP"' in text
    assert taken.report.is_complete
    assert "@" not in str(taken.report.as_json())


def test_a_balance_that_does_not_close_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"E-BALANCE-001"):
        SourceBalance(1, "mbox", "0", 3, 1, 0, {}, {"bad": 1}).check()
    with pytest.raises(SourceError, match=r"E-BALANCE-001"):
        SourceBalance(1, "mbox", "0", 1, 1, 0, {}, {}, n_slots=2, n_rows=1).check()


def test_kinds_and_units_of_everybody_seen(taken: Taken) -> None:
    people = taken.table("people")
    assert people["kind"].value_counts().to_dict() == {
        "employee": 6, "service": 4, "external": 2,  # no-reply, daemon, two bots; kim, stranger
    }  # fmt: skip
    assert sorted(people["stakeholder"].dropna()) == ["customer", "other"]
    rules = taken.table("identities")["rule"].value_counts().to_dict()
    assert rules["account_email"] == 3
    assert rules["unresolved"] == 1  # the stranger has an own address and no roster row


def test_addresses_aliases_ids_and_accounts_of_a_person_lead_to_one_pseudonym(
    taken: Taken,
) -> None:
    identities = taken.table("identities")
    # ana: id, address, alias, chat account
    assert identities["person_id"].value_counts().max() == 4


def test_clock_columns_follow_each_side_of_a_message(taken: Taken) -> None:
    rows = taken.table("messages")
    [late] = rows[rows["sent_s"] == _utc("2025-03-04T23:30")].to_dict("records")
    assert late["sent_hour"] == 0  # half past midnight in Rome
    assert late["sent_day"] == day_of(dt.date(2025, 3, 5))
    assert late["is_off_hours"]


def test_people_on_another_clock_have_other_working_hours(tmp_path: Path) -> None:
    taken = trace(tmp_path, "<1@x>,,,ana@acme.example,bruno@acme.example;dario@acme.example,"
                  "2025-03-03T16:30:00Z\n")  # fmt: skip
    rows = taken.table("messages").merge(
        taken.table("people"), left_on="recipient_id", right_on="person_id", validate="m:1"
    )
    # by hand: half past five in Rome, half past four in Lisbon
    assert rows.set_index("time_zone")["is_off_hours"].to_dict() == {
        "Europe/Rome": True, "Europe/Lisbon": False,
    }  # fmt: skip


def test_leave_stops_a_persons_clock(tmp_path: Path) -> None:
    roster = tmp_path / "hr.csv"
    roster.write_text("Employee ID,Email,Team,Leave from,Leave to\n1,a@acme.example,A,,\n"
                      "2,b@acme.example,A,2025-03-04,2025-03-05\n", encoding="utf-8")  # fmt: skip
    path = tmp_path / "t.csv"
    days = (3, 4, 5, 6)
    path.write_text(HEAD + "".join(
        f"<{d}@x>,,,a@acme.example,b@acme.example,2025-03-0{d}T12:00:00Z\n" for d in days
    ), encoding="utf-8")  # fmt: skip
    taken = run_intake(
        tmp_path / "run",
        [source(1, "roster_csv", roster), source(2, "messages_csv", path,
                                                 {"columns": TRACE_COLUMNS})],
        calendar=WorkCalendar("UTC"),
    )  # fmt: skip
    rows = taken.table("messages").sort_values("sent_s")
    assert rows["is_off_hours"].tolist() == [False, True, True, False]
    assert rows["recipient_work_s"].diff().iloc[1:].tolist() == [5 * 3600, 0, 3 * 3600]
    assert rows["sender_work_s"].diff().iloc[1:].tolist() == [8 * 3600] * 3


def test_sources_in_another_order_give_the_same_tables(taken: Taken, tmp_path: Path) -> None:
    turned = run_intake(tmp_path / "run", fixture_sources(tmp_path)[::-1])
    for name in TABLES:
        left, right = taken.table(name), turned.table(name)
        pd.testing.assert_frame_equal(left, right, obj=name)


def test_importing_everything_twice_equals_importing_it_once(taken: Taken, tmp_path: Path) -> None:
    sources = fixture_sources(tmp_path)
    again = [source(s.number + 10, s.reader, s.path, s.options) for s in sources]
    twice = run_intake(tmp_path / "run", sources + again)
    for name in TABLES:
        pd.testing.assert_frame_equal(taken.table(name), twice.table(name), obj=name)
    for number in (2, 3, 4, 5):
        pair = balance(twice, number), balance(twice, number + 10)
        # copies of one file are alike: which of the two counts as the copy does not matter
        assert sum(b.n_accepted for b in pair) == balance(taken, number).n_accepted
        assert sum(b.n_rows for b in pair) == balance(taken, number).n_rows


def test_one_mail_from_two_readers_is_one_message_and_the_linked_copy_wins(
    tmp_path: Path,
) -> None:
    path = tmp_path / "trace.csv"
    path.write_text(
        HEAD + "<b2@acme.example>,,,bruno@acme.example,elena@acme.example,2025-03-10T09:00:00Z\n",
        encoding="utf-8",
    )
    taken = run_intake(tmp_path / "run", [
        ROSTER, source(2, "messages_csv", path, {"columns": TRACE_COLUMNS}),
        source(4, "mbox", EXPORTS / "mbox" / "mail.mbox"),
    ])  # fmt: skip
    rows = taken.table("messages")
    linked = rows[rows["reply_quality"] == "explicit"]
    assert len(linked) == 2  # to ana by the mbox, to elena by the trace
    assert len(set(linked["message_id"])) == 1
    assert (linked["n_recipients"] == 2).all()


def test_a_message_id_that_two_senders_use_is_a_conflict(tmp_path: Path) -> None:
    taken = trace(tmp_path, "".join(
        f"<1@x>,,,{sender}@acme.example,elena@acme.example,2025-03-03T0{hour}:00:00Z\n"
        for hour, sender in ((8, "ana"), (9, "bruno"))
    ))  # fmt: skip
    assert taken.table("conflicts")["kind"].tolist() == ["sender"]
    assert len(taken.table("messages")) == 1
    assert dict(balance(taken, 2).slots) == {"message_id_conflict": 1}
    assert balance(taken, 2).n_duplicate == 1


def test_messages_outside_the_period_are_left_out_by_the_senders_day(tmp_path: Path) -> None:
    rows = "".join(
        f"<{n}@x>,,,ana@acme.example,bruno@acme.example,{sent}\n"
        for n, sent in enumerate(["2025-03-02T22:59:59Z", "2025-03-02T23:00:00Z",
                                  "2025-03-09T22:59:59Z", "2025-03-09T23:00:00Z"])
    )  # fmt: skip
    first, last = day_of(dt.date(2025, 3, 3)), day_of(dt.date(2025, 3, 9))
    taken = trace(tmp_path, rows, first_day=first, last_day=last)
    assert sorted(taken.table("messages")["sent_day"]) == [first, last]
    assert dict(balance(taken, 2).filtered) == {"outside_period": 2}
    assert dict(balance(taken, 2).slots) == {"outside_period": 2}


@pytest.mark.parametrize(
    "excluded", ["works council", "Works-Council", "works.council@acme.example", "id:E6"]
)
def test_traffic_of_excluded_roles_is_left_out(tmp_path: Path, excluded: str) -> None:
    taken = run_intake(tmp_path / "run", [ROSTER, TRACE], excluded_roles=(excluded,))
    assert balance(taken, 2).filtered["special_group"] == 1
    assert balance(taken, 2).slots["special_group"] == 2


def test_declared_senders_are_automated_or_human(tmp_path: Path) -> None:
    rule = AutomationSettings(automated=("kim@customer.example", "E1"),
                              human=("no-reply@acme.example",))  # fmt: skip
    taken = run_intake(tmp_path / "run", [ROSTER, TRACE], automation=rule)
    assert taken.report.automated == {"declared": 2}  # t1 and t5


def test_an_alias_file_gives_addresses_to_people_and_refuses_doubt(tmp_path: Path) -> None:
    aliases = tmp_path / "aliases.csv"
    aliases.write_text("person_id,alias\nE5,stranger@acme.example\n", encoding="utf-8")
    taken = run_intake(tmp_path / "run", [ROSTER, TRACE], aliases=aliases)
    assert taken.report.resolved_share == 1.0
    assert "alias" in set(taken.table("identities")["rule"])
    aliases.write_text("person_id,alias\nE5,ana@acme.example\nE99,x@acme.example\n",
                       encoding="utf-8")  # fmt: skip
    with pytest.raises(SourceError, match=r"aliases\.csv:2: 2 aliases.*E-ALIAS-002.*2, 3"):
        run_intake(tmp_path / "run", [ROSTER, TRACE], aliases=aliases)


def test_traffic_that_cannot_be_resolved_is_said_aloud(tmp_path: Path) -> None:
    taken = trace(tmp_path, "".join(
        f"<{n}@x>,,,{name}@acme.example,ana@acme.example,2025-03-03T09:00:0{n}Z\n"
        for n, name in enumerate(["bruno", "stranger", "other"])
    ))  # fmt: skip
    assert taken.report.resolved_share == pytest.approx(1 / 3)
    assert taken.report.unresolved_domains == {"acme.example": 2}
    assert any("W-IDENTITY-001" in text for text in taken.report.warnings)


def test_too_many_rejects_stop_the_import_and_name_the_first(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"trace\.csv: 1 of 10 .*line 10 .*E-REJECT-001"):
        run_intake(tmp_path / "run", [ROSTER, TRACE], limits=Limits())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"sender": "Sender"}}, r"no column for sent, recipient or recipients"),
        ({"columns": TRACE_COLUMNS | {"sent": "Sendt"}}, r"'Sendt' does not exist.*\"Sender\""),
        ({"columns": TRACE_COLUMNS | {"sendr": "Sender"}}, r"'sendr' is no meaning here"),
        ({"columns": TRACE_COLUMNS, "channel": "fax"}, r"channel is not one of email, chat"),
        ({"columns": TRACE_COLUMNS, "colour": "red"}, r"does not take: colour"),
        ({"columns": TRACE_COLUMNS, "time_zone": "Mars"}, r"no time zone 'Mars'"),
        ({"columns": TRACE_COLUMNS, "recipients": {"path": "no.csv"}}, r"no such file"),
    ],
)
def test_options_that_do_not_fit_are_named(
    tmp_path: Path, options: dict[str, OptionValue], message: str
) -> None:
    with pytest.raises((SourceError, ConfigError), match=message):
        run_intake(tmp_path / "run", [source(1, "messages_csv", TRACE.path, options)])


def test_dates_in_local_notation_ask_for_their_pattern(tmp_path: Path) -> None:
    rows = "".join(f"<{n}@x>,,,a@x.example,b@x.example,05/01/2026 10:00:0{n}\n" for n in range(5))
    with pytest.raises(SourceError, match=r"could be either way.*E-CSV-009.*Set time ="):
        trace(tmp_path, rows)


def test_an_intake_without_sources_writes_every_table_empty(tmp_path: Path) -> None:
    taken = run_intake(tmp_path / "run", [])
    for name in (*CANONICAL, *SURVEY):
        assert len(taken.table(name)) == (1 if name == "units" else 0), name


def _utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp())


FAULTS: dict[str, Callable[[list[str]], list[str]]] = {
    "no sender": lambda row: [*row[:3], "", *row[4:]],
    "no recipient": lambda row: [*row[:4], "", row[5]],
    "to herself": lambda row: [*row[:4], row[3], row[5]],
    "no date": lambda row: [*row[:5], "soon"],
    "too old": lambda row: [*row[:5], "1970-01-01T00:00:00Z"],
    "no address": lambda row: [*row[:4], "nobody;;" + row[4], row[5]],
    "twice": lambda row: [*row[:4], f"{row[4]};{row[4]}", row[5]],
    "too long": lambda row: [*row, "more"],
    "short": lambda row: row[:4],
    "quote": lambda row: [f'"{row[0]}', *row[1:]],
    "nul": lambda row: ["\x00", *row[1:]],
    "no id": lambda row: ["", *row[1:]],
    "none": lambda row: row,
}


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(FAULTS)), st.integers(0, 4), st.integers(0, 4),
                  st.integers(0, 5), st.booleans()),
        min_size=1, max_size=30,
    )
)  # fmt: skip
@property_settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_the_balance_closes_over_random_faults(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, int, int, int, bool]]
) -> None:
    names = ("ana", "bruno", "carla", "works.council", "stranger")
    lines = []
    for n, (fault, sender, to, hour, is_copy) in enumerate(cells):
        sent = f"2025-03-03T0{hour}:00:00Z"
        listed = f"{names[to]}@acme.example;kim@customer.example"
        row = [f"<{n - is_copy}@x>", "", "", f"{names[sender]}@acme.example", listed, sent]
        lines.append(",".join(FAULTS[fault](row)))
    taken = trace(tmp_path_factory.mktemp("faults"), "\n".join(lines) + "\n")
    found = balance(taken, 2)  # take_in has checked it; here again, from the written table
    row = taken.table("imports").set_index("source").loc["messages_csv #2"]
    ends = ["n_accepted", "n_duplicate", "n_filtered", "n_rejected"]
    assert row["n_seen"] == row[ends].sum()
    assert row["n_seen"] == len(cells)
    assert row["n_rows"] == len(taken.table("messages"))
    assert row["n_slots"] == row["n_rows"] + sum(found.slots.values())


def test_the_staff_mail_of_a_real_company_is_accounted_for_row_by_row(
    shared_dir: Path, tmp_path: Path
) -> None:
    folder = shared_dir / "data" / "enron"
    table: dict[str, OptionValue] = {"separator": "tab", "quote": "off", "header": False}
    taken = run_intake(tmp_path / "run", [
        source(1, "roster_csv", folder / "employees.tsv", table | {
            "columns": {"employee_id": 1, "department": 3, "team": 4, "level": 7},
            "level_order": ["Senior", "Junior"],
        }),
        source(2, "messages_csv", folder / "messages.tsv", table | {
            "time": "epoch_s", "identity": "employee_id",
            "columns": {"message_id": 1, "sent": 3, "sender": 5},
            "recipients": {"path": "recipients.tsv", "columns": {"message_id": 1, "recipient": 3}},
        }),
    ], limits=Limits())  # fmt: skip
    # facts of the data's own description
    assert balance(taken, 1).n_accepted == 156
    found = balance(taken, 2)
    assert (found.n_seen, found.n_accepted, found.n_slots, found.n_rows) == (
        21_635, 21_635, 38_388, 38_388,
    )  # fmt: skip
    rows = taken.table("messages")
    assert rows["n_recipients"].max() == 57
    assert len(rows[["sender_id", "recipient_id"]].drop_duplicates()) == 2_715
    assert len(set(rows["sender_id"]) | set(rows["recipient_id"])) == 154
    people = taken.table("people").merge(taken.table("units"), on="unit_id", validate="m:1")
    division = people["path"].str.split("/").str[1].value_counts().to_dict()
    assert division == {"legal": 25, "trading": 60, "other": 71}
    assert people["level"].value_counts().to_dict() == {0: 74, 1: 82}
    assert intake_settings().key.check_value not in "".join(people["person_id"])
