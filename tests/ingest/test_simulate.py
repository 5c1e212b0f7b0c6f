"""The made-up company: same seed, same bytes; planted truth; real layouts."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import time
import tomllib
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.errors import UsageError
from ingest.simulate.names import PLACEHOLDER
from ingest.simulate.scenarios import (
    SCENARIOS,
    SimulatedCompany,
    simulate,
)

SEED = 7


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[SimulatedCompany, float]:
    started = time.perf_counter()
    made = simulate("planted", SEED, tmp_path_factory.mktemp("planted"))
    return made, time.perf_counter() - started


@pytest.fixture(scope="module")
def exports(planted: tuple[SimulatedCompany, float]) -> SimulatedCompany:
    return planted[0]


@pytest.fixture(scope="module")
def mails(exports: SimulatedCompany) -> list[dict[str, str]]:
    return _rows(exports.trace)


@pytest.fixture(scope="module")
def roster(exports: SimulatedCompany) -> list[dict[str, str]]:
    return _rows(exports.roster)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_seed_gives_the_same_bytes_of_every_file(scenario: str, tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        simulate(scenario, seed, tmp_path / name, people=120, weeks=15)
    one, two, other = (_hashes(tmp_path / name) for name in ("one", "two", "other"))
    # Where nothing is planted nobody is interviewed.
    assert len(one) == (7 if scenario == "null" else 8)
    assert one == two
    assert all(one[name] != other[name] for name in one)


def test_the_sample_company_is_made_in_time(planted: tuple[SimulatedCompany, float]) -> None:
    assert planted[1] < 12


def test_an_unknown_scenario_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="planted, null, small"):
        simulate("sunny", 1, tmp_path)
    with pytest.raises(UsageError, match="40 people"):
        simulate("null", 1, tmp_path, people=10)


def test_the_truth_names_what_the_scenario_promises(exports: SimulatedCompany) -> None:
    truth = json.loads(exports.truth_file.read_text(encoding="utf-8"))
    last = [unit for unit in truth["units"] if unit["holds_at_end"]]
    strong = [unit for unit in last if abs(unit["effect"]) == 1.0]
    assert Counter(unit["kind"] for unit in strong) == {"desert": 4, "hotspot": 4}
    assert all(unit["n_people"] >= 8 for unit in strong)
    assert {unit["joint"] for unit in last} >= {
        "confirmed_desert",
        "process_desert",
        "warm_words_cold_network",
        "felt_desert",
        "busy_not_heard",
        "process_hotspot",
        "confirmed_hotspot",
    }
    cold = [d for d in truth["divisions"] if d["kind"] == "cold_division"]
    assert len(cold) == 1
    assert 90 <= cold[0]["n_people"] <= 130
    assert len(cold[0]["teams"]) == 11
    assert 580 <= truth["n_people"] <= 620
    assert truth["opened"]
    assert truth["closed"]


def test_the_small_company_has_eleven_teams_a_desert_and_a_hotspot(tmp_path: Path) -> None:
    made = simulate("small", SEED, tmp_path)
    people = _rows(made.roster)
    assert len({row["Team"] for row in people}) == 11
    assert 76 <= made.truth.n_people <= 84
    assert sorted((u.kind, u.n_people >= 8) for u in made.truth.units) == [
        ("desert", True),
        ("hotspot", True),
    ]


def test_roster_rows_are_dated_and_point_at_people_who_exist(
    roster: list[dict[str, str]], exports: SimulatedCompany
) -> None:
    ids = {row["Employee ID"] for row in roster}
    keys = [(row["Employee ID"], row["Effective Date"]) for row in roster]
    managers = {row["Manager ID"] for row in roster}
    assert len(keys) == len(set(keys))
    assert managers - {""} <= ids
    assert sum(row["Manager ID"] == "" for row in roster) == 2  # the top, in both snapshots
    assert len({row["Division"] for row in roster}) == 9
    assert all(dt.date.fromisoformat(row["Hire Date"]) for row in roster)
    moved = {unit.unit for unit in exports.truth.units if not unit.holds_at_end}
    where = {(row["Team"], row["Division"]) for row in roster if row["Team"] in moved}
    assert len(where) == 2
    assert any(row["Termination Date"] for row in roster)


def test_team_sizes_begin_at_four_so_that_small_teams_must_be_merged(
    roster: list[dict[str, str]],
) -> None:
    first = min(row["Effective Date"] for row in roster)
    sizes = Counter(row["Team"] for row in roster if row["Effective Date"] == first)
    assert len(sizes) == 60
    assert 3 <= min(sizes.values()) <= 5
    assert sum(size < 8 for size in sizes.values()) >= 5


def test_every_answer_in_the_trace_answers_a_mail_that_its_sender_got(
    mails: list[dict[str, str]],
) -> None:
    by_id = {row["Message ID"]: row for row in mails}
    answers = [row for row in mails if row["In-Reply-To"]]
    assert len(by_id) == len(mails)
    assert len(answers) > 30_000
    desk = chased = 0
    for row in answers:
        asked = by_id[row["In-Reply-To"]]
        assert row["Sent (UTC)"] > asked["Sent (UTC)"]
        assert row["Conversation ID"] == asked["Conversation ID"]
        if row["Sender Address"] == asked["Sender Address"]:
            chased += 1
            assert row["Recipient Address"] in asked["Recipient Address"].split(";")
            continue
        assert row["Recipient Address"] == asked["Sender Address"]
        if row["Sender Address"].startswith("no-reply@"):
            desk += 1
            assert not asked["Sender Address"].endswith("@example.com")
        else:
            assert row["Sender Address"] in asked["Recipient Address"].split(";")
    # One in ten of the mails that nobody answered is chased; the desk sees a third of the rest.
    assert 2_000 < chased < 6_000
    assert 500 < desk < 3_000


def test_the_trace_holds_outsiders_services_circulars_and_protected_mailboxes(
    mails: list[dict[str, str]], roster: list[dict[str, str]]
) -> None:
    own = {row["Work Email"] for row in roster}
    senders = Counter(row["Sender Address"] for row in mails)
    domains = {address.split("@")[1] for address in senders}
    assert {"brightwater.example", "ironleaf.example", "harbourline.example"} <= domains
    assert all(d == "example.com" or d.endswith(".example") for d in domains)
    assert {a for a in senders if a.endswith("example.com")} - own == {
        "no-reply@example.com",
        "notifications@example.com",
        "newsletter@example.com",
        "works-council@example.com",
        "ombuds@example.com",
    }
    assert max(row["Recipient Address"].count(";") for row in mails) > 500
    assert {row["Subject"] for row in mails} == {PLACEHOLDER}


def test_the_slack_export_has_the_layout_of_a_real_one(
    exports: SimulatedCompany, roster: list[dict[str, str]]
) -> None:
    with zipfile.ZipFile(exports.slack) as archive:
        tables = {n: json.loads(archive.read(n)) for n in archive.namelist() if "/" not in n}
        days = {n: json.loads(archive.read(n)) for n in archive.namelist() if "/" in n}
    assert set(tables) == {
        "users.json",
        "channels.json",
        "groups.json",
        "dms.json",
        "mpims.json",
        "integration_logs.json",
    }
    users = {user["id"]: user for user in tables["users.json"]}
    emails = {user["profile"].get("email") for user in users.values()}
    folders = {c["name"] for c in tables["channels.json"] + tables["groups.json"]}
    folders |= {c["id"] for c in tables["dms.json"]}
    assert {row["Work Email"] for row in roster} <= emails
    assert {name.split("/")[0] for name in days} <= folders
    assert all(len(c["members"]) == 2 for c in tables["dms.json"])
    seen: dict[str, set[str]] = {}
    for name, messages in days.items():
        folder, day = name.removesuffix(".json").split("/")
        for message in messages:
            assert message["text"] == PLACEHOLDER
            assert message["ts"] not in seen.setdefault(folder, set())
            seen[folder].add(message["ts"])
            assert message.get("user", "U0DEPLOYS") in users
            sent = dt.datetime.fromtimestamp(int(message["ts"].split(".")[0]), tz=dt.UTC)
            assert sent.date().isoformat() == day
    for name, messages in days.items():
        for message in messages:
            assert message.get("thread_ts", message["ts"]) in seen[name.split("/")[0]]


def test_the_survey_is_anonymous_and_answered_by_about_seven_in_ten(
    exports: SimulatedCompany,
) -> None:
    assert [path.name for path in exports.surveys] == ["pulse_2025-06.csv", "pulse_2025-09.csv"]
    for path in exports.surveys:
        forms = _rows(path)
        items = [f"Q{i}" for i in range(1, 12)]
        assert list(forms[0]) == ["Division", "Team", "Location", *items]
        assert 0.64 < len(forms) / exports.truth.n_people < 0.78
        for item in items:
            highest = "7" if int(item[1:]) <= 7 else "5"
            assert {form[item] for form in forms} <= {"", *map(str, range(1, int(highest) + 1))}


def test_survey_answers_follow_the_plants_and_reversed_items_run_the_other_way(
    exports: SimulatedCompany,
) -> None:
    forms = _rows(exports.surveys[-1])
    last = {u.unit: u for u in exports.truth.units if u.holds_at_end}
    cold = [form for form in forms if form["Team"] in last and last[form["Team"]].survey < -1]
    warm = [form for form in forms if form["Team"] in last and last[form["Team"]].survey > 1]

    def mean(rows: list[dict[str, str]], item: str) -> float:
        return float(np.mean([int(form[item]) for form in rows if form[item]]))

    for item in ("Q2", "Q4", "Q6", "Q7", "Q8", "Q9", "Q10", "Q11"):
        assert mean(warm, item) > mean(cold, item) + 0.8
    for item in ("Q1", "Q3", "Q5"):
        assert mean(warm, item) < mean(cold, item) - 0.8


def test_one_team_answers_few_surveys(exports: SimulatedCompany) -> None:
    (team,) = exports.truth.teams_that_answer_few_surveys
    roster = _rows(exports.roster)
    first = min(row["Effective Date"] for row in roster)
    size = sum(row["Team"] == team and row["Effective Date"] == first for row in roster)
    forms = sum(form["Team"] == team for form in _rows(exports.surveys[0]))
    assert forms < 0.55 * size


def test_the_audit_file_names_the_files_beside_it(exports: SimulatedCompany) -> None:
    config = tomllib.loads(exports.config.read_text(encoding="utf-8"))
    named = [exports.folder / source["path"] for source in config["source"]]
    files = [exports.roster, exports.trace, exports.slack, *exports.surveys]
    assert named == [*files, exports.folder / "codes.csv"]
    assert all(path.is_file() for path in named)
    assert config["audit"]["is_sample"] is True
    assert config["survey"]["scale"][0]["reversed"] == ["Q1", "Q3", "Q5"]
