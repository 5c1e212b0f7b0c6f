"""Whose an identity is on a day; expected places by hand."""

from __future__ import annotations

import numpy as np

from ingest.people.parties import NOBODY, DatedParty, Parties, Party

PEOPLE = [Party(name, "employee") for name in ("a", "b", "c")]
DAYS = np.array([9, 10, 19, 20, 99, 15])
NUMBERS = np.array([0, 0, 0, 0, 0, NOBODY])


def who(*dated: DatedParty) -> list[int]:
    parties = Parties(PEOPLE, np.array([0], np.int32), ["alias"], dated)
    return [int(place) for place in parties.look_up(NUMBERS, DAYS)]


def test_an_identity_is_anothers_from_its_first_day_to_before_its_end_day() -> None:
    assert who(DatedParty(0, 1, 10, 20)) == [0, 1, 1, 0, 0, NOBODY]


def test_one_holder_follows_another_and_the_last_keeps_it() -> None:
    spans = (DatedParty(0, 1, 10, 20), DatedParty(0, 2, 20, None))
    assert who(*spans) == [0, 1, 1, 2, 2, NOBODY]


def test_without_days_dated_identities_are_whose_they_are_on_all_other_days() -> None:
    parties = Parties(PEOPLE, np.array([0], np.int32), ["alias"], (DatedParty(0, 1, 10, 20),))
    assert list(parties.look_up(NUMBERS)) == [0, 0, 0, 0, 0, NOBODY]
