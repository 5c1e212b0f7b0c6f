"""What looks like an answer and is none: codes, misspelt items, ids that number answers."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.source import Source
from ingest.survey.scales import scales_of
from ingest.tables.columns import plain

OFTEN = 5
"""A value outside the scale that comes so often is a code, not a slip."""
MOST_CODES = 20
NEARLY = 0.9
_ALIKE = 0.85
_SHOWN = 3


@dataclass
class Traps:
    """Counts of one source while it is read; `tell` says what they mean."""

    codes: Counter[float] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    forms: Counter[int] = field(default_factory=Counter)
    items: set[str] = field(default_factory=set)

    def code(self, value: float) -> None:
        """Count a number outside the declared scale."""
        if value in self.codes or len(self.codes) < MOST_CODES:
            self.codes[value] += 1

    def item_unknown(self, name: str) -> None:
        """Count a row of an item that is not declared."""
        self.unknown[name] += 1

    def item(self, item_id: str) -> None:
        """Remember that an item was asked."""
        self.items.add(item_id)

    def form(self, respondent: str) -> None:
        """Count a row of one respondent; ids are kept as hashes of this process alone."""
        if respondent:
            self.forms[hash(respondent)] += 1

    def tell(self, source: Source, *, is_long: bool) -> None:
        """Warn of everything that would have been averaged silently, or lost silently."""
        self._tell_codes(source)
        self._tell_items(source)
        if is_long:
            self._tell_forms(source)

    def _tell_codes(self, source: Source) -> None:
        often = [(value, n) for value, n in sorted(self.codes.items()) if n >= OFTEN]
        if not often:
            return
        listed = ", ".join(f"{value:g} ({n:,} times)" for value, n in often)
        source.tally.warn(
            f"{source.file}: answers outside the declared scale: {listed} (W-SURVEY-008). They "
            "look like a code for no answer and were left out. Declare them under "
            "not_applicable of this source, or mend lowest and highest of the scale."
        )

    def _tell_items(self, source: Source) -> None:
        declared = {plain(item.column): item.column for item in scales_of(source.survey).items}
        near: Counter[str] = Counter()
        for name, n in self.unknown.items():
            match = difflib.get_close_matches(name, list(declared), 1, _ALIKE)
            if match:
                near[declared[match[0]]] += n
        for column, n in near.most_common(_SHOWN):
            source.tally.warn(
                f'{source.file}: {n:,} rows ask something that is nearly "{column}" '
                "(W-SURVEY-009). They were left out. If it is the same question, say so under "
                "[source.items]."
            )

    def _tell_forms(self, source: Source) -> None:
        single = sum(n == 1 for n in self.forms.values())
        if len(self.items) <= 1 or single <= len(self.forms) / 2:
            return
        source.tally.note("respondents_with_one_answer", single)
        source.tally.warn(
            f"{source.file}: {single:,} of {len(self.forms):,} respondents have one answer only "
            "(W-SURVEY-010): the respondent column seems to number answers, not people. Answers "
            "of one person cannot be put together then, and no scale of several items has a score."
        )


def nearly_alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of item names that differ so little that they may be one question."""
    listed = list(dict.fromkeys(names))
    return [
        (first, second)
        for at, first in enumerate(listed)
        for second in listed[at + 1 :]
        if difflib.SequenceMatcher(None, first, second).ratio() >= NEARLY
    ]
