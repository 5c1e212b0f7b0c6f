"""A small made-up company with one person to erase: its exports, and those without the person.

The person of the test is taken out of the exports by an editor of its own: it shares no code with
what is tested. One survey names its respondents, and an alias file gives the person an address
that stands on no roster.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audit import pipeline
from audit.config.audit_file import load_config
from core.progress import Silent
from core.store import RunFolder
from ingest.simulate.scenarios import simulate

SEED, PEOPLE, WEEKS = 7, 40, 12
REASON = "ticket 12"
OTHER_ADDRESS = "private-canary@elsewhere.example"
ALIASES = "aliases.csv"
USED = ["response_rate", "felt_listening", "psychological_safety"]
Rows = list[list[str]]


@dataclass(frozen=True)
class Person:
    """The person of the test."""

    employee_id: str
    address: str
    slack: str

    @property
    def texts(self) -> tuple[str, ...]:
        """What may stand nowhere in clear."""
        return (self.address, OTHER_ADDRESS)


def write_exports(folder: Path) -> Person:
    """Write the exports of the company; only one indicator is used, to keep the test short."""
    simulate("small", SEED, folder, people=PEOPLE, weeks=WEEKS)
    person = _chosen(folder)
    _name_respondents(folder / _survey(folder), _rows(folder / "hr_roster.csv"))
    _send_from_elsewhere(folder / "message_trace.csv", person)
    (folder / ALIASES).write_text(f"person_id,alias\n{person.employee_id},{OTHER_ADDRESS}\n")
    text = (folder / "audit.toml").read_text()
    text = text.replace('mode = "anonymous"', 'mode = "confidential"')
    text = text.replace("[organization]\n", f'[organization]\nalias_file = "{ALIASES}"\n')
    text += f"\n[indicators]\nuse = {json.dumps(USED)}\n\n[judgement]\npermutations = 199\n"
    (folder / "audit.toml").write_text(text)
    return person


def run_company(exports: Path, root: Path) -> RunFolder:
    """Run the audit of the exports."""
    pipeline.run(load_config(exports / "audit.toml"), root, Silent())
    return RunFolder.open(root)


def remove_by_hand(exports: Path, target: Path, person: Person) -> None:
    """Write the same exports as if the person had never been there."""
    target.mkdir(parents=True)
    for path in exports.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    (target / ALIASES).write_text("person_id,alias\n")
    _edit(target / "hr_roster.csv", lambda h, r: _not(h, r, "Employee ID", person.employee_id))
    _edit(target / _survey(target), lambda h, r: _not(h, r, "Email", person.address))
    _edit(target / "message_trace.csv", lambda h, r: _mail_without(h, r, person))
    _slack_without(target / "slack_export.zip", person)


def _chosen(folder: Path) -> Person:
    """Somebody who leads nobody and writes much, in mail and chat."""
    header, *roster = _rows(folder / "hr_roster.csv")
    managers = {row[header.index("Manager ID")] for row in roster}
    trace_header, *trace = _rows(folder / "message_trace.csv")
    sent = [row[trace_header.index("Sender Address")] for row in trace]
    who, address = header.index("Employee ID"), header.index("Work Email")
    once = {row[who]: row[address] for row in roster if row[who] not in managers}
    employee = max(sorted(once), key=lambda one: sent.count(once[one]))
    with zipfile.ZipFile(folder / "slack_export.zip") as archive:
        users = json.loads(archive.read("users.json"))
    slack = next(u["id"] for u in users if u["profile"].get("email") == once[employee])
    return Person(employee, once[employee], slack)


def _survey(folder: Path) -> str:
    return sorted(path.name for path in folder.glob("pulse_*.csv"))[-1]


def _name_respondents(path: Path, roster: Rows) -> None:
    """Give each form the address of somebody; everybody answers, the person too."""
    header, *rows = _rows(path)
    place = roster[0].index("Work Email")
    addresses = sorted({row[place] for row in roster[1:]})
    filled = [[*rows[n % len(rows)], address] for n, address in enumerate(addresses)]
    _write(path, [[*header, "Email"], *filled])


def _send_from_elsewhere(path: Path, person: Person) -> None:
    """Let the person write every fifth mail from the address that the alias file gives."""
    header, *rows = _rows(path)
    sender = header.index("Sender Address")
    own = [row for row in rows if row[sender] == person.address]
    for row in own[::5]:
        row[sender] = OTHER_ADDRESS
    _write(path, [header, *rows])


def _not(header: list[str], row: list[str], column: str, value: str) -> list[str] | None:
    return None if row[header.index(column)] == value else row


def _mail_without(header: list[str], row: list[str], person: Person) -> list[str] | None:
    sender, to = header.index("Sender Address"), header.index("Recipient Address")
    left = [one for one in row[to].split(";") if one.strip() not in person.texts]
    if row[sender] in person.texts or not any(left):
        return None
    return [*row[:to], ";".join(left), *row[to + 1 :]]


def _slack_without(path: Path, person: Person) -> None:
    with zipfile.ZipFile(path) as archive:
        content = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            # An answer to the person in a channel is addressed to nobody else: it goes too.
            own = ("user", "id", "parent_user_id")
            kept = [one for one in data if person.slack not in map(one.get, own)]
            text = json.dumps([_without_links(one, person.slack) for one in kept])
            archive.writestr(name, text)
        assert person.slack not in text


def _without_links(one: dict[str, object], user: str) -> dict[str, object]:
    """A message or channel without the user as member, mention or reaction."""
    if isinstance(one.get("members"), list):
        one["members"] = [member for member in one["members"] if member != user]  # type: ignore[attr-defined]
    for reaction in one.get("reactions", []):  # type: ignore[attr-defined]
        reaction["users"] = [other for other in reaction["users"] if other != user]
    if "reactions" in one:
        one["reactions"] = [r for r in one["reactions"] if r["users"]]  # type: ignore[attr-defined]
    if isinstance(one.get("text"), str):
        one["text"] = re.sub(rf"<@{user}(\|[^>]*)?>", "", str(one["text"]))
    return one


def _rows(path: Path) -> Rows:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def _edit(path: Path, change: Callable[[list[str], list[str]], list[str] | None]) -> None:
    header, *rows = _rows(path)
    kept = [new for row in rows if (new := change(header, row)) is not None]
    _write(path, [header, *kept])


def _write(path: Path, rows: Rows) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
