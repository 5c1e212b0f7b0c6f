"""What readers yield: batches of plain columns with identities still clear.

Identities are typed keys: "email:a@x.org", "id:4711", "slack:T1:U1". Message and thread keys are
typed too: "mid:..." for a Message-ID, so that one mail from two readers is one message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from ingest.cells import Typed

BATCH_ROWS = 50_000
_S, _I = pa.string(), pa.int64()

TABLES: dict[str, pa.Schema] = {
    # One row per unit of the export that was understood. `n_recipients` 0: count the slots.
    # `unit` numbers the units of one source from 0; `parent` names the message answered.
    "messages": pa.schema(
        [
            ("unit", _I),
            ("key", _S),
            ("thread", _S),
            ("parent", _S),
            ("sender", _S),
            ("channel", _S),
            ("act", _S),
            ("visibility", _S),
            ("n_recipients", _I),
            ("sent_s", _I),
            ("auto_reason", _S),
        ]
    ),
    # One row per recipient slot of such a unit.
    "recipients": pa.schema([("unit", _I), ("recipient", _S), ("role", _S)]),
    # Accounts and addresses: whose they are, what holds them (`ACCOUNT_KINDS`), and the name they
    # show. A name serves to find the person on the roster; intake keeps a keyed hash of it alone.
    "accounts": pa.schema(
        [("account", _S), ("email", _S), ("kind", _S), ("time_zone", _S), ("name", _S)]
    ),
    # Roster rows. `aliases` and `units` are joined by U+001F; `units` run from the top down.
    "people": pa.schema(
        [
            ("line", _I),
            ("employee_id", _S),
            ("email", _S),
            ("aliases", _S),
            ("units", _S),
            ("manager", _S),
            ("valid_from_day", _I),
            ("start_day", _I),
            ("end_day", _I),
            ("level", _I),
            ("role_family", _S),
            ("site", _S),
            ("work_mode", _S),
            ("time_zone", _S),
            ("leave_from_day", _I),
            ("leave_to_day", _I),
            ("name", _S),
        ]
    ),
    # Survey forms and their answers. `person` is used once, to find the unit.
    "forms": pa.schema(
        [
            ("unit", _I),
            ("wave", _S),
            ("form", _S),
            ("person", _S),
            ("team", _S),
            ("day", _I),
            ("level_group", _S),
            ("site", _S),
            ("tenure_band", _S),
        ]
    ),
    "answers": pa.schema([("unit", _I), ("item", _S), ("raw", pa.float64())]),
    # Codes that coders gave to interviews: labels of a closed code book, no words of anybody.
    "codings": pa.schema(
        [
            ("line", _I),
            ("interview", _S),
            ("coder", _S),
            ("team", _S),
            ("code", _S),
            ("polarity", _S),
            ("element", _S),
            ("day", _I),
        ]
    ),
    # Figures of units, such as turnover: never of a person.
    "outcomes": pa.schema(
        [
            ("line", _I),
            ("outcome", _S),
            ("kind", _S),
            ("units", _S),
            ("first_day", _I),
            ("end_day", _I),
            ("value", pa.float64()),
            ("n_people", _I),
        ]
    ),
    # How many people of a team a survey wave invited, where the export says so.
    "invited": pa.schema([("wave", _S), ("team", _S), ("n", _I)]),
}
SEPARATOR = "\x1f"
ACCOUNT_KINDS = ("person", "guest", "service", "room")

Cell = str | int | float | None


@dataclass(frozen=True)
class Batch:
    """Some rows of one of `TABLES`, given as such or as columns by name."""

    table: str
    given: pa.RecordBatch | Mapping[str, pa.Array | Typed]

    @cached_property
    def rows(self) -> pa.RecordBatch:
        """Return the rows, every text written out."""
        if isinstance(self.given, pa.RecordBatch):
            return self.given
        schema = TABLES[self.table]
        columns = [self.column(name) for name in schema.names]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def column(self, name: str) -> pa.Array:
        """Return a column, its texts written out."""
        column = self.given[name]
        return column.texts() if isinstance(column, Typed) else column

    def typed(self, name: str) -> Typed:
        """Return a column of texts with what stands before each of them, where that is known."""
        column = self.given[name]
        return column if isinstance(column, Typed) else Typed("", column)


@dataclass
class Rows:
    """Collects rows of one table and hands them over as batches."""

    table: str
    _columns: list[list[Cell]] = field(init=False)

    def __post_init__(self) -> None:
        """Start with no rows."""
        self._columns = [[] for _ in TABLES[self.table]]

    def __len__(self) -> int:
        return len(self._columns[0])

    def add(self, *cells: Cell) -> None:
        """Add one row, its cells in the order of the table's columns."""
        for column, cell in zip(self._columns, cells, strict=True):
            column.append(cell)

    def extend(self, *columns: Sequence[Cell]) -> None:
        """Add several rows, given as columns of one length."""
        for column, cells in zip(self._columns, columns, strict=True):
            column.extend(cells)

    def take(self) -> Batch:
        """Return the rows collected so far and start anew."""
        schema = TABLES[self.table]
        arrays = [
            pa.array(cells, type=kind.type)
            for cells, kind in zip(self._columns, schema, strict=True)
        ]
        self.__post_init__()
        return Batch(self.table, pa.RecordBatch.from_arrays(arrays, schema=schema))


def full(*collectors: Rows) -> Iterator[Batch]:
    """Hand over all collectors as soon as one of them is full; first things first."""
    if any(len(rows) >= BATCH_ROWS for rows in collectors):
        yield from rest(*collectors)


def rest(*collectors: Rows) -> Iterator[Batch]:
    """Hand over what is left in the collectors."""
    for rows in collectors:
        if len(rows):
            yield rows.take()
