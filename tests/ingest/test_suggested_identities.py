"""Suggestions order the review; doubts come last, and nothing below the bar comes at all."""

from __future__ import annotations

from ingest.people.suggested_identities import (
    DOUBT,
    ELSEWHERE,
    Candidates,
    Suggestion,
    Unresolved,
    suggestions,
)

PEOPLE = Candidates(
    ["E1", "E2", "E3"],
    ["anna rossi", "bob marini", "robert weiss"],
    ["arossi", "bmarini", "rweiss"],
    ["arossi", "bmarini", "rweiss"],
    ["Rossi, Anna", "Bob Marini", "Robert Weiß"],
)


def top(
    *unresolved: Unresolved, taken: dict[str, frozenset[str]] | None = None
) -> list[Suggestion]:
    return suggestions(unresolved, PEOPLE, taken)


def test_spellings_logins_and_nicknames_lead_to_the_person() -> None:
    found = top(
        Unresolved("zulip:1", "Ana Rossi", "zulip"),
        Unresolved("email:robert.weis@acme.example", "", "email:acme.example"),
        Unresolved("email:bmarini2@acme.example", "", "email:acme.example"),
    )
    first = {}
    for suggestion in found:
        first.setdefault(suggestion.identity, suggestion.person_id)
    assert first == {
        "zulip:1": "E1",
        "email:robert.weis@acme.example": "E3",
        "email:bmarini2@acme.example": "E2",
    }
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_who_has_an_account_there_already_and_who_shares_a_name_comes_later() -> None:
    asked = Unresolved("zulip:1", "Anna Rossi", "zulip")
    assert top(asked)[0].score == 100.0
    there = top(asked, taken={"E1": frozenset({"zulip"})})[0]
    assert there.score == 100.0 - ELSEWHERE
    assert "already" in there.why
    twice = top(asked, Unresolved("zulip:2", "Rossi, Anna", "zulip"))
    assert [s.score for s in twice] == [100.0 - DOUBT] * 2
    assert "2 accounts there show this name" in twice[0].why


def test_what_is_like_nobody_gets_no_suggestion() -> None:
    assert top(Unresolved("zulip:1", "Xq Zzyzx", "zulip")) == []
    assert top(Unresolved("zulip:1", "", "zulip")) == []
    assert suggestions([Unresolved("zulip:1", "Anna Rossi")], Candidates()) == []
