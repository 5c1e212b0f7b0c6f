"""The list of who is left out, and what intake makes of it."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from intake_runs import KEY, run_intake, settings, source

from core.engine import DuckDBEngine
from core.errors import ConfigError
from core.progress import Silent
from core.store import RunFolder
from ingest.intake import take_in
from ingest.keys.left_out import FORGOTTEN, OBJECTED, LeftOut, is_pending_at, objectors_of
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.settings import IntakeSettings, SourceSpec

ROSTER = """Employee ID,Work Email,Team,Manager ID,Hire Date,Termination Date
1,kim@acme.example,Ops,3,2024-01-01,2025-03-09
2,kim@acme.example,Ops,3,2025-03-10,
3,lee@acme.example,Ops,,2024-01-01,
4,noa@acme.example,Ops,3,2024-01-01,
"""
MAIL = """id,from,to,sent
a,kim@acme.example,lee@acme.example;noa@acme.example,2025-03-04T09:00:00Z
b,lee@acme.example,kim@acme.example;noa@acme.example,2025-03-05T09:00:00Z
c,lee@acme.example,kim@acme.example,2025-03-06T09:00:00Z
d,kim@acme.example,lee@acme.example,2025-03-12T09:00:00Z
e,noa@acme.example,kim@acme.example;lee@acme.example,2025-03-13T09:00:00Z
f,only.kim@customer.example,kim@acme.example,2025-03-07T09:00:00Z
"""
COLUMNS = {"message_id": "id", "sender": "from", "recipients": "to", "sent": "sent"}


@pytest.fixture
def sources(tmp_path: Path) -> list[SourceSpec]:
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "mail.csv").write_text(MAIL)
    return [
        source(1, "roster_csv", tmp_path / "roster.csv"),
        source(2, "messages_csv", tmp_path / "mail.csv", {"columns": COLUMNS}),
    ]


def again(run: RunFolder, sources: list[SourceSpec], chosen: IntakeSettings) -> RunFolder:
    folder = RunFolder.create(run.root)
    with DuckDBEngine(threads=1) as engine:
        take_in(sources, chosen, folder, engine, Silent())
    return folder


def forget(run: RunFolder, *identities: str, kind: str = FORGOTTEN) -> LeftOut:
    left_out = LeftOut.read(run.left_out, KEY)
    left_out.add(kind, [KEY.identity(one) for one in identities])  # type: ignore[arg-type]
    left_out.write()
    return left_out


def rows(run: RunFolder) -> list[tuple[str, str, str, int]]:
    """Message, sender, recipient and number of recipients, in the words of this file."""
    people = {KEY.person(f"id:{n}"): str(n) for n in range(1, 5)}
    frame = pd.read_parquet(run.canonical / "messages.parquet")
    day = {20151: "a", 20152: "b", 20153: "c", 20159: "d", 20160: "e", 20154: "f"}
    return sorted(
        (day[int(r.sent_day)], people.get(str(r.sender_id), "?"), people[str(r.recipient_id)],
         int(r.n_recipients))
        for r in frame.itertuples()
    )  # fmt: skip


@pytest.mark.slow
def test_an_address_that_changed_hands_is_forgotten_on_the_days_of_its_holder(
    tmp_path: Path, sources: list[SourceSpec]
) -> None:
    run = run_intake(tmp_path / "run", sources).folder
    assert rows(run) == [
        ("a", "1", "3", 2), ("a", "1", "4", 2), ("b", "3", "1", 2), ("b", "3", "4", 2),
        ("c", "3", "1", 1), ("d", "2", "3", 1), ("e", "4", "2", 2), ("e", "4", "3", 2),
        ("f", "?", "1", 1),
    ]  # fmt: skip
    forget(run, "id:1")
    kept = [("b", "3", "4", 1), ("d", "2", "3", 1), ("e", "4", "2", 2), ("e", "4", "3", 2)]
    assert rows(again(run, sources, settings())) == kept
    # The roster may forget the person too: the list knows the days by then.
    (tmp_path / "roster.csv").write_text(ROSTER.replace(ROSTER.splitlines()[1] + "\n", ""))
    for path in run.ledger.iterdir():
        (path / "state.json").unlink()
    assert rows(again(run, sources, settings())) == kept


@pytest.mark.slow
def test_who_was_known_through_the_person_alone_goes_too(
    tmp_path: Path, sources: list[SourceSpec]
) -> None:
    run = run_intake(tmp_path / "run", sources).folder
    outsider = KEY.person("email:only.kim@customer.example")
    assert outsider in set(pd.read_parquet(run.canonical / "people.parquet")["person_id"])
    forget(run, "id:1")
    folder = again(run, sources, settings())
    people = set(pd.read_parquet(folder.canonical / "people.parquet")["person_id"])
    assert people == {KEY.person(f"id:{n}") for n in (2, 3, 4)}
    assert len(pd.read_parquet(folder.canonical / "identities.parquet")) == 3


def test_what_is_left_out_is_counted_and_the_balance_adds_up(
    tmp_path: Path, sources: list[SourceSpec]
) -> None:
    run = run_intake(tmp_path / "run", sources).folder
    forget(run, "id:1")
    for _ in range(2):  # read, then taken over from the ledger
        folder = again(run, sources, settings())
        told = pd.read_parquet(folder.canonical / "import_reasons.parquet")
        told = told[told["reason"] == "forgotten"].set_index(["source", "part"])["n"].to_dict()
        # a: sent by 1; c and f: to nobody else; of b one slot
        assert told == {
            ("messages_csv #2", "filtered"): 3,
            ("messages_csv #2", "slot"): 5,
            ("roster_csv #1", "filtered"): 1,
        }


def test_who_objects_is_a_member_without_messages(
    tmp_path: Path, sources: list[SourceSpec]
) -> None:
    run = run_intake(tmp_path / "run", sources).folder
    forget(run, "email:noa@acme.example", kind=OBJECTED)
    folder = again(run, sources, settings())
    assert {"a", "b", "c", "d", "f"} == {row[0] for row in rows(folder)}
    assert not [row for row in rows(folder) if "4" in row[1:3]]
    people = pd.read_parquet(folder.canonical / "people.parquet")
    assert KEY.person("id:4") in set(people["person_id"])
    assert objectors_of(folder.left_out) == {KEY.person("id:4")}


@pytest.mark.slow
def test_old_days_stay_out_after_a_purge(tmp_path: Path, sources: list[SourceSpec]) -> None:
    run = run_intake(tmp_path / "run", sources).folder
    left_out = LeftOut.read(run.left_out, KEY)
    left_out.keep_from(20159, 0)
    left_out.write()
    assert {row[0] for row in rows(again(run, sources, settings()))} == {"d", "e"}


def test_the_list_holds_no_keyed_hash_of_the_tables_and_is_its_owners_alone(
    tmp_path: Path,
) -> None:
    left_out = LeftOut.read(tmp_path / "left_out", KEY)
    left_out.add(FORGOTTEN, [KEY.identity("email:a@x.example")])
    left_out.begin()
    text = (tmp_path / "left_out").read_text()
    assert KEY.identity("email:a@x.example") not in text
    assert KEY.person("email:a@x.example") not in text
    assert stat.S_IMODE((tmp_path / "left_out").stat().st_mode) == 0o600
    assert is_pending_at(tmp_path / "left_out")


def test_another_key_is_refused(tmp_path: Path) -> None:
    LeftOut.read(tmp_path / "left_out", KEY).write()
    with pytest.raises(ConfigError, match="people who were forgotten would come back"):
        LeftOut.read(tmp_path / "left_out", Pseudonymiser(bytes(32)))


def test_the_next_epoch_of_the_key_recognises_who_was_forgotten(tmp_path: Path) -> None:
    left_out = LeftOut.read(tmp_path / "left_out", KEY)
    left_out.add(FORGOTTEN, [KEY.identity("email:a@x.example")])
    left_out.write()
    later = Pseudonymiser(bytes(range(32)), 2)
    digest = later.identity("email:a@x.example")
    assert digest != KEY.identity("email:a@x.example")
    assert LeftOut.read(tmp_path / "left_out", later).is_forgotten(digest)
    assert not LeftOut.read(tmp_path / "left_out", later).is_forgotten(later.identity("email:b"))


def test_a_limit_never_moves_back_and_a_damaged_list_stops_everything(tmp_path: Path) -> None:
    path = tmp_path / "left_out"
    left_out = LeftOut.read(path, KEY)
    left_out.keep_from(100, 90)
    left_out.keep_from(50, 95)
    assert (left_out.messages_from_day, left_out.forms_from_day) == (100, 95)
    path.write_bytes(b"{")
    with pytest.raises(ConfigError, match="cannot be read"):
        LeftOut.read(path, KEY)


def test_forgetting_takes_an_objection_off_the_list(tmp_path: Path) -> None:
    left_out = LeftOut.read(tmp_path / "left_out", KEY)
    digest = KEY.identity("email:a@x.example")
    left_out.add(OBJECTED, [digest])
    assert left_out.is_objecting(digest)
    left_out.add(FORGOTTEN, [digest])
    assert not left_out.is_objecting(digest)
    assert left_out.is_forgotten(digest)


@pytest.mark.slow
def test_aliases_of_the_forgotten_stop_no_run(tmp_path: Path, sources: list[SourceSpec]) -> None:
    aliases = tmp_path / "aliases.csv"
    aliases.write_text("person_id,alias\n4,noa@home.example\n3,lee@home.example\n")
    chosen = replace(settings(), aliases=aliases)
    run = run_intake(tmp_path / "run", sources, aliases=aliases).folder
    forget(run, "id:4")
    people = pd.read_parquet(again(run, sources, chosen).canonical / "people.parquet")
    assert KEY.person("id:4") not in set(people["person_id"])
