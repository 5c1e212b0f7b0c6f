"""Parts: what one export gave, on disk; keyed hashes and numbers, nothing clear.

A part is a folder. Its rows name people by numbers that mean something inside the part only: the
place of an identity in its `identities.parquet`. So a part can be kept while roster, aliases and
rules of merging change; who is who is decided anew in every run.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.files import sync_file, sync_folder, write_whole
from ingest.ahead import WriteBehind
from ingest.batches import Batch
from ingest.keys.keyed_columns import CODE
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.people.book import Account, Book, Identity
from ingest.people.numbering import NumberedColumns
from ingest.tally import Tally, TallyState

UNITS = pa.schema(
    [
        ("unit", pa.int64()),
        ("message_id", CODE),
        ("thread_id", CODE),
        ("parent_id", CODE),
        ("sender_no", pa.int64()),
        ("channel", pa.string()),
        ("act", pa.string()),
        ("visibility", pa.string()),
        ("n_stated", pa.int32()),
        ("sent_s", pa.int64()),
        ("auto_reason", pa.string()),
    ]
)
SLOTS = pa.schema([("unit", pa.int64()), ("recipient_no", pa.int64()), ("role_rank", pa.int8())])
ROLES = ("to", "cc", "mention", "member")
_RANKS = {role: rank for rank, role in enumerate(ROLES)}
# Ids of messages hardly repeat and pack to nothing, those of threads and parents repeat near by:
# looking them up in a dictionary costs more time than writing them. Numbers and times lie close
# together: what is written is how far apart they are.
_PACKED = dict.fromkeys((*UNITS.names, *SLOTS.names), "lz4") | {"message_id": "none"}
_REPEATED = ["channel", "act", "visibility", "auto_reason"]
_DELTAS = dict.fromkeys(
    ("unit", "sender_no", "recipient_no", "n_stated", "sent_s"), "DELTA_BINARY_PACKED"
)
_IDENTITIES, _ACCOUNTS, _STATE = "identities.parquet", "accounts.parquet", "state.json"


class State(msgspec.Struct):
    """What a part says of itself: its counts, and the file it was read from."""

    tally: TallyState
    n_messages: int = 0
    n_recipients: int = 0
    size: int = 0
    file_sha256: str = ""


@dataclass(frozen=True)
class Part:
    """One whole part on disk."""

    folder: Path

    @property
    def name(self) -> str:
        """Return the name under which the ledger finds it."""
        return self.folder.name

    @property
    def units(self) -> list[Path]:
        """Return its files of messages, in order."""
        return sorted((self.folder / "units").glob("*.parquet"))

    @property
    def slots(self) -> list[Path]:
        """Return its files of recipient slots, in order."""
        return sorted((self.folder / "slots").glob("*.parquet"))

    def is_whole(self) -> bool:
        """Return whether all its files are there and readable."""
        try:
            names = (self.folder / _IDENTITIES, self.folder / _ACCOUNTS, *self.units, *self.slots)
            self.state()
            return all(pq.read_schema(path) is not None for path in names)
        except (OSError, pa.ArrowException, msgspec.DecodeError):
            return False

    def state(self) -> State:
        """Return its counts."""
        return msgspec.json.decode((self.folder / _STATE).read_bytes(), type=State)

    def put(self, state: State) -> None:
        """Write its counts anew, whole or not at all."""
        write_whole(self.folder / _STATE, msgspec.json.encode(state))

    def pseudonyms(self) -> list[tuple[str, str]]:
        """Return the keyed hash of each of its identities with the pseudonym it would have."""
        table = pq.read_table(self.folder / _IDENTITIES, columns=["digest", "person_id"])
        return list(zip(*(table[n].to_pylist() for n in table.column_names), strict=True))

    def book(self, like: Book) -> Book:
        """Return the identities and accounts of this part, under the rules of another book."""
        book = Book(like.key, like.rules)
        for row in pq.read_table(self.folder / _IDENTITIES).to_pylist():
            book.enter(Identity(**row))
        for row in pq.read_table(self.folder / _ACCOUNTS).to_pylist():
            digest = row.pop("digest")
            book.join_account(digest, Account(**row))
        return book


@dataclass
class PartWriter:
    """Writes the batches of one export as a part; it exists once `close` has put it in place."""

    folder: Path
    key: Pseudonymiser
    book: Book
    first_unit: int = 0
    n_messages: int = 0
    n_recipients: int = 0
    _n_files: int = 0
    _behind: WriteBehind = field(default_factory=WriteBehind)
    _numbers: NumberedColumns = field(init=False)

    def __post_init__(self) -> None:
        """Start with one empty file of each table, so that each exists."""
        self._numbers = NumberedColumns(self.book)
        self._write("units", UNITS.empty_table())
        self._write("slots", SLOTS.empty_table())

    def take(self, batch: Batch) -> None:
        """Write one batch of messages or recipients, or note accounts."""
        if batch.table == "messages":
            self._take_messages(batch)
        elif batch.table == "recipients":
            self._take_recipients(batch)
        else:
            for row in batch.rows.to_pylist():
                self.book.add_account(row.pop("account"), row)

    def continue_from(self, part: Part) -> None:
        """Begin with everything another part holds; what is taken from here on comes behind it."""
        state = part.state()
        self.book.join(part.book(self.book))
        for name, paths in (("units", part.units), ("slots", part.slots)):
            for path in paths:
                target = self.folder / name / f"{self._n_files:06d}.parquet"
                shutil.copyfile(path, target)
                self._n_files += 1
        self.first_unit = self.n_messages = state.n_messages
        self.n_recipients = state.n_recipients

    def close(self, tally: Tally, size: int, file_sha256: str, target: Path) -> Part:
        """Write what the part says of itself, and put it in its place whole."""
        self._behind.finish()
        state = State(tally.state(), self.n_messages, self.n_recipients, size, file_sha256)
        write_about(self.folder, self.book, state)
        if target.exists():
            shutil.rmtree(target)
        self.folder.replace(target)
        return Part(target)

    def end(self) -> None:
        """End the thread that writes, whether the part has become whole or not."""
        self._behind.close()

    def _take_messages(self, batch: Batch) -> None:
        units = self._units(batch)
        self.n_messages += len(units)
        columns = [
            units,
            *(self.key.message_codes(batch.typed(name)) for name in ("key", "thread", "parent")),
            self._numbers.column(batch.typed("sender")),
            batch.column("channel"),
            batch.column("act"),
            batch.column("visibility"),
            batch.column("n_recipients").cast(pa.int32()),
            batch.column("sent_s"),
            batch.column("auto_reason"),
        ]
        self._write("units", pa.Table.from_arrays(columns, schema=UNITS))

    def _take_recipients(self, batch: Batch) -> None:
        units = self._units(batch)
        self.n_recipients += len(units)
        coded = batch.column("role").dictionary_encode()
        ranks = np.array([_RANKS[role] for role in coded.dictionary.to_pylist()], np.int8)
        columns = [
            units,
            self._numbers.column(batch.typed("recipient")),
            pa.array(ranks[coded.indices.to_numpy()]),
        ]
        self._write("slots", pa.Table.from_arrays(columns, schema=SLOTS))

    def _units(self, batch: Batch) -> pa.Array:
        return pa.array(batch.column("unit").to_numpy() + self.first_unit)

    def _write(self, name: str, table: pa.Table) -> None:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self._n_files:06d}.parquet"
        self._behind.give(lambda: write_rows(table, path))
        self._n_files += 1


def write_about(folder: Path, book: Book, state: State) -> None:
    """Write who is who in a part, and what it says of itself; its rows are written already."""
    _write_entries(folder / _IDENTITIES, Identity, book.entries)
    rows = [{"digest": digest} | asdict(a) for digest, a in sorted(book.accounts.items())]
    schema = pa.schema([("digest", pa.string()), *_columns(Account)])
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / _ACCOUNTS)
    (folder / _STATE).write_bytes(msgspec.json.encode(state))
    sync_folder(folder)


def write_rows(table: pa.Table, path: Path) -> None:
    """Write one file of messages or of recipient slots."""
    deltas = {column: how for column, how in _DELTAS.items() if column in table.column_names}
    pq.write_table(
        table,
        path,
        compression=_PACKED,
        use_dictionary=_REPEATED,
        column_encoding=deltas,
        write_statistics=False,  # whoever reads a part reads all of it
    )
    sync_file(path)  # now, while the next rows are read, so that the end need not wait


def _columns(kind: type) -> list[tuple[str, pa.DataType]]:
    return [(f.name, pa.bool_() if f.type == "bool" else pa.string()) for f in fields(kind)]


def _write_entries(path: Path, kind: type, rows: Sequence[Identity]) -> None:
    columns = {
        name: pa.array([getattr(row, name) for row in rows], form) for name, form in _columns(kind)
    }
    pq.write_table(pa.table(columns), path, compression="zstd")
