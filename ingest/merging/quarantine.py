"""Senders who write much to many and are hardly ever answered: set aside by behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.merging.message_ids import Halves, Ids
from ingest.merging.timed import Timed, is_word, read_rows
from ingest.settings import AutomationSettings

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


def is_set_aside(
    n_sent: Counts, n_people: Counts, n_answered: Counts, rule: AutomationSettings
) -> Flags:
    """Return which senders the rule sets aside, by what they sent, to whom, and what came back."""
    is_much = (n_sent >= rule.min_sent) & (n_people >= rule.min_recipients)
    found: Flags = is_much & (n_answered < rule.max_reply_rate * n_sent)
    return found


def quarantined(timed: Timed, inferred: Ids, is_human: Flags, rule: AutomationSettings) -> Flags:
    """Return for each party whether it is set aside; declared humans never are.

    `inferred` are messages that are answered by inference, beside those that answers name.
    """
    n_sent = _sent(timed, len(is_human))
    doubtful = (n_sent >= rule.min_sent) & ~is_human
    # Whoever is answered often enough in a part of the mail is so in the whole of it.
    for part in (16, 4, 1):
        if not doubtful.any():
            return doubtful
        files = timed.files[: len(timed.files) // part]
        n_answered = _answered(files, timed, inferred, doubtful)
        doubtful &= n_answered < rule.max_reply_rate * n_sent
    n_people = _people(timed, doubtful)
    return is_set_aside(n_sent, n_people, n_answered, rule) & doubtful


def _sent(timed: Timed, n_parties: int) -> Counts:
    """How many messages each party sent; reactions are none."""

    def count(rows: pa.Table) -> Counts:
        is_sent = rows.column("is_first").to_numpy() & ~is_word(rows, "act", "reaction")
        return np.bincount(rows.column("sender_no").to_numpy()[is_sent], minlength=n_parties)

    found = np.zeros(n_parties, np.int64)
    for counted in timed.each(["sender_no", "act", "is_first"], count):
        found += counted
    return found


def _answered(files: Sequence[Path], timed: Timed, inferred: Ids, doubtful: Flags) -> Counts:
    """How many messages of some senders are answered, of those that stand in some files."""
    wanted, senders = _sent_by(files, doubtful)
    is_answered = np.zeros(len(wanted), np.bool_)

    def mark(rows: pa.Table) -> None:
        parents = Ids.of(rows.column("parent_id"))
        is_answer = parents.is_there & ~is_word(rows, "act", "reaction")
        _mark(wanted, parents.take(np.flatnonzero(is_answer)), is_answered)

    _mark(wanted, inferred, is_answered)
    for _ in timed.each(["parent_id", "act"], mark):
        pass
    return np.bincount(senders[is_answered], minlength=len(doubtful))


def _sent_by(files: Sequence[Path], doubtful: Flags) -> tuple[Ids, NDArray[np.int32]]:
    """The messages of some senders in the order of ids, and who sent each."""
    halves, senders = [np.zeros((0, 2), np.uint64)], [np.zeros(0, np.int32)]
    for path in files:
        rows = read_rows(path, ["message_id", "sender_no", "act", "is_first"])
        who = rows.column("sender_no").to_numpy()
        is_sent = rows.column("is_first").to_numpy() & ~is_word(rows, "act", "reaction")
        at = np.flatnonzero(is_sent & doubtful[who])
        halves.append(Ids.of(rows.column("message_id")).halves[at])
        senders.append(who[at])
    joined = np.concatenate(halves)
    return Ids(joined, np.ones(len(joined), np.bool_)), np.concatenate(senders)


def _mark(wanted: Ids, named: Ids, is_marked: Flags) -> None:
    """Mark those of the wanted ids, which are in order, that are named."""
    if not len(wanted) or not len(named):
        return
    heads: Halves = wanted.heads()
    found = named.heads()
    near = np.flatnonzero(found <= heads[-1])
    at = np.searchsorted(heads, found[near])
    while len(near):
        is_same = heads[at] == found[near]
        near, at = near[is_same], at[is_same]
        is_it = wanted.halves[at, 1] == named.halves[near, 1]
        is_marked[at[is_it]] = True
        near, at = near[~is_it], at[~is_it] + 1
        inside = at < len(heads)
        near, at = near[inside], at[inside]


def _people(timed: Timed, doubtful: Flags) -> Counts:
    """To how many people each of some senders wrote."""
    if not doubtful.any():
        return np.zeros(len(doubtful), np.int64)

    def pairs(rows: pa.Table) -> NDArray[np.int64]:
        who = rows.column("sender_no").to_numpy()
        at = np.flatnonzero(doubtful[who] & ~is_word(rows, "act", "reaction"))
        to = rows.column("person_no").to_numpy()[at]
        return np.unique(who[at].astype(np.int64) * len(doubtful) + to)

    found = list(timed.each(["sender_no", "person_no", "act"], pairs))
    distinct = np.unique(np.concatenate([np.zeros(0, np.int64), *found]))
    return np.bincount(distinct // max(len(doubtful), 1), minlength=len(doubtful))
