"""Numbers of columns: those of the book, cell by cell, however many spellings there are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from ingest.cells import Typed
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people import numbering
from ingest.people.book import Book
from ingest.people.kinds import kind_rules
from ingest.people.numbering import NumberedColumns

KEY = Pseudonymiser(bytes(range(32)))
RULES = kind_rules((), (), (), ((), ()))
CELLS = st.sampled_from(["ana@x.org", "ANA@x.org", "bo@x.org", "", "nobody", "ç@x.org", "d@x.org"])


@pytest.mark.parametrize("most", [1, 3, 1 << 16])
@given(columns=st.lists(st.tuples(st.sampled_from(["email:", "id:", ""]), st.lists(CELLS))))
@tried(60)
def test_a_column_has_the_numbers_of_its_cells(
    most: int, columns: list[tuple[str, list[str]]]
) -> None:
    one_by_one, book = Book(KEY, RULES), Book(KEY, RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "_MOST", most)
        numbered = NumberedColumns(book)
        for start, cells in columns:
            found = numbered.column(Typed(start, pa.array(cells, pa.string())))
            assert found.to_pylist() == [one_by_one.number(start + cell) for cell in cells]
    assert book.entries == one_by_one.entries
