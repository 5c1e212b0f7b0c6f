"""The command `identities`: suggestions, decisions, report; nothing clear but in its one file."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from audit.cli import main

ROSTER = """Employee ID,Display Name,mail,proxyAddresses,legacyExchangeDN,Department
E1,"Canary-Rossi, Anna",anna@acme.example,SMTP:anna@acme.example;smtp:ar@acme.example,,Fleet
E2,Robert Canary-Bianchi,robert@acme.example,,/o=Corp/cn=Recipients/cn=rob,Fleet
E3,Karin Canary-Weiss,karin@acme.example,,,Sales
"""
TRACE = """id,sender,recipient,sent
1,anna@acme.example,IMCEAEX-_o=Corp_cn=Recipients_cn=rob@acme.example,2025-03-03T09:00:00Z
2,ar@acme.example,robert@acme.example,2025-03-03T10:00:00Z
3,karin.canary-weis@acme.example,anna@acme.example,2025-03-03T11:00:00Z
4,=cmd@acme.example,anna@acme.example,2025-03-03T12:00:00Z
5,canary.kim@partner.example,anna@acme.example,2025-03-03T12:00:00Z
"""
CONFIG = """[audit]
name = "Acme"
[organization]
own_domains = ["acme.example"]
ALIASES
[[source]]
reader = "roster_csv"
path = "roster.csv"
[[source]]
reader = "messages_csv"
path = "calls.csv"
channel = "email"
identity = "email"
time = "iso"
[source.columns]
message_id = "id"
sender = "sender"
recipients = "recipient"
sent = "sent"
"""


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "calls.csv").write_text(TRACE, encoding="utf-8")
    config = tmp_path / "audit.toml"
    config.write_text(CONFIG.replace("ALIASES\n", ""), encoding="utf-8")
    return config


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def is_clear(text: str) -> bool:
    return any(word in text.lower() for word in ("canary", "anna@", "cmd@", "robert@"))


def test_a_review_is_written_decided_applied_and_taken_back(
    audit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, review = audit.parent, audit.parent / "identity-review.csv"
    assert main(["identities", "review", str(audit)]) == 0
    assert stat.S_IMODE(review.stat().st_mode) == 0o600
    rows = rows_of(review)
    # Directory name and proxy address are known by the roster; two addresses are nobody's.
    assert [row["person_id"] for row in rows] == ["E3", ""]
    assert rows[0]["identity"] == "email:karin.canary-weis@acme.example"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    said = capsys.readouterr()
    assert not is_clear(said.out + said.err)

    rows[0]["decision"] = "yes"
    with review.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert main(["identities", "apply", str(audit), str(review)]) == 0
    aliases = folder / "aliases.csv"
    assert [row["person_id"] for row in rows_of(aliases)] == ["E3"]
    audit.write_text(CONFIG.replace("ALIASES", 'alias_file = "aliases.csv"'), encoding="utf-8")
    capsys.readouterr()
    assert main(["identities", "report", str(audit)]) == 0
    report = capsys.readouterr().out
    assert "messages_csv #2: 83.3% of 6 identities inside the organization" in report
    assert "acme.example: 1" in report  # own domains with gaps are named; addresses never
    assert not is_clear(report)
    assert main(["identities", "apply", str(audit), "--undo"]) == 0
    assert rows_of(aliases) == []


def test_a_decision_in_doubt_changes_nothing_and_names_nobody(
    audit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = audit.parent / "review.csv"
    review.write_text(
        "decision,identity,person_id\nyes,email:anna@acme.example,E2\n", encoding="utf-8"
    )
    assert main(["identities", "apply", str(audit), str(review)]) == 3
    assert not (audit.parent / "aliases.csv").exists()
    assert not is_clear(capsys.readouterr().err)


def test_without_a_review_file_the_command_says_how_to_write_one(
    audit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["identities", "apply", str(audit)]) == 2
    assert "identities review" in capsys.readouterr().err
