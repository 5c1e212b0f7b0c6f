"""Calendars: every file of the corpus ends well, rules agree with another library, bombs end."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from intake_runs import settings
from shared_data import shared_path

from core.errors import SourceError
from ingest.calendars.recurrence import RULE_STEPS, Steps, instances
from ingest.calendars.recurrence_rule import parse_rule
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.registry import readers
from ingest.settings import SourceSpec

START = dt.datetime(2026, 1, 5, 9)
HEAD = "BEGIN:VCALENDAR\r\n"
PEOPLE = "ORGANIZER:mailto:ana@acme.example\r\nATTENDEE:mailto:ben@acme.example\r\n"


def read(path: Path) -> tuple[Reading, list[dict[str, object]]]:
    reading = start_reading(SourceSpec(1, "ics", path), settings())
    rows: list[dict[str, object]] = []
    for batch in readers.get("ics").function(source_for(reading, settings())):
        if batch.table == "messages":
            rows += batch.rows.to_pylist()
    reading.n_messages = len(rows)
    close_accounts(reading, 0)
    return reading, rows


def event(*lines: str, people: str = PEOPLE) -> str:
    return (
        "BEGIN:VEVENT\r\n" + "".join(f"{line}\r\n" for line in lines) + people + "END:VEVENT\r\n"
    )


def written(tmp_path: Path, *events: str, head: str = HEAD) -> Path:
    path = tmp_path / "calendar.ics"
    path.write_text(head + "".join(events) + "END:VCALENDAR\r\n", encoding="utf-8", newline="")
    return path


def sent(rows: list[dict[str, object]]) -> list[str]:
    return [
        dt.datetime.fromtimestamp(int(str(row["sent_s"])), dt.UTC).strftime("%Y-%m-%d %H:%M")
        for row in rows
    ]


def test_all_files_of_the_corpus_are_read_or_refused_with_a_message() -> None:
    # A parser of whole calendars refuses 6 of the 198. Here lines that nobody wants are gone
    # before parsing, so three of those are read, and a damaged event costs itself alone; two
    # that it takes are refused because nothing in them begins a calendar.
    refused, n_read = set(), 0
    for path in sorted(shared_path("corpora", "calendar").rglob("*.ics")):
        begun = time.process_time()
        try:
            read(path)
            n_read += 1
        except SourceError as error:
            assert error.code == "E-ICS-001"
            refused.add(path.name)
        assert time.process_time() - begun < 1
    assert n_read == 193
    assert refused == {
        "Index_Error.ics",
        "Type_Error.ics",
        "fuzz_testcase_0_char_in_component_name.ics",
        "fuzz_testcase_invalid_month.ics",
        "issue_178_component_with_invalid_name_represented.ics",
    }


def test_rules_give_the_instances_that_another_library_gives() -> None:
    rng = random.Random(4)  # noqa: S311 - rules to try, no secrets
    for _ in range(80):
        rule, start = _random_rule(rng), dt.datetime(rng.randint(2001, 2025), 3, 9, 8, 30)
        steps = Steps()
        found = list(itertools.islice(instances(parse_rule(rule), start, start, steps), 12))
        assert found == list(itertools.islice(rrulestr(rule, dtstart=start), len(found))), rule
        assert len(found) == 12 or "COUNT" in rule or steps.n_cut, rule


def _random_rule(rng: random.Random) -> str:
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    kind = rng.choice(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"])
    parts = [f"FREQ={kind}", f"INTERVAL={rng.randint(1, 4)}"]
    if rng.random() < 0.3:
        parts.append(f"BYMONTH={rng.randint(1, 6)},{rng.randint(7, 12)}")
    if rng.random() < 0.3:
        parts.append(f"BYMONTHDAY={rng.choice([-1, -2, 1, 5, 15, 29, 31])}")
    if rng.random() < 0.5:
        n = str(rng.choice([1, 2, -1, -2])) if kind in {"YEARLY", "MONTHLY"} else ""
        parts.append("BYDAY=" + ",".join(n + day for day in rng.sample(days, 2)))
        if kind == "MONTHLY" and rng.random() < 0.5:
            parts.append(f"BYSETPOS={rng.choice([1, 2, -1])}")
    if rng.random() < 0.2:
        parts.append("BYHOUR=9,15")
    if rng.random() < 0.3:
        parts.append(f"COUNT={rng.randint(1, 10)}")
    return ";".join(parts)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;COUNT=999999999",
        "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=" + ",".join(str(n) for n in range(60)),
    ],
)
def test_a_rule_without_end_ends(tmp_path: Path, rule: str) -> None:
    steps = Steps()
    n = sum(1 for _ in instances(parse_rule(rule), START, START, steps))
    assert n <= RULE_STEPS
    assert steps.n_cut == 1
    path = written(
        tmp_path, event("UID:a", "DTSTART:20200105T090000Z", "DURATION:PT1H", f"RRULE:{rule}")
    )
    reading, rows = read(path)
    assert len(rows) <= 1_000
    assert reading.tally.notes["series_cut_off"] == 1


def test_many_rules_without_end_are_cut_off_together_and_said(tmp_path: Path) -> None:
    one = event("DTSTART:19900105T090000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY;BYMONTHDAY=30")
    reading, _ = read(written(tmp_path, one * 25))
    assert not reading.tally.is_complete
    assert "W-ICS-003" in reading.tally.warnings[0]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=OFTEN",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;UNTIL=soon",
    ],
)
def test_a_rule_that_states_nothing_rejects_its_event_alone(tmp_path: Path, rule: str) -> None:
    good = event("UID:b", "DTSTART:20260105T090000Z", "DURATION:PT1H")
    bad = event("UID:a", "DTSTART:20260105T090000Z", f"RRULE:{rule}")
    reading, rows = read(written(tmp_path, bad, good))
    assert reading.tally.rejected == {"date_unparsable": 1}
    assert sent(rows) == ["2026-01-05 09:00"]


def test_a_daily_series_of_many_years_keeps_its_latest_thousand_days(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        event(
            "UID:a",
            "DTSTART:20150101T090000Z",
            "DTEND:20150101T093000Z",
            "RRULE:FREQ=DAILY;UNTIL=20241231T235959Z",
        ),
    )
    reading, rows = read(path)
    assert len(rows) == 1_000
    assert sent(rows)[-1] == "2024-12-31 09:00"
    assert reading.tally.notes == {"series_cut_off": 1}
    assert reading.tally.n_seen == 1_000


def test_dates_may_be_left_out_and_added_and_a_last_day_is_included(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        event(
            "UID:a",
            "DTSTART;TZID=Europe/Rome:20260301T230000",
            "DURATION:PT30M",
            "RRULE:FREQ=DAILY;UNTIL=20260304",
            "EXDATE;VALUE=DATE:20260302",
            "RDATE;TZID=Europe/Rome:20260310T080000,20260311T080000",
        ),
    )
    assert sent(read(path)[1]) == [
        "2026-03-01 22:00",
        "2026-03-03 22:00",
        "2026-03-04 22:00",
        "2026-03-10 07:00",
        "2026-03-11 07:00",
    ]


def test_meetings_to_come_are_outside_the_period(tmp_path: Path) -> None:
    path = written(tmp_path, event("UID:a", "DTSTART:29990101T090000Z", "DURATION:PT1H"))
    assert read(path)[0].tally.filtered == {"outside_period": 1}


def test_a_zone_that_nobody_knows_is_the_sites_and_counted(tmp_path: Path) -> None:
    start = "DTSTART;TZID=Nowhere/Land:20260105T090000"
    reading, rows = read(written(tmp_path, event("UID:a", start, "DURATION:PT1H")))
    assert sent(rows) == ["2026-01-05 08:00"]  # the site of these settings is Rome
    assert reading.tally.notes == {"tz_assumed": 1}


def test_a_hostile_zone_definition_costs_little(tmp_path: Path) -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19000101T000000\r\n"
        "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    start = "DTSTART;TZID=Own:20260105T090000"
    begun = time.process_time()
    _, rows = read(written(tmp_path, zone, event("UID:a", start, "DURATION:PT1H")))
    assert time.process_time() - begun < 1
    assert sent(rows) == ["2026-01-05 07:00"]


@pytest.mark.parametrize("method", ["REPLY", "COUNTER"])
def test_answers_to_invitations_are_no_meetings(tmp_path: Path, method: str) -> None:
    one = event("UID:a", "DTSTART:20260105T090000Z", "DURATION:PT1H")
    reading, rows = read(written(tmp_path, one, head=f"{HEAD}METHOD:{method}\r\n"))
    assert not rows
    assert reading.tally.filtered == {"invitation_answer": 1}


def test_an_organizer_whom_nobody_can_read_rejects_the_meeting(tmp_path: Path) -> None:
    people = "ORGANIZER;CN=X:urn:uuid:4711\r\nATTENDEE:mailto:ben@acme.example\r\n"
    reading, _ = read(written(tmp_path, event("UID:a", "DTSTART:20260105T090000Z", people=people)))
    assert reading.tally.rejected == {"sender_unresolved": 1}


def test_a_damaged_calendar_in_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    written(tmp_path, event("UID:a", "DTSTART:20260105T090000Z", "DURATION:PT1H"))
    (tmp_path / "other.ics").write_bytes(b"\x00\x01 no calendar")
    reading = start_reading(SourceSpec(1, "ics", tmp_path), settings())
    found = list(readers.get("ics").function(source_for(reading, settings())))
    assert [batch.rows.num_rows for batch in found if batch.table == "messages"] == [1]
    assert reading.tally.rejected == {"file_not_readable": 1}
    assert not reading.tally.is_complete


def test_a_line_longer_than_the_limit_costs_its_event_only(tmp_path: Path) -> None:
    start = "DTSTART:20260105T090000Z"
    long = event(
        "UID:a",
        start,
        people=PEOPLE + "ATTENDEE;CN=" + "x" * 1_100_000 + ":mailto:c@acme.example\r\n",
    )
    skipped = event("UID:b", start, "DESCRIPTION:" + "x" * 3_000_000)
    reading, rows = read(written(tmp_path, long, skipped))
    assert [row["key"] for row in rows] == ["cal:b:1767603600"]
    assert reading.tally.rejected == {"line_too_long": 1}


def test_a_calendar_that_ends_before_its_event_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "calendar.ics"
    path.write_text(
        f"{HEAD}BEGIN:VEVENT\r\nUID:a\r\nEND:VCALENDAR\r\nUID:b\r\n"
        + HEAD
        + event("UID:c", "DTSTART:20260105T090000Z")
        + "END:VCALENDAR\r\n"
    )
    reading, rows = read(path)
    assert [row["key"] for row in rows] == ["cal:c:1767603600"]
    assert dict(reading.tally.rejected) == {"event_cut_off": 1}
    assert not reading.tally.is_complete
