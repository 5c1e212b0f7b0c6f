"""The promises of the product, each with what enforces it and the tests that prove it.

`PROMISES.md`, the page Method and privacy and the papers for a works council are told from here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One promise: its words, the part of the product that keeps it, the tests that prove it."""

    number: int
    says: str
    kept_by: str
    tests: tuple[str, ...]


PROMISES = (
    Promise(
        1,
        "No score, rank, list or export about a person, for anyone, administrators included.",
        "Tables about people are declared private and cannot be published; no graph that leaves "
        "the private folder has a node for a person.",
        (
            "tests/test_wall.py::test_only_published_contracts_lie_past_the_wall",
            "tests/test_wall.py::test_no_person_and_no_address_is_in_any_byte_past_the_wall",
        ),
    ),
    Promise(
        2,
        "No content, no subject lines, no attachment names.",
        "Readers take the fields they name and hold no others.",
        (
            "tests/test_content.py::test_no_content_reaches_a_byte_written",
            "tests/contracts/test_reader_cases.py::test_no_content_and_no_name_of_a_channel_comes_out",
        ),
    ),
    Promise(
        3,
        "No inference of emotion, mood, personality, health, flight risk.",
        "No such indicator exists; names, questions and documentation are searched for such "
        "words.",
        ("tests/test_promises.py::test_no_indicator_reads_what_a_person_feels_or_is",),
    ),
    Promise(
        4,
        "No biometrics, keystrokes, presence, screen, camera, read receipts.",
        "Such fields are dropped at reading; no table has a place for them.",
        (
            "tests/test_promises.py::test_no_table_has_a_place_for_what_is_never_held",
            "tests/contracts/test_reader_cases.py::test_no_content_and_no_name_of_a_channel_comes_out",
        ),
    ),
    Promise(
        5,
        "Not for individual evaluation, pay, discipline, dismissal.",
        "A clause for the contract, and a sentence on every screen and report.",
        ("tests/test_promises.py::test_every_report_and_every_page_says_what_it_is_not_for",),
    ),
    Promise(
        6,
        "Group floors, attack-tested releases.",
        "The publisher, the only writer of published tables.",
        (
            "tests/test_wall.py::test_no_shown_group_is_under_the_floor_and_hidden_ones_say_nothing",
        ),
    ),
    Promise(
        7,
        "Keyed pseudonyms; key held outside, new per engagement, which breaks linkage on purpose.",
        "Every pseudonym is made under a key that lies outside the run folder.",
        (
            "tests/ingest/test_pseudonyms.py::test_one_text_has_another_pseudonym_for_each_purpose_version_and_key",
        ),
    ),
    Promise(
        8,
        "Purposes fixed at set-up; a change needs recorded approval by two roles, one may be the "
        "works council.",
        "A hash of the purposes; a run with another hash refuses.",
        (
            "tests/audit/test_purposes.py::test_purpose_change_is_refused_until_two_roles_have_approved_it",
        ),
    ),
    Promise(
        9,
        "Append-only, hash-chained audit log, readable by worker representatives.",
        "Each entry carries a keyed hash of all before it.",
        ("tests/core/test_journal.py::test_every_tampering_is_named_at_its_entry",),
    ),
    Promise(
        10,
        "The group described sees the same report, at the same time as leaders.",
        "One release for all; nothing in it is made for one role, and there is no early view.",
        ("tests/test_promises.py::test_no_published_table_is_for_leaders_only",),
    ),
    Promise(
        11,
        'Every number with interval, coverage and "what this cannot show".',
        "What pages and reports are made from requires them.",
        ("tests/test_promises.py::test_every_published_number_has_its_interval_base_and_caveat",),
    ),
    Promise(
        12,
        "Indicators are not targets: no bonus link; watch list and gaming checks reviewed yearly.",
        "A clause for the contract, and the date of the next review in the papers.",
        ("tests/audit/test_papers.py::test_the_next_review_is_dated_a_year_after_the_papers",),
    ),
)
