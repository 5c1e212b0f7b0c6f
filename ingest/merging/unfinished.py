"""What merging leaves for finishing: rows with clocks, open links, and names for numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.merging.merge import Merged
from ingest.merging.message_ids import Ids
from ingest.merging.roots import Links
from ingest.merging.timed import Timed
from ingest.people.parties import Parties

_LINKS, _PEOPLE, _READERS = "links.parquet", "people_known.parquet", "readers.parquet"


@dataclass(frozen=True)
class Unfinished:
    """Messages with clocks, the links of those without a thread, and who the numbers are.

    `people` and `is_human` belong to the numbers of parties, `readers` to those of sources.
    """

    timed: Timed
    links: Links
    people: pa.StringArray
    is_human: NDArray[np.bool_]
    readers: Mapping[int, str]

    @classmethod
    def of(cls, merged: Merged, parties: Parties, readers: Mapping[int, str]) -> Unfinished:
        """Return what merging left of the messages of some parties."""
        people = pa.array(parties.person_ids, pa.string())
        is_human = np.array([party.is_human for party in parties.parties], np.bool_)
        return cls(Timed(merged.timed), merged.links, people, is_human, readers)

    @classmethod
    def kept(cls, folder: Path) -> Unfinished:
        """Return what `keep` has left in a folder."""
        links, people, readers = (pq.read_table(folder / n) for n in (_LINKS, _PEOPLE, _READERS))
        numbers, names = (readers.column(n).to_pylist() for n in ("source_no", "reader"))
        return cls(
            Timed(folder / "timed"),
            Links(
                Ids.of(links.column("message_id")),
                Ids.of(links.column("parent_id")),
                links.column("sent_day").to_numpy(),
            ),
            people.column("person_id").combine_chunks(),
            people.column("is_human").to_numpy(),
            dict(zip(numbers, names, strict=True)),
        )

    def keep(self, folder: Path) -> None:
        """Leave all but the rows in a folder; these lie in its folder `timed` already."""
        tables = {
            _LINKS: {
                "message_id": self.links.ids.codes(),
                "parent_id": self.links.parents.codes(),
                "sent_day": pa.array(self.links.days, pa.int32()),
            },
            _PEOPLE: {"person_id": self.people, "is_human": self.is_human},
            _READERS: {
                "source_no": pa.array(list(self.readers), pa.int32()),
                "reader": pa.array(list(self.readers.values()), pa.string()),
            },
        }
        for name, columns in tables.items():
            pq.write_table(pa.table(columns), folder / name)

    def of_days(self, days: tuple[int, int], folder: Path) -> Unfinished:
        """Return what was sent in some days, as if nothing else had been exported."""
        timed = self.timed.of_days(*days, folder)
        links = self.links.of_days(*days)
        return Unfinished(timed, links, self.people, self.is_human, self.readers)
