"""Cells of mail logs: the one address that a cell holds, and the key of a mail."""

from __future__ import annotations

import pytest

from ingest.logs.trace_rows import clean, mail_key


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" <Ana@x.example> ", "Ana@x.example"),
        ("SMTP:ana@x.example", "ana@x.example"),
        ("smtp:<ana@x.example>", "ana@x.example"),
        ("smtp:SMTP: 'ana@x.example'", "ana@x.example"),
        ("/o=Acme/cn=Recipients/cn=ana rossi", "/o=Acme/cn=Recipients/cn=ana rossi"),
        ("an?@x.example", ""),
        ("ana@x.example ben@x.example", ""),
        ("<>", ""),
        ("smtp:", ""),
        ("@x.example", ""),
        ("ana@", ""),
    ],
)
def test_a_cell_is_cleaned_to_its_one_address_and_then_stays_as_it_is(
    cell: str, address: str
) -> None:
    assert clean(cell) == address
    assert clean(clean(cell)) == address


def test_a_mail_without_an_id_is_known_by_the_id_of_the_log() -> None:
    assert mail_key(" <1@x.example> ", "log-7") == "mid:1@x.example"
    assert mail_key("<>", "log-7") == "log:log-7"
