"""One cell of a survey as an answer: a number, a declared text, a word of a known ladder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.batches import Rows
from ingest.settings import ItemSettings
from ingest.source import Source
from ingest.survey.items import absent_codes, labels_of
from ingest.survey.likert import ladders, numbered, worded
from ingest.survey.traps import Traps
from ingest.tables.parsing import number

_CODE = re.compile(r"AO?0*([1-9]\d?)")
_LONGEST = 300


@dataclass
class Answers:
    """The answers of one source, what was declared about them, and what was lost."""

    source: Source
    labels: Mapping[str, float]
    absent: frozenset[str]
    has_codes: bool = False
    rows: Rows = field(default_factory=lambda: Rows("answers"))
    traps: Traps = field(default_factory=Traps)
    other_points: Counter[tuple[int, int]] = field(default_factory=Counter)
    n_coded: int = 0

    @classmethod
    def of(cls, source: Source, *, has_codes: bool) -> Answers:
        """Return the collector of one source with its declared labels and codes."""
        absent = absent_codes(source) | ladders().absent
        return cls(source, labels_of(source), absent, has_codes)

    def take(self, unit: int, item: ItemSettings, cell: str) -> None:
        """Take one cell as an answer to an item, or count why it is none."""
        tally = self.source.tally
        tally.answer_slots += 1
        text = cell.strip().rstrip(";").rstrip()
        if not text:
            tally.drop_slot("blank")
            return
        declared = self.labels.get(text.casefold())
        is_absent = text.casefold() in self.absent or worded(text) in self.absent
        if declared is None and is_absent:
            tally.drop_slot("not_applicable")
            return
        value = self._value(text, item) if declared is None else declared
        if value is None:
            tally.drop_slot("answer_not_understood")
        elif not item.lowest <= value <= item.highest:
            tally.drop_slot("answer_out_of_range")
            self.traps.code(value)
        else:
            self.rows.add(unit, item.item_id, value)

    def tell(self) -> None:
        """Say how words and codes were read, where somebody may have meant it otherwise."""
        tally, file = self.source.tally, self.source.file
        for (found, declared), n in sorted(self.other_points.items()):
            tally.warn(
                f"{file}: {n:,} answers are words of a scale of {found} points, and the item is "
                f"declared with {declared} (W-SURVEY-012). They were left out. Mend lowest and "
                "highest of the scale, or give the words under [source.labels]."
            )
        if self.n_coded:
            tally.note("answers_given_as_codes", self.n_coded)
            tally.warn(
                f"{file}: {self.n_coded:,} answers are codes such as A4 (W-SURVEY-013). They were "
                "read as the place of the answer in its list, the first being the lowest. Export "
                "answers as text, or give the codes under [source.labels], if that is not so."
            )

    def _value(self, text: str, item: ItemSettings) -> float | None:
        value = number(text)
        if value is not None or len(text) > _LONGEST:
            return value
        word, points = worded(text), item.highest - item.lowest + 1
        place = ladders().place(word, points)
        if place is not None:
            return item.lowest + place - 1.0
        if (value := numbered(text)) is not None:
            return value
        code = _CODE.fullmatch(text) if self.has_codes else None
        if code is not None:
            self.n_coded += 1
            return item.lowest + float(code.group(1)) - 1
        self.other_points.update((found, points) for found in ladders().points_of(word)[:1])
        return None
