"""The preparation rules P1 to P10, one test and more for each, named after it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import made_up_view as made
import numpy as np
import pandas as pd
import pytest
import tiny_messages
from intake_runs import TRACE_COLUMNS, Taken, run_intake, source
from made_up_full import full_view

from audit.condense import choose_quality, condense
from audit.config.audit_file import load_config
from audit.config.parts import MeasurementPart
from audit.eligibility import TOO_NEW, TOO_SHORT, build_membership
from audit.judging import judge_behaviour
from audit.registry import indicators
from audit.statistics.pooling import reply_effects
from audit.view import settled_members
from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES
from core.tables.network import EDGES, PERSON_COUNTS, REPLIES, THREADS
from core.windows import Period, Window, cut_periods, cut_windows
from graph.counts import build_person_counts
from graph.edges import build_edges
from graph.replies import ReplySettings, build_replies
from graph.threads import build_threads
from graph.weekly_sums import build_weekly_sums
from ingest.settings import AutomationSettings
from ingest.working_hours import WorkCalendar

HEAD = "Message ID,Conversation,In-Reply-To,Sender,Recipients,Sent\n"
CONFIG = """
[audit]
name = "A"
[judgement]
permutations = 199
[[source]]
reader = "roster_csv"
path = "r.csv"
"""
SETTINGS = ReplySettings(tiny_messages.END)


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(memory="1GB") as running:
        yield running


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_messages.write(tmp_path / "canonical")


def taken_in(folder: Path, roster: str, lines: list[str], **settings: object) -> Taken:
    """Take in a roster and a trace, with the header of the trace added."""
    hr, trace = folder / "hr.csv", folder / "trace.csv"
    hr.write_text(roster, encoding="utf-8")
    trace.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    sources = [source(1, "roster_csv", hr)]
    sources.append(source(2, "messages_csv", trace, {"columns": TRACE_COLUMNS}))
    return run_intake(folder / "run", sources, **settings)


def mail(number: int, sender: str, to: str, sent: str, answers: str = "") -> str:
    """Write one line of a trace; everybody has an address at acme.example."""
    link = f"<{answers}@x>" if answers else ""
    return f"<{number}@x>,,{link},{sender}@acme.example,{to}@acme.example,{sent}"


def test_p1_senders_who_write_much_to_many_and_get_nothing_back_feed_automation_alone(
    tmp_path: Path, engine: DuckDBEngine
) -> None:
    people = [f"p{i}" for i in range(12)]
    roster = "Employee ID,Email,Team\n" + "".join(
        f"{i},{p}@acme.example,A\n" for i, p in enumerate([*people, "robot"])
    )
    start = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
    when = [(start + dt.timedelta(minutes=n)).isoformat() for n in range(60)]
    lines = [mail(n, "robot", people[n % 12], when[n]) for n in range(40)]
    lines += [mail(100 + n, people[n], people[n + 1], when[n]) for n in range(6)]
    lines += [mail(200, "p1", "p0", when[30], "100")]
    rule = AutomationSettings(min_sent=40, min_recipients=12, max_reply_rate=0.05)
    taken = taken_in(tmp_path, roster, lines, automation=rule)
    # The share that was set aside is on the balance sheet: 40 of 47 messages.
    assert taken.report.automated == {"behaviour": 40}
    assert taken.report.n_messages == 47
    canonical, network = taken.folder.canonical, taken.folder.network
    robot = set(taken.table("messages").query("is_automated")["sender_id"])
    build_edges(engine, canonical, network)
    build_replies(engine, canonical, network, ReplySettings(20200))
    build_person_counts(engine, canonical, network)
    build_threads(engine, canonical, network)
    assert not robot & set(EDGES.read(network)["source_id"])
    assert not robot & set(REPLIES.read(network)["sender_id"])
    assert len(THREADS.read(network)) == 6
    counts = PERSON_COUNTS.read(network).groupby("measure")["n"].sum()
    assert counts["received_automated"] == 40
    assert counts["received"] == 7


def test_p2_more_than_five_recipients_are_reached_but_not_addressed(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_edges(engine, tiny, tmp_path)
    build_replies(engine, tiny, tmp_path, SETTINGS)
    # m12 goes to six: nobody is expected to answer, and it makes edges all the same.
    assert "m12" not in set(REPLIES.read(tmp_path)["message_id"])
    edges = EDGES.read(tmp_path).set_index(["source_id", "target_id"])
    assert ("ann", "eve") in edges.index


def test_p3_holidays_and_leave_stop_the_clock_of_an_answer(
    tmp_path: Path, engine: DuckDBEngine
) -> None:
    roster = (
        "Employee ID,Email,Team,Leave from,Leave to\n1,a@acme.example,A,,\n"
        "2,b@acme.example,A,2025-03-05,2025-03-06\n3,c@acme.example,A,,\n"
    )
    lines = [mail(1, "a", "b", "2025-03-03T16:00:00Z"), mail(2, "b", "a", "2025-03-07T10:00:00Z",
                                                             "1")]  # fmt: skip
    lines += [mail(3, "a", "c", "2025-03-03T16:00:00Z"), mail(4, "c", "a", "2025-03-07T10:00:00Z",
                                                              "3")]  # fmt: skip
    calendar = WorkCalendar("UTC", holidays={"": (dt.date(2025, 3, 4),)})
    taken = taken_in(tmp_path, roster, lines, calendar=calendar)
    canonical, network = taken.folder.canonical, taken.folder.network
    build_replies(engine, canonical, network, ReplySettings(20200))
    hours = REPLIES.read(network)["work_latency_s"].dropna() / 3600
    # Monday 16:00 to Friday 10:00: one hour each; Tuesday is a holiday; Wednesday and Thursday
    # are 16 hours to c and leave to b.
    assert sorted(hours) == [2.0, 18.0]


def test_p3_people_without_a_time_zone_are_flagged(tmp_path: Path) -> None:
    zones = ("Europe/Rome", "", "")
    roster = "Employee ID,Email,Team,Time zone\n" + "".join(
        f"{i},p{i}@acme.example,A,{zone}\n" for i, zone in enumerate(zones)
    )
    one = [mail(1, "p0", "p1", "2025-03-03T16:00:00Z")]
    said = " ".join(taken_in(tmp_path, roster, one).report.remarks)
    assert "a time zone for all but 2 of 3 people (W-ROSTER-012)" in said
    whole = roster.replace("A,\n", "A,Europe/Rome\n")
    said = " ".join(taken_in(tmp_path, whole, one).report.remarks)
    assert "W-ROSTER-012" not in said


def test_p4_linked_and_inferred_answers_never_meet(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_replies(engine, tiny, tmp_path, SETTINGS)
    period = Period((Window(0, tiny_messages.MONDAY, tiny_messages.END),))
    weeks = condense(engine, tmp_path, period).person_weeks
    assert set(weeks["reply_quality"]) == {"explicit", "pseudo"}
    build_edges(engine, tiny, tmp_path)
    build_threads(engine, tiny, tmp_path)
    build_weekly_sums(engine, tiny, tmp_path)
    assert choose_quality(engine, tmp_path, "auto") == "explicit"
    chosen = weeks[weeks["outcome"] == "answered"].groupby("reply_quality")["n"].sum()
    # m16 and m17 are the two inferred ones; of 13 others one is censored, one from outside.
    assert chosen.to_dict() == {"explicit": 11, "pseudo": 2}
    view = made.view(weeks=weeks.assign(person_id="a0"))
    assert view.person_weeks("answered")["n"].sum() == 11


def test_p5_messages_too_near_the_end_of_the_data_do_not_count(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_replies(engine, tiny, tmp_path, SETTINGS)
    rows = REPLIES.read(tmp_path).set_index("message_id")
    assert rows.index[rows["is_censored"]].tolist() == ["m18"]
    period = Period((Window(0, tiny_messages.MONDAY, tiny_messages.END),))
    weeks = condense(engine, tmp_path, period).person_weeks
    late = weeks[weeks["week"] == tiny_messages.MONDAY + 7]
    # In the second week m10, m16, m17 and m18 were addressed; four days of neglect need longer.
    assert late[late["outcome"] == "answered"]["n"].sum() == 3
    assert late[late["outcome"] == "neglected"].empty


def test_p5_holidays_move_the_last_day_that_counts() -> None:
    friday = tiny_messages.MONDAY + 11
    usual, off = SETTINGS, ReplySettings(tiny_messages.END, days_off=frozenset({friday}))
    assert usual.censored_from_day - off.censored_from_day == 1


def test_p6_people_count_after_four_weeks_with_six_tenths_of_the_window_and_eight_messages() -> (
    None
):
    first = made.MONDAY
    people = pd.DataFrame(
        {
            "person_id": ["old", "new", "leaver"],
            "unit_id": "a",
            "valid_from_day": [0, 0, 0],
            "valid_to_day": pd.array([None, None, first + 16], dtype="Int32"),
            "joined_day": pd.array([0, first - 27, 0], dtype="Int32"),
            "kind": "employee",
            "level": 3,
            "site": "Leeds",
        }
    )
    nobody = pd.DataFrame({"week": [], "person_id": [], "n": []})
    found = build_membership(people, nobody, Window(0, first, first + 28), MeasurementPart())
    assert found.set_index("person_id")["why_not"].dropna().to_dict() == {
        "new": TOO_NEW,
        "leaver": TOO_SHORT,
    }
    # Over both windows of the pooled period a0 had 8 messages and a1 had 6.
    weeks = made.person_weeks([("a0", 4, 2, 2.0), ("a1", 3, 2, 2.0)]).assign(window_id=0)
    weeks["window_id"] = (weeks["week"] > first).astype(int)
    members = made.members()[["window_id", "person_id", "unit_id", "stratum"]]
    effects = reply_effects(weeks, members, MeasurementPart().min_inbound)
    assert effects.persons["subject_id"].tolist() == ["a0"]


def test_p7_windows_are_four_whole_weeks_and_three_make_a_period() -> None:
    rules = MeasurementPart()
    windows = cut_windows(made.MONDAY, made.MONDAY + 7 * 25 + 3, rules.weeks_per_window)
    assert {w.end_day - w.first_day for w in windows} == {28}
    assert [b.first_day - a.end_day for a, b in pairwise(windows)] == [0] * 5
    periods = cut_periods(windows, rules.windows_per_verdict)
    assert [len(p.windows) for p in periods] == [3, 3]


def test_p8_movers_count_where_they_were_when_the_window_began() -> None:
    first = made.MONDAY
    people = pd.DataFrame(
        {
            "person_id": "mover",
            "unit_id": ["a", "b"],
            "valid_from_day": [0, first + 1],
            "valid_to_day": pd.array([first + 1, None], dtype="Int32"),
            "joined_day": pd.array([0, 0], dtype="Int32"),
            "kind": "employee",
            "level": 3,
            "site": "Leeds",
        }
    )
    nobody = pd.DataFrame({"week": [], "person_id": [], "n": []})
    windows = (Window(0, first, first + 28), Window(1, first + 28, first + 56))
    found = [build_membership(people, nobody, w, MeasurementPart()) for w in windows]
    assert [part["unit_id"].tolist() for part in found] == [["a"], ["b"]]
    # Over the period a person belongs to one team: here, on a tie, the later one.
    assert settled_members(pd.concat(found))["unit_id"].tolist() == ["b"]


def test_p9_a_group_whose_people_are_hardly_seen_is_not_observed(tmp_path: Path) -> None:
    (tmp_path / "r.csv").touch()
    path = tmp_path / "audit.toml"
    path.write_text(CONFIG, encoding="utf-8")
    config, view = load_config(path), full_view()
    coverage = pd.Series({"org": 1.0, "a": 0.70, "b": 0.69, "c": 1.0})
    for name in ("channel_openness", "response_time", "after_hours"):
        judged = judge_behaviour(indicators.get(name), view, coverage, config)
        rows = judged.measured.set_index("group_id")
        assert rows.loc["b", "status"] == "not_observed"
        assert np.isnan(rows.loc["b", "value"])
        assert rows.loc["a", "status"] != "not_observed"


def test_p10_reactions_and_acknowledgements_are_no_replies(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_replies(engine, tiny, tmp_path, SETTINGS)
    rows = REPLIES.read(tmp_path).set_index(["message_id", "recipient_id"])
    # ann's mail came back in half a minute; in chat dan answered in 20 seconds, and that counts.
    assert not rows.loc[("m03", "ann"), "is_answered"]
    assert rows.loc[("m16", "dan"), "is_answered"]
    messages = MESSAGES.read(tiny)
    is_answer = messages["message_id"] == "m17"
    MESSAGES.write(messages.assign(act=messages["act"].mask(is_answer, "reaction")), tiny)
    build_replies(engine, tiny, tmp_path, SETTINGS)
    rows = REPLIES.read(tmp_path).set_index(["message_id", "recipient_id"])
    assert ("m17", "cat") not in rows.index
    assert ("m16", "dan") not in rows.index or not rows.loc[("m16", "dan"), "is_answered"]
