"""Forgetting a person: nothing is left, nothing comes back, and results are those without them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from erased_company import (
    ALIASES,
    OTHER_ADDRESS,
    REASON,
    Person,
    remove_by_hand,
    run_company,
)
from erasure_case import Case

from audit.cli import cli
from audit.config.audit_file import load_config
from audit.life_cycle import anew, erasure
from audit.life_cycle.byte_search import search
from audit.life_cycle.desk import opened
from audit.life_cycle.erasure import finish_erasure, forget, object_to
from audit.life_cycle.subjects import find_subject
from audit.sources import intake_settings, key_of, source_specs
from core.engine import DuckDBEngine
from core.errors import EngineError, UsageError
from core.journal import entries
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import CANONICAL, IMPORT_REASONS, IMPORTS, MESSAGES, PEOPLE
from core.tables.network import MEMBERSHIP, REPLIES
from core.tables.results import RESULTS
from ingest.intake import take_in
from ingest.keys.left_out import FORGOTTEN, LeftOut
from ingest.people.line_removal import remove_lines

ACCOUNTS = {IMPORTS.name, IMPORT_REASONS.name}
"""The balance sheet says that rows were left out: it alone differs."""


@pytest.fixture(scope="module")
def known(company_to_erase: tuple[Path, Person], tmp_path_factory: pytest.TempPathFactory) -> Case:
    base, person = tmp_path_factory.mktemp("erasure") / "base", company_to_erase[1]
    shutil.copytree(company_to_erase[0], base)
    run = RunFolder.open(base / "run")
    with opened(base / "exports" / "audit.toml", base / "run", REASON) as desk:
        subject = find_subject(desk, person.address)
    return Case(base / "exports", run, person, erasure.needles(subject))


@pytest.fixture(scope="module")
def forgotten(known: Case, tmp_path_factory: pytest.TempPathFactory) -> Case:
    case = known.copy(tmp_path_factory.mktemp("forgotten"))
    aliases = case.exports / ALIASES
    shutil.copy(aliases, aliases.with_name(f"{ALIASES}.before"))
    case.forget()
    return case


@pytest.fixture
def case(known: Case, tmp_path: Path) -> Case:
    return known.copy(tmp_path)


def import_again(case: Case, audit_file: Path) -> RunFolder:
    """Take the exports in once more, as the next run does, and put the tables in place."""
    config = load_config(audit_file)
    settings = intake_settings(config, key_of(config, case.run.root).pseudonyms)
    staged = RunFolder.create(case.run.root, is_staged=True)
    with DuckDBEngine(threads=1) as engine:
        take_in(source_specs(config), settings, staged, engine, Silent())
    done = staged.commit()
    staged.clear()
    return done


def test_the_person_is_everywhere_before(known: Case) -> None:
    hits = set(known.hits())
    tables = {"messages.parquet", "people.parquet", "identities.parquet", "responses.parquet"}
    tables |= {"edges.parquet", "replies.parquet", "group_people.parquet", "accounts.parquet"}
    assert tables | {ALIASES} <= hits


def test_nothing_is_left_of_somebody_forgotten(forgotten: Case) -> None:
    assert forgotten.hits() == []


def test_results_are_those_of_exports_without_the_person(forgotten: Case, tmp_path: Path) -> None:
    remove_by_hand(forgotten.exports, tmp_path / "exports", forgotten.person)
    other = run_company(tmp_path / "exports", tmp_path / "run")
    compared = 0
    for place in ("canonical", "network", "results"):
        for path in sorted((other.root / "private" / place).glob("*.parquet")):
            if path.stem in ACCOUNTS:
                continue
            own = forgotten.run.root / "private" / place / path.name
            pd.testing.assert_frame_equal(
                pd.read_parquet(own), pd.read_parquet(path), check_exact=True, obj=path.name
            )
            compared += 1
    assert compared >= len(CANONICAL) - len(ACCOUNTS) + len(RESULTS)


def test_nobody_comes_back_with_the_same_exports_or_an_overlapping_one(
    forgotten: Case, tmp_path: Path
) -> None:
    case = forgotten.copy(tmp_path)
    trace = (case.exports / "message_trace.csv").read_text().splitlines()
    own = [line for line in trace[1:] if case.person.address in line]
    fresh = [line.replace("mail.example.com", "new.example.com") for line in own[:40]]
    (case.exports / "later.csv").write_text("\n".join([*trace[: len(trace) // 2], *fresh]) + "\n")
    text = case.audit_file.read_text()
    columns = text[text.index("[source.columns]") : text.index('[[source]]\nreader = "slack"')]
    text = text.replace(
        '[[source]]\nreader = "slack"',
        '[[source]]\nreader = "messages_csv"\npath = "later.csv"\nchannel = "email"\n'
        f'time = "iso"\nidentity = "email"\n{columns}[[source]]\nreader = "slack"',
    )
    later = case.exports / "later.toml"
    later.write_text(text)
    for audit_file in (case.audit_file, later):
        done = import_again(case, audit_file)
        assert case.hits() == []
        reasons = IMPORT_REASONS.read(done.canonical)
        assert reasons.loc[reasons["reason"] == "forgotten", "n"].sum() >= len(own)


def test_the_log_says_that_somebody_was_forgotten_and_not_who(forgotten: Case) -> None:
    told = [e for e in entries(forgotten.run.journal) if e.event == "forget"]
    assert [e.facts["n_hits"] for e in told] == [0]
    assert told[0].facts["reason"] == REASON


def test_nothing_is_published_by_an_erasure(known: Case, forgotten: Case) -> None:
    for path in sorted(known.run.published.glob("*")):
        assert (forgotten.run.published / path.name).read_bytes() == path.read_bytes()


def test_who_stood_behind_a_release_is_still_counted_and_nobody_any_more(
    known: Case, forgotten: Case
) -> None:
    tables = [path.name for path in known.run.released.glob("*.parquet")]
    assert tables
    for name in tables:
        before = pd.read_parquet(known.run.released / name)
        after = pd.read_parquet(forgotten.run.released / name)
        assert len(before) == len(after)


def test_a_dry_run_changes_nothing_and_counts_the_same(case: Case) -> None:
    before = {p: p.read_bytes() for p in sorted(case.run.root.rglob("private/*/*.parquet"))}
    with opened(case.audit_file, case.run.root, REASON) as desk:
        done = forget(desk, case.person.address, Silent(), is_dry=True)
    assert done.rows["canonical/people"] == 1
    assert done.rows["canonical/messages"] > 100
    assert done.n_lines == 1
    assert {p: p.read_bytes() for p in before} == before
    assert not case.run.left_out.exists()


def test_an_unknown_address_is_refused_in_the_words_of_a_forgotten_one(case: Case) -> None:
    with (
        opened(case.audit_file, case.run.root, REASON) as desk,
        pytest.raises(UsageError, match="holds nobody under this address") as told,
    ):
        forget(desk, "nobody@example.com", Silent())
    assert "nobody@" not in str(told.value)


def test_without_a_reason_nothing_is_opened(case: Case) -> None:
    done = CliRunner().invoke(
        cli,
        ["forget", str(case.audit_file), case.person.address, "--out", str(case.run.root)],
    )
    assert isinstance(done.exception, UsageError)
    assert "A reason is needed" in str(done.exception)


def test_what_the_search_finds_afterwards_is_an_error(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "make_anew", lambda *_: anew.TABLES)
    with pytest.raises(EngineError, match=r"Something is left of the person\. Searched"):
        case.forget()


def test_who_objected_and_is_forgotten_stands_on_no_list_by_pseudonym(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "make_anew", lambda *_: anew.TABLES)
    with opened(case.audit_file, case.run.root, REASON) as desk:
        object_to(desk, case.person.address, Silent())
        assert search([case.run.left_out], case.needles).hits
        with pytest.raises(EngineError):  # the tables were not made anew
            forget(desk, case.person.address, Silent())
    assert not search([case.run.left_out], case.needles).hits


STEPS = ("replace_people", "remove_lines", "_scrub_parts", "make_anew", "search")


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_erasure_that_was_killed_is_finished(
    case: Case, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    real: Callable[..., object] = getattr(erasure, step)

    def dies(*given: object, **named: object) -> None:
        if when == "after":
            real(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasure, step, dies)
        with pytest.raises(KeyboardInterrupt):
            case.forget()
    with opened(case.audit_file, case.run.root, REASON) as desk:
        assert finish_erasure(desk, Silent())
        assert not finish_erasure(desk, Silent())
    assert case.hits() == []
    assert case.forget().found is not None  # called again, it proves the same once more


@pytest.mark.slow
def test_without_the_exports_the_tables_themselves_are_rewritten(
    case: Case, forgotten: Case
) -> None:
    for path in case.exports.iterdir():
        if path.suffix in {".csv", ".zip"} and path.name != ALIASES:
            path.unlink()
    done = case.forget()
    assert done.mode == anew.TABLES
    assert case.hits() == []
    columns = ["message_id", "sender_id", "recipient_id", "n_recipients", "sent_s"]
    pd.testing.assert_frame_equal(
        MESSAGES.read(case.run.canonical, columns),
        MESSAGES.read(forgotten.run.canonical, columns),
    )
    same = ["replies", "edges", "person_counts", "membership"]
    for name in same:
        own, other = (
            pd.read_parquet(c.run.network / f"{name}.parquet") for c in (case, forgotten)
        )
        pd.testing.assert_frame_equal(own, other)


@pytest.mark.slow
def test_who_objects_stays_a_member_and_is_seen_by_no_indicator(case: Case) -> None:
    with opened(case.audit_file, case.run.root, REASON) as desk:
        person = find_subject(desk, case.person.address).person_id
        before = pd.read_parquet(RESULTS["org_groups"].path(case.run.results))
        object_to(desk, case.person.address, Silent())
    for _ in range(2):
        after = pd.read_parquet(RESULTS["org_groups"].path(case.run.results))
        pd.testing.assert_frame_equal(before, after)  # n_people of every group among them
        assert person in set(PEOPLE.read(case.run.canonical)["person_id"])
        messages = MESSAGES.read(case.run.canonical)
        assert person not in set(messages["sender_id"]) | set(messages["recipient_id"])
        replies = REPLIES.read(case.run.network)
        assert person not in set(replies["sender_id"]) | set(replies["recipient_id"])
        own = MEMBERSHIP.read(case.run.network).query("person_id == @person")
        assert len(own) and not own["is_eligible"].any()
        coverage = pd.read_parquet(RESULTS["coverage"].path(case.run.results))
        whole = coverage[coverage["channel"] == "any"].sort_values("n_people").iloc[-1]
        assert whole["n_people"] == before["n_people"].max()
        assert whole["n_with_data"] < whole["n_people"]
        run_company(case.exports, case.run.root)  # and the next run keeps to it


def test_the_alias_file_keeps_the_lines_of_others(case: Case) -> None:
    config = load_config(case.audit_file)
    key = key_of(config, case.run.root).pseudonyms
    left_out = LeftOut.read(case.run.left_out, key)
    left_out.add(FORGOTTEN, [key.identity(f"email:{OTHER_ADDRESS}")])
    path = case.exports / ALIASES
    kept = 'person_id,alias\r\n"E1","a ""b"",\nc@x.example"\r\n'
    path.write_bytes(kept.encode() + f"E2,{OTHER_ADDRESS.upper()}\r\n".encode())
    assert remove_lines(path, left_out, ()) == 1
    assert path.read_bytes() == kept.encode()
