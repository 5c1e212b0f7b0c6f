"""Floor fuzz. Knows: every published table and every document, down to hidden parts.

Does: parses each of them back into rows and asks of every row, and of every combination of what
it names (unit, location, level, indicator, layer), how many people stand behind it; searches the
whole text for pseudonyms, addresses, paths and numbers that nobody rounded.
Wins: when a row with a number or a word has fewer people behind it than the floor, when a hidden
row says anything, or when the text holds what belongs to `private/`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from audit.disclosure.thresholds import NUMBER_FLOOR, STRICT_FLOOR
from audit.validate.attacks.attempt import Attempt, attempt
from audit.validate.attacks.carriers import Record, open_document
from audit.validate.attacks.material import Seen, Truth
from core.contracts import Contract
from core.rows import rows
from core.tables.published import PUBLISHED

NAME = "floor fuzz"
_PLACES = ("group_id", "slice_id", "source_group_id", "target_group_id")
_TIE_ENDS = ("source_group_id", "source", "from")
_NODES = ("id", "source", "target", "from", "to")
_SILENT = frozenset(
    {
        *("window_id", "depth", "x", "y", "radius", "step", "place", "size", "level", "font"),
        *("is_shown", "is_leaf", "is_latest", "is_top", "fixed", "physics"),
        *("borderWidth", "borderWidthSelected", "width", "number"),
    }
)
"""Columns that say where a row stands, not what was found."""
_WORDS = frozenset({"value_text", "leaning", "odds_words", "rank_text", "evidence"})
_STATES = ("verdict", "behaviour", "perception", "joint", "region", "standing", "status")
_NOTHING = frozenset(
    {"not_shown", "not shown", "none", "not_observed", "not observed", "no joint reading", ""}
)
_UNKNOWN = frozenset({"not_enough_evidence", "not enough evidence", "status_only", "unreliable"})
_PSEUDONYM = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{16}|[0-9a-f]{32})(?![0-9a-f])")
_SEARCHES = (
    ("address", re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")),
    ("path", re.compile(r"(?:/(?:home|root|Users)/|[A-Z]:\\Users)")),
)
_TOLD = re.compile(
    r"\d|\b(?:hotspot|desert|typical|colder|warmer|cooler|not enough evidence)\b", re.IGNORECASE
)
_STEPS = 10


@dataclass(frozen=True)
class Judge:
    """Judge: how many people stand behind what a row names. No attacker reads this."""

    truth: Truth
    floor: int
    number_floor: int
    """Fewest people that a number may be about; below, words alone."""
    latest: int
    leads: Mapping[str, str]

    @cached_property
    def people(self) -> Mapping[tuple[int, str, str], int]:
        """Return contributing people by window, place and indicator."""
        found = {}
        for table, place in (
            (self.truth.measured, "group_id"),
            (self.truth.slice_values, "slice_id"),
        ):
            for row in rows(table[["window_id", place, "indicator", "n_people"]]):
                key = (row.whole("window_id"), row.text(place), row.text("indicator"))
                found[key] = row.whole("n_people")
        return found

    @cached_property
    def ids(self) -> frozenset[str]:
        """Return the ids of all groups and slices."""
        return frozenset(place for _, place in self.truth.members)

    def behind(self, record: Record) -> int | None:
        """Return the fewest people over all combinations of what a record names.

        Every combination that adds a dimension holds fewer people or as many: the whole record
        is the smallest. None where it names nobody.
        """
        window = _whole(record.get("window_id"), self.latest)
        named = [record.get(name) for name in (*_PLACES, *_NODES)]
        places = [str(p) for p in named if isinstance(p, str) and p in self.ids]
        if not places:
            return None
        counts = [len(self.truth.members.get((window, place), ())) for place in places]
        indicator = record.get("indicator") or self.leads.get(str(record.get("layer")))
        if isinstance(indicator, str) and _says_more_than_size(record):
            keys = [(window, place, indicator) for place in places]
            counts += [self.people[key] for key in keys if self.people.get(key)]
        return min(counts)


def fuzz(seen: Seen, truth: Truth) -> list[Attempt]:
    """Return one attempt on the tables and one on each document."""
    about = rows(seen.tables["about"])[0]
    latest = int(seen.tables["windows"]["window_id"].max())
    leads = {layer: about.text(f"lead_{layer}") for layer in ("behaviour", "perception")}
    least = max(seen.floor, STRICT_FLOOR if seen.policy == "strict" else NUMBER_FLOOR)
    judge = Judge(truth, seen.floor, least, latest, leads)
    return [_tables(seen, judge), *(_document(path, seen, judge) for path in seen.files)]


def _tables(seen: Seen, judge: Judge) -> Attempt:
    tried, found = 0, []
    for name, table in seen.tables.items():
        tried += len(table)
        found += [name for row in rows(table) if is_breach(row.cells, judge)]
        found += [name] * _n_unrounded(PUBLISHED[name], table)
    text = "\n".join(table.to_csv(index=False) for table in seen.tables.values())
    found += _private_text("published text", text, judge.truth)
    return attempt(f"{NAME}, tables", tried, found, "rows of every published table")


def _document(path: Path, seen: Seen, judge: Judge) -> Attempt:
    opened = open_document(path)
    kind = kind_of(path)
    found = [kind for record in opened.records if is_breach(record, judge)]
    hidden = list(_hidden_names(seen, judge.latest))
    labels = sorted(seen.tables["slices"]["name"].unique(), key=len, reverse=True)
    found += [kind for line in opened.lines if _betrays(line, hidden, labels)]
    found += _private_text(kind, opened.text, judge.truth)
    found += [f"{kind}: {part}" for part in opened.odd]
    tried = len(opened.records) + len(opened.lines)
    return attempt(f"{NAME}, {kind[1:]}", tried, found, "rows, lines, properties, hidden parts")


def kind_of(path: Path) -> str:
    """Return what kind of document a file is; its name can be that of an organization."""
    return ".network.html" if path.name.endswith(".network.html") else path.suffix


def is_breach(record: Record, judge: Judge) -> bool:
    """Return whether a record says something of fewer people than the floor."""
    if not _is_telling(record):
        return False
    if record.get("is_shown") is False:
        return True
    people = judge.behind(record)
    # Contact has rules of its own: see `structure`.
    is_tie = any(record.get(name) for name in _TIE_ENDS)
    least = judge.number_floor if _has_number(record) and not is_tie else judge.floor
    return people is not None and people < least


def _is_telling(record: Record) -> bool:
    """Return whether a record holds a number, a band or a word beside its place."""
    return (
        isinstance(record.get("n_band"), str)
        or _says_more_than_size(record)
        or _state(record, _NOTHING)
    )


def _says_more_than_size(record: Record) -> bool:
    """Return whether something was found: not only how many there are and that nothing was."""
    words = any(isinstance(record.get(name), str) and record[name] for name in _WORDS)
    return _has_number(record) or words or _state(record, _NOTHING | _UNKNOWN)


def _has_number(record: Record) -> bool:
    return any(_is_number(value) for name, value in record.items() if name not in _SILENT)


def _state(record: Record, silent: frozenset[str]) -> bool:
    words = [record[name] for name in _STATES if isinstance(record.get(name), str)]
    return any(str(word).lower() not in silent for word in words)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return not math.isnan(value)


def _n_unrounded(contract: Contract, table: pd.DataFrame) -> int:
    """Return how many numbers of a table have more decimals than rounding leaves."""
    if contract.name in {"unit_map", "reliability", "quality"}:
        return 0
    names = [c.name for c in contract.columns if c.type == "double" and c.name in table]
    told = table[names].astype("float64").to_numpy().ravel() * _STEPS
    told = told[~pd.isna(told)]
    return int((abs(told - told.round()) > 1.0 / _STEPS**6).sum())


def _private_text(name: str, text: str, truth: Truth) -> list[str]:
    """Return where a text holds a pseudonym, an address or a place on somebody's machine."""
    found = [what for what, pattern in _SEARCHES if pattern.search(text)]
    if truth.pseudonyms.intersection(_PSEUDONYM.findall(text)):
        found.append("pseudonym")
    return [f"{name}: {what}" for what in found]


def _hidden_names(seen: Seen, latest: int) -> Iterator[str]:
    """Return names that belong to hidden groups of the latest period alone."""
    groups = seen.tables["org_groups"]
    here = groups[groups["window_id"] == latest]
    shown = here[here["is_shown"].astype(bool)]
    known = {*shown["name"], *shown["path"]}
    for name in here.loc[~here["is_shown"].astype(bool), "name"]:
        if name not in known and not any(str(name) in str(other) for other in known):
            yield str(name)


def _betrays(line: str, hidden: Sequence[str], labels: Sequence[str] = ()) -> bool:
    """Return whether a line that names a hidden group says a number or a finding of it.

    `labels` are names of slices: a level in them is a number that says nothing.
    """
    named = [name for name in hidden if name in line]
    if not named:
        return False
    rest = line
    for name in (*labels, *sorted(named, key=len, reverse=True)):
        rest = rest.replace(name, " ")
    for allowed in _ALLOWED:
        rest = allowed.sub(" ", rest)
    return bool(_TOLD.search(rest))


_ALLOWED = (
    re.compile(r"fewer than \d+ (?:people|interviewees)(?: with data)?", re.IGNORECASE),
    re.compile(r"\(?under \d+ people\)?", re.IGNORECASE),
    re.compile(r"\b[A-Z]+\d+[a-z]?\b"),
    re.compile(r"\bp[xy]: -?[\d.]+"),
)
"""Reasons of hidden rows, codes of indicators, and places of marks on a chart."""


def _whole(value: object, default: int) -> int:
    return int(value) if isinstance(value, (int, float)) and value == value else default  # noqa: PLR0124
