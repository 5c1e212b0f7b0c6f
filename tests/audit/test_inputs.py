"""What exports lack is said in words: an indicator without its inputs is never 0."""

from __future__ import annotations

from pathlib import Path

import made_up_traffic as traffic
import pandas as pd
import pytest
import tiny_messages
from made_up_full import full_view

from audit.config.audit_file import AuditConfig, load_config
from audit.inputs import LACKING, Need, inputs_in, lacking
from audit.period import judge_period
from audit.registry import indicators
from audit.timeline import weeks_of
from audit.view import WindowView
from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE

CONFIG = """
[audit]
name = "A"
[judgement]
permutations = 199
[[source]]
reader = "roster_csv"
path = "r.csv"
"""
ALL: frozenset[Need] = frozenset(LACKING)


def held(folder: Path, messages: pd.DataFrame, people: pd.DataFrame, *declared: Need) -> set[Need]:
    MESSAGES.write(messages, folder)
    PEOPLE.write(people, folder)
    with DuckDBEngine(memory="1GB") as engine:
        return set(inputs_in(weeks_of(engine, folder), PEOPLE.read(folder), declared))


def test_the_tiny_exports_hold_what_is_told_of_them(tmp_path: Path) -> None:
    found = held(tmp_path, tiny_messages.messages(), tiny_messages.people())
    assert found == {
        *("messages", "threads", "channels", "reactions", "automation", "reporting_lines"),
        "stakeholders",
    }


@pytest.mark.parametrize(
    ("column", "value", "need"),
    [
        ("level", 2, "levels"),
        ("work_mode", "remote", "work_modes"),
        ("time_zone", "Europe/Rome", "schedules"),
    ],
)
def test_one_filled_cell_of_the_roster_is_enough(
    tmp_path: Path, column: str, value: object, need: Need
) -> None:
    people = tiny_messages.people()
    first = people["person_id"] == "ann"
    if column not in people:
        people[column] = None
    people[column] = people[column].astype("object").mask(first, value)
    assert need in held(tmp_path, tiny_messages.messages(), people)


@pytest.mark.parametrize(
    ("left_out", "need"),
    [
        (lambda m: m["act"] == "reaction", "reactions"),
        (lambda m: m["is_automated"], "automation"),
        (lambda m: m["visibility"] != "direct", "channels"),
        (lambda m: m["act"] == "reply", "threads"),
        (lambda m: m["message_id"] != "", "messages"),
    ],
)
def test_what_no_message_shows_is_not_held(tmp_path: Path, left_out, need: Need) -> None:
    messages = tiny_messages.messages()
    assert need not in held(tmp_path, messages[~left_out(messages)], tiny_messages.people())


def test_what_the_audit_file_declares_is_held(tmp_path: Path) -> None:
    found = held(tmp_path, tiny_messages.messages(), tiny_messages.people(), "schedules")
    assert "schedules" in found


def test_the_first_thing_that_is_missing_is_said() -> None:
    assert lacking(("messages", "levels", "threads"), frozenset({"messages"})) == LACKING["levels"]
    assert lacking(("messages",), ALL) is None
    assert lacking(("messages", "levels"), None) is None


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> AuditConfig:
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "r.csv").touch()
    path = folder / "audit.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return load_config(path)


@pytest.fixture(scope="module")
def whole() -> WindowView:
    return full_view()


@pytest.mark.parametrize("entry", list(indicators), ids=lambda entry: entry.name)
def test_an_indicator_without_an_input_is_not_observed_and_never_zero(
    entry, whole: WindowView, config: AuditConfig
) -> None:
    for need in entry.meta.needs:
        view = traffic.with_tables(whole, has=ALL - {need})
        results = judge_period(view, [entry], pd.DataFrame(), config)
        rows = results.tables["indicator_values"]
        assert set(rows["status"]) == {"not_observed"}, need
        assert set(rows["why"]) == {LACKING[need]}
        assert rows["value"].isna().all()
        assert len(rows) == len(view.groups.table)


def test_a_verdict_names_the_input_that_its_lead_lacks(
    whole: WindowView, config: AuditConfig
) -> None:
    view = traffic.with_tables(whole, has=ALL - {"reply_links"})
    lead = indicators.get("response_rate")
    verdicts = judge_period(view, [lead], pd.DataFrame(), config).tables["verdicts"]
    behaviour = verdicts[verdicts["layer"] == "behaviour"]
    assert set(behaviour["verdict"]) == {"not_enough_evidence"}
    assert set(behaviour["why"]) == {LACKING["reply_links"]}
