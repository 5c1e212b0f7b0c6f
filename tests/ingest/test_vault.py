"""The vault: opened with its key, for a reason, and never without a trace."""

import json
import stat
from pathlib import Path

import pytest
from whole_run import WholeRun

from audit.config.audit_file import load_config
from audit.sources import key_of
from core.errors import ConfigError, JournalError, UsageError
from core.journal import Journal, entries
from core.tables.canonical import PEOPLE
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.parties import Parties, Party
from ingest.people.roster import Roster, RosterRow, Stay
from ingest.vault import Vault, roster_identities, vault_at

KEY = bytes(range(32))
MAPPING = {"aa" * 8: ["email:zoe.quist@acme.example", "id:17"], "bb" * 8: ["id:18"]}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.jsonl", bytes(32))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "vault.bin", KEY, "e1")
    vault.write(MAPPING)
    return vault


def test_what_was_put_in_comes_out_and_the_log_has_it(
    tmp_path: Path, vault: Vault, journal: Journal
) -> None:
    assert vault.read("ticket 12", journal) == MAPPING
    written = list(entries(tmp_path / "journal.jsonl"))
    assert [(e.event, dict(e.facts)) for e in written] == [
        ("vault", {"action": "open", "reason": "ticket 12"})
    ]


def test_nothing_of_it_can_be_read_on_disk(tmp_path: Path, vault: Vault) -> None:
    content = (tmp_path / "vault.bin").read_bytes()
    for clear in (b"zoe", b"acme", b"aa" * 8, bytes.fromhex("aa" * 8), KEY):
        assert clear not in content
    assert stat.S_IMODE((tmp_path / "vault.bin").stat().st_mode) == 0o600
    assert KEY.hex() not in repr(vault)


def test_no_two_writes_share_a_nonce(tmp_path: Path, vault: Vault) -> None:
    found = set()
    for _ in range(50):
        vault.write(MAPPING)
        found.add((tmp_path / "vault.bin").read_bytes()[7:19])
    assert len(found) == 50


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_it_stays_shut(
    tmp_path: Path, vault: Vault, journal: Journal, reason: str
) -> None:
    with pytest.raises(UsageError, match="reason"):
        vault.read(reason, journal)
    assert not (tmp_path / "journal.jsonl").exists()


def test_what_cannot_be_logged_is_not_opened(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "journal.jsonl").mkdir()
    with pytest.raises(JournalError):
        vault.read("ticket 12", Journal(tmp_path / "journal.jsonl", KEY))


@pytest.mark.parametrize(("key", "engagement"), [(bytes(32), "e1"), (KEY, "e2")])
def test_another_key_or_engagement_is_refused(
    tmp_path: Path, vault: Vault, journal: Journal, key: bytes, engagement: str
) -> None:
    with pytest.raises(ConfigError, match="another key"):
        Vault(tmp_path / "vault.bin", key, engagement).read("ticket 12", journal)


def test_any_change_is_refused(tmp_path: Path, vault: Vault, journal: Journal) -> None:
    path = tmp_path / "vault.bin"
    content = path.read_bytes()
    for place in range(0, len(content), 5):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(ConfigError):
            vault.read("ticket 12", journal)
    for length in (0, 6, 18, 40):
        path.write_bytes(content[:length])
        with pytest.raises(ConfigError):
            vault.read("ticket 12", journal)


def test_a_vault_that_is_not_there_says_so(tmp_path: Path, journal: Journal) -> None:
    with pytest.raises(UsageError, match="no vault"):
        vault_at(tmp_path / "vault.bin", Pseudonymiser(KEY)).read("ticket 12", journal)


def test_the_roster_says_whose_identities_are_whose() -> None:
    ana = _row("17", "Ana.Rossi@acme.example", "ana@acme.example", "Ana Rossi")
    moved = _row("17", "Ana.Rossi@acme.example", None, "Ana Rossi-Bianchi")
    roster = Roster([Stay(ana, 10), Stay(moved, None), Stay(_row("18", None, None, None), None)])
    roster.owners = {
        "id:17": ("id:17", "roster_id"),
        "email:ar@acme.example": ("id:17", "alias"),
        "id:18": ("id:18", "roster_id"),
    }
    parties = Parties(
        [
            Party("a" * 16, "employee", identity="id:17"),
            Party("b" * 16, "employee", identity="id:18", is_excluded=True),
            Party("c" * 16, "external", "other"),
        ],
        party_of=None,  # type: ignore[arg-type]
        rules=[],
    )
    assert roster_identities(roster, parties) == {
        "a" * 16: [
            "email:ana.rossi@acme.example",
            "email:ana@acme.example",
            "email:ar@acme.example",
            "id:17",
            "name:Ana Rossi",
            "name:Ana Rossi-Bianchi",
        ]
    }


def _row(employee_id: str, email: str | None, aliases: str | None, name: str | None) -> RosterRow:
    fields = dict.fromkeys(RosterRow.__dataclass_fields__)
    given = {"line": 1, "employee_id": employee_id, "email": email, "aliases": aliases}
    return RosterRow(**{**fields, **given, "name": name})


def test_a_run_writes_the_vault_of_its_own_pseudonyms(whole_run: WholeRun, tmp_path: Path) -> None:
    """Against the roster file itself."""
    key = key_of(load_config(whole_run.exports / "audit.toml")).pseudonyms
    journal = Journal(tmp_path / "log", KEY)
    opened = vault_at(whole_run.folder.vault, key).read("test", journal)
    people = PEOPLE.read(whole_run.folder.canonical)
    employees = set(people.loc[people["kind"] == "employee", "person_id"])
    assert set(opened) == employees
    assert json.dumps(opened).count("email:") >= len(employees)
    for person_id, identities in opened.items():
        assert any(key.person(identity) == person_id for identity in identities)
