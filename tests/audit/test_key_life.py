"""Keys: told apart before anything is read, rotated by epoch, destroyed with a certificate."""

import json
import os
import threading
from pathlib import Path

import pandas as pd
import pytest
from begun_engagement import Begun, begin

from audit.cli import main
from audit.engagement import Engagement
from core.errors import ConfigError
from core.journal import entries, verify
from core.journal_place import LOG, journal_key, kept_heads
from core.tables.canonical import IDENTITIES, MESSAGES, PEOPLE
from core.tables.released import RELEASED_PEOPLE
from ingest.keys.left_out import LeftOut

REASON = ["--reason", "ticket 12"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return begin(tmp_path_factory.mktemp("begun"))


@pytest.fixture
def begun(first: Begun, tmp_path: Path) -> Begun:
    return first.copied(tmp_path)


def ran(begun: Begun, *words: str, email: str = "") -> int:
    given = [email] if email else []
    head = [word for word in words if not word.startswith("--")]
    tail = [word for word in words if word.startswith("--")]
    return main([*head, str(begun.config), *given, "--out", str(begun.root), *tail, *REASON])


def said(begun: Begun) -> list[tuple[str, dict[str, object]]]:
    return [(e.event, dict(e.facts)) for e in entries(begun.root / LOG)]


def is_whole(begun: Begun) -> bool:
    root = begun.root
    return verify(root / LOG, journal_key(root), kept_heads(root)).is_good


def test_a_run_with_another_key_is_refused_before_anything_is_read(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    known = begun.key.check_value
    begun.key_file.write_text("07" * 32)
    before = (begun.root / LOG).read_bytes()
    assert main(["run", str(begun.config), "--out", str(begun.root)]) == 2
    assert f"started with key {known}; you gave " in capsys.readouterr().err
    assert (begun.root / LOG).read_bytes() == before


def test_a_missing_key_is_refused_and_none_is_made_in_its_place(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    begun.key_file.unlink()
    assert main(["run", str(begun.config), "--out", str(begun.root)]) == 2
    assert "acme.key is missing" in capsys.readouterr().err
    assert not begun.key_file.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(
    begun: Begun, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    begun.key_file.chmod(mode)
    assert main(["run", str(begun.config), "--out", str(begun.root)]) == 2
    assert "chmod 600" in capsys.readouterr().err


def test_keys_that_share_their_four_shown_digits_are_told_apart(begun: Begun) -> None:
    known = Engagement.read(begun.root)
    assert known is not None
    near = Engagement(known.key_check[:4] + "0" * 12, known.begun_on)
    with pytest.raises(ConfigError, match="started with key"):
        near.check_key(begun.key)


def test_the_key_is_shown_by_four_digits_only(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "show", str(begun.config), "--out", str(begun.root)]) == 0
    told = capsys.readouterr().out
    assert f"Key {begun.key.check_value}, begun on" in told
    assert "Epoch 1" in told
    assert "-rw-------" in told
    assert begun.key_file.read_text().strip() not in told
    for path in begun.root.rglob("*"):
        assert path.is_dir() or begun.key_file.read_text().strip().encode() not in (
            path.read_bytes()
        )


def test_after_a_rotation_nothing_links_the_epochs(begun: Begun) -> None:
    old = {c.name: c.read(begun.folder.canonical) for c in (PEOPLE, IDENTITIES, MESSAGES)}
    assert ran(begun, "keys", "rotate") == 0
    assert not begun.folder.canonical.exists()
    assert not any(begun.folder.ledger.glob("*"))
    begun.take_in()
    assert begun.key.version == 2
    for contract, columns in (
        (PEOPLE, ["person_id"]),
        (IDENTITIES, ["identity_hash", "person_id"]),
        (MESSAGES, ["message_id", "thread_id", "sender_id"]),
    ):
        fresh = contract.read(begun.folder.canonical)
        assert len(fresh) == len(old[contract.name]) > 0
        for column in columns:
            assert set(fresh[column].map(str)).isdisjoint(old[contract.name][column].map(str))
    assert ("key", {"action": "rotated", "epoch": 2, "reason": "ticket 12"}) in said(begun)
    assert is_whole(begun)


def test_people_behind_earlier_releases_are_carried_into_the_new_epoch(begun: Begun) -> None:
    people = PEOPLE.read(begun.folder.canonical)
    employees = sorted(people.loc[people["kind"] == "employee", "person_id"])
    gone = "f" * 16  # no longer on the roster: stays as it was, a leaver
    released = pd.DataFrame({"person_id": [*employees, gone], "unit_id": "U1"}).assign(
        release=1, window_id=3, slice_id="U1"
    )
    RELEASED_PEOPLE.write(released, begun.folder.released)
    assert ran(begun, "keys", "rotate") == 0
    begun.take_in()
    people = PEOPLE.read(begun.folder.canonical)
    fresh = set(people.loc[people["kind"] == "employee", "person_id"])
    carried = set(RELEASED_PEOPLE.read(begun.folder.released)["person_id"])
    assert carried == fresh | {gone}


def test_who_was_forgotten_stays_forgotten_after_a_rotation(begun: Begun) -> None:
    left_out = LeftOut.read(begun.folder.left_out, begun.key)
    left_out.add("forgotten", [begun.key.identity("email:p3@acme.example")])
    left_out.write()
    assert ran(begun, "keys", "rotate") == 0
    key = begun.key
    again = LeftOut.read(begun.folder.left_out, key)
    assert again.is_forgotten(key.identity("email:p3@acme.example"))
    assert not again.is_forgotten(key.identity("email:p4@acme.example"))


def test_without_its_exports_an_engagement_is_not_rotated(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    begun.config.with_name("trace.csv").unlink()
    assert ran(begun, "keys", "rotate") == 2
    assert "1 of 2 exports are gone" in capsys.readouterr().err
    assert PEOPLE.path(begun.folder.canonical).exists()


def test_with_weekly_sums_an_engagement_is_not_rotated(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    begun.folder.weeks.mkdir()
    (begun.folder.weeks / "weeks.parquet").write_bytes(b"kept")
    assert ran(begun, "keys", "rotate") == 2
    assert "keeps weekly sums" in capsys.readouterr().err
    assert PEOPLE.path(begun.folder.canonical).exists()


def test_a_destroyed_key_is_certified_and_the_engagement_is_over(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    check, key = begun.key.check_value, begun.key_file.read_bytes()
    inode = begun.key_file.with_name("same")
    os.link(begun.key_file, inode)  # the bytes themselves, whatever becomes of the name
    assert ran(begun, "keys", "destroy", "--yes") == 0
    assert not begun.key_file.exists()
    assert not begun.folder.vault.exists()
    assert inode.read_bytes() != key
    told = json.loads((begun.root / "key-destroyed.json").read_text())
    head = begun.root / LOG
    last = list(entries(head))[-1]
    assert (told["key_check"], told["log_seq"], told["log_hash"]) == (check, last.seq, last.hash)
    assert told["is_key_file_destroyed"] is True
    markdown = (begun.root / "key-destroyed.md").read_text()
    assert f"Key: {check}, epoch 1; overwritten and removed (acme.key)" in markdown
    assert is_whole(begun)
    capsys.readouterr()
    assert main(["run", str(begun.config), "--out", str(begun.root)]) == 2
    assert "it is over" in capsys.readouterr().err
    assert not begun.key_file.exists()


def test_a_key_from_a_pipe_is_not_said_to_be_destroyed(begun: Begun) -> None:
    content = begun.key_file.read_bytes()
    begun.key_file.unlink()
    os.mkfifo(begun.key_file)
    feeder = threading.Thread(target=begun.key_file.write_bytes, args=(content,))
    feeder.start()
    assert ran(begun, "keys", "destroy", "--yes") == 0
    feeder.join()
    told = json.loads((begun.root / "key-destroyed.json").read_text())
    assert told["is_key_file_destroyed"] is False
    assert "destroy it at its source" in (begun.root / "key-destroyed.md").read_text()


def test_nothing_is_destroyed_without_a_yes(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: PTH123, SIM115
    assert ran(begun, "keys", "destroy") == 130
    assert begun.key_file.exists()
    assert begun.folder.vault.exists()


@pytest.mark.parametrize("command", [["keys", "rotate"], ["keys", "destroy"], ["vault", "find"]])
def test_without_a_reason_nothing_is_done(begun: Begun, command: list[str]) -> None:
    before = said(begun)
    email = ["p1@acme.example"] if command[0] == "vault" else []
    assert main([*command, str(begun.config), *email, "--out", str(begun.root)]) == 2
    assert said(begun) == before


def test_the_vault_answers_for_one_person_and_the_log_has_it(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(begun, "vault", "find", email="P1@acme.example") == 0
    person = capsys.readouterr().out[:16]
    assert person == begun.key.person("id:1")
    assert ran(begun, "vault", "whois", email=person) == 0
    assert capsys.readouterr().out.splitlines() == [
        "email:p1@acme.example",
        "id:1",
        "name:Person NoA",
    ]
    opened = ("vault", {"action": "open", "reason": "ticket 12"})
    assert said(begun)[-2:] == [opened, opened]
    assert "acme.example" not in (begun.root / LOG).read_text()
    assert ran(begun, "vault", "whois", email="0" * 16) == 2
