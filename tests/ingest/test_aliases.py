"""The alias file, addresses that change hands, and decisions of a review."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from intake_runs import EXPORTS, Taken, run_intake, source

from core.errors import SourceError
from core.windows import day_of
from ingest.limits import Limits
from ingest.people.aliases import add_aliases
from ingest.people.owners import Owners, Spell, in_doubt, owners_of
from ingest.people.review_file import apply_review, backup_of, undo_review
from ingest.people.roster import Roster

OWN = ("acme.example",)
PEOPLE = ("id:E1", "id:E2")


def roster() -> Roster:
    held = [("email:ana@acme.example", Spell("id:E1", "roster_email"))]
    owners = owners_of(PEOPLE, held)
    return Roster(owners=owners.always, dated=owners.dated)


def with_aliases(folder: Path, lines: str) -> Roster:
    path = folder / "aliases.csv"
    path.write_text(f"person_id,alias,valid_from,valid_to\n{lines}", encoding="utf-8")
    found = roster()
    add_aliases(found, path, OWN, Limits())
    return found


def test_aliases_of_every_kind_are_given_to_their_people(tmp_path: Path) -> None:
    found = with_aliases(
        tmp_path,
        "E1,smtp:A.Rossi@acme.example,,\nE1,slack:T1:U1,,\nE2,X500:/o=Corp/cn=Bo,,\n"
        "E2,'=odd@acme.example,,\n",
    )
    given = {identity: person for identity, (person, rule) in found.owners.items()
             if rule == "alias"}  # fmt: skip
    assert given == {
        "email:a.rossi@acme.example": "id:E1",
        "slack:T1:U1": "id:E1",
        "x500:/o=corp/cn=bo": "id:E2",
        "email:=odd@acme.example": "id:E2",
    }


def test_an_alias_with_days_holds_from_the_first_to_the_last_of_them(tmp_path: Path) -> None:
    found = with_aliases(
        tmp_path,
        "E1,desk@acme.example,,2024-12-31\nE2,desk@acme.example,2025-01-01,\n",
    )
    ends = [(s.person, s.first_day, s.end_day) for s in found.dated["email:desk@acme.example"]]
    assert ends == [("id:E1", 0, 20089), ("id:E2", 20089, None)]  # 2025-01-01 is day 20,089


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("E1,x@acme.example,,\nE2,x@acme.example,,\n", "E-ALIAS-002.*2, 3"),
        ("E1,x@acme.example,,2025-01-01\nE2,x@acme.example,2025-01-01,\n", "E-ALIAS-002.*2, 3"),
        ("E2,ana@acme.example,,\n", "E-ALIAS-002"),  # it is the roster's, at all times
        ("E9,x@acme.example,,\n", "E-ALIAS-002"),
        ("E1,,,\n", "E-ALIAS-002"),
        ("E1,x@acme.example,soon,\n", "E-ALIAS-003"),
    ],
)
def test_an_alias_in_doubt_is_refused_with_its_lines(
    tmp_path: Path, lines: str, code: str
) -> None:
    with pytest.raises(SourceError, match=rf"(?s){code}"):
        with_aliases(tmp_path, lines)


def test_no_error_about_aliases_names_an_address(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        with_aliases(tmp_path, "E2,ana@acme.example,,\nE9,canary@acme.example,,\n")
    assert "ana@" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_days_may_take_an_address_from_its_owner_of_today(tmp_path: Path) -> None:
    found = with_aliases(tmp_path, "E2,ana@acme.example,,2023-06-30\n")
    assert found.owners["email:ana@acme.example"] == ("id:E1", "roster_email")
    assert found.dated["email:ana@acme.example"][0].person == "id:E2"


def test_an_address_of_two_people_is_dated_where_they_never_share_a_day() -> None:
    left, came = Spell("id:E1", "roster_email", 0, 100), Spell("id:E2", "roster_email", 100)
    found = owners_of(PEOPLE, [("email:x@a", left), ("email:x@a", came)])
    assert found.dated == {"email:x@a": (left, came)}
    both = Spell("id:E2", "roster_email", 99)
    shared = owners_of(PEOPLE, [("email:x@a", left), ("email:x@a", both)])
    assert (shared.dated, shared.n_shared) == ({}, 1)
    assert "email:x@a" not in shared.always
    assert Owners().dated == {}
    assert not in_doubt([left, came])


# An address changes hands on 1 March 2025: mail of February is Ana's, of March is Bruno's.
TRACE = """Message ID,Conversation,In-Reply-To,Sender,Recipients,Sent
<1@x>,,,desk@acme.example,carla@acme.example,2025-02-27T09:00:00Z
<2@x>,,,carla@acme.example,desk@acme.example,2025-02-28T09:00:00Z
<3@x>,,,desk@acme.example,carla@acme.example,2025-03-03T09:00:00Z
<4@x>,,,carla@acme.example,desk@acme.example,2025-03-04T09:00:00Z
"""
ROSTER = """Employee ID,Email,Department
E1,ana@acme.example,Fleet
E2,bruno@acme.example,Fleet
E3,carla@acme.example,Fleet
"""


def changed_hands(folder: Path, aliases: str) -> Taken:
    (folder / "trace.csv").write_text(TRACE, encoding="utf-8")
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "aliases.csv").write_text(f"person_id,alias,valid_from,valid_to\n{aliases}",
                                        encoding="utf-8")  # fmt: skip
    columns = {"message_id": "Message ID", "sender": "Sender", "recipients": "Recipients",
               "sent": "Sent"}  # fmt: skip
    sources = [
        source(1, "roster_csv", folder / "roster.csv"),
        source(2, "messages_csv", folder / "trace.csv", {"columns": columns}),
    ]
    return run_intake(folder / "run", sources, aliases=folder / "aliases.csv")


def test_the_day_of_a_message_decides_who_wrote_and_who_was_addressed(tmp_path: Path) -> None:
    taken = changed_hands(
        tmp_path, "E1,desk@acme.example,,2025-02-28\nE2,desk@acme.example,2025-03-01,\n"
    )
    rows = taken.table("messages").sort_values("sent_s")
    first_of_march = day_of(dt.date(2025, 3, 1))
    before, after = rows[rows.sent_day < first_of_march], rows[rows.sent_day >= first_of_march]
    people_before = set(before["sender_id"]) | set(before["recipient_id"])
    people_after = set(after["sender_id"]) | set(after["recipient_id"])
    assert set(before["sender_id"]) == set(before["recipient_id"])  # each writes, each is written
    assert set(after["sender_id"]) == set(after["recipient_id"])
    assert len(people_before) == len(people_after) == 2
    assert len(people_before & people_after) == 1  # carla; ana is followed by bruno
    assert taken.report.resolved_share == 1.0


def test_another_alias_file_gives_the_same_rows_to_another_person(tmp_path: Path) -> None:
    one = changed_hands(tmp_path, "E1,desk@acme.example,,\n").table("messages")
    two = changed_hands(tmp_path, "E2,desk@acme.example,,\n").table("messages")
    assert len(one) == len(two) == 4
    assert len(set(one["sender_id"]) & set(two["sender_id"])) == 1  # carla


REVIEW = "decision,identity,person_id,why,score\n"


def reviewed(folder: Path, lines: str) -> Path:
    path = folder / "review.csv"
    path.write_text(REVIEW + lines, encoding="utf-8")
    return path


def test_every_yes_of_a_review_becomes_an_alias_and_can_be_taken_back(tmp_path: Path) -> None:
    aliases = tmp_path / "aliases.csv"
    aliases.write_text("alias;person_id\nold@acme.example;E1", encoding="utf-8")
    review = reviewed(
        tmp_path,
        'yes,email:new@acme.example,E2,"so, it is",90\n,email:other@acme.example,E1,,80\n'
        "No,slack:T1:U2,E1,,70\nYES,slack:T1:U1,E1,,70\nyes,email:old@acme.example,E1,,1\n",
    )
    done = apply_review(review, aliases, roster(), OWN, Limits())
    assert (done.n_added, done.n_known) == (2, 1)
    assert aliases.read_text(encoding="utf-8") == (
        "alias;person_id\nold@acme.example;E1\nslack:T1:U1;E1\nnew@acme.example;E2\n"
    )
    again = apply_review(review, aliases, roster(), OWN, Limits())
    assert (again.n_added, again.n_known) == (0, 3)
    undo_review(aliases)
    assert aliases.read_text(encoding="utf-8") == "alias;person_id\nold@acme.example;E1"
    with pytest.raises(SourceError, match="E-REVIEW-004"):
        undo_review(aliases)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("yes,email:x@acme.example,E1,,\nyes,email:x@acme.example,E2,,\n", "E-REVIEW-003.*2, 3"),
        ("perhaps,email:x@acme.example,E1,,\n", "E-REVIEW-002"),
        ("yes,email:x@acme.example,,,\n", "E-REVIEW-002"),
        ("yes,email:ana@acme.example,E2,,\n", "E-ALIAS-002"),
        ("yes,email:x@acme.example,E9,,\n", "E-ALIAS-002"),
    ],
)
def test_a_review_in_doubt_changes_nothing(tmp_path: Path, lines: str, code: str) -> None:
    aliases = tmp_path / "aliases.csv"
    aliases.write_text("person_id,alias\nE1,old@acme.example\n", encoding="utf-8")
    before = aliases.read_bytes()
    with pytest.raises(SourceError, match=rf"(?s){code}"):
        apply_review(reviewed(tmp_path, lines), aliases, roster(), OWN, Limits())
    assert aliases.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["aliases.csv", "review.csv"]
    assert not backup_of(aliases).exists()


def test_a_file_that_is_no_review_is_refused(tmp_path: Path) -> None:
    trace = EXPORTS / "messages_csv" / "trace.csv"
    with pytest.raises(SourceError, match="E-REVIEW-001"):
        apply_review(trace, tmp_path / "aliases.csv", roster(), OWN, Limits())
