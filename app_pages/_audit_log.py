"""Pieces of Audit log: whether it is whole, its entries in words, the commands beside it."""

from __future__ import annotations

import csv
import io
from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from app_pages._access import Ticket
from app_pages._markup import Markup, fill, heads, note, show, wide_table
from core.journal import Check, Entry, entries, verify
from core.journal_place import LOG, journal_key, kept_heads
from core.roles import PAGES, ROLES
from core.text import md

MOST_ROWS = 200
COMMANDS = (
    ("Check the log from outside the app", "python -m audit audit-log verify RUN"),
    ("What is held about a person (Art. 15)", 'python -m audit access-request EMAIL --reason "…"'),
    ("Object (Art. 21)", 'python -m audit object EMAIL --reason "…"'),
    ("Erase (Art. 17)", 'python -m audit forget EMAIL --reason "…"'),
    ("Apply the retention periods", "python -m audit purge"),
)
HEADS = ("No.", "When (UTC)", "What", "Details")
EVENTS = {
    "run": "Run",
    "import": "Import",
    "publish": "Release",
    "export": "Export",
    "view": "View",
    "login": "Sign-in",
    "denied": "Denied",
    "logout": "Sign-out",
    "vault": "Vault opened",
    "identity": "Identities decided",
    "forget": "Erasure",
    "access_request": "Access request",
    "object": "Objection",
    "purge": "Retention applied",
    "key": "Key",
    "settings": "Settings changed",
    "purposes": "Purposes",
    "stop": "Stopped",
    "resume": "Resumed",
    "verify": "Log checked",
    "attack": "Attack suite",
    "recover": "Log recovered",
}


_FACTS = {
    "page": "page",
    "slice": "group",
    "n_band": "people",
    "window": "window",
    "what": "what",
    "kind": "kind",
    "why": "reason",
    "role": "role",
    "who": "by",
    "scope": "reads",
    "min_people": "floor",
}
_WORDS = {
    ("role", "local"): "this machine",
    ("slice", "all"): "whole release",
    ("why", "page"): "page not part of the role",
    ("why", "role"): "account without a role",
    ("why", "unit"): "unit without results",
    ("why", "scope"): "beyond the own unit",
    ("why", "claims"): "account not accepted",
    ("why", "idle"): "too long without use",
    ("kind", "network_html"): "network page",
}
"""What the log keeps short, as the screen says it."""


@dataclass(frozen=True)
class Read:
    """The log as it was read: its check and its last entries, newest first."""

    check: Check
    newest: tuple[Entry, ...]


def read_log(run: Path) -> Read:
    """Return the log of a run, checked over all its entries and with all copies of its head."""
    check = verify(run / LOG, journal_key(run), kept_heads(run))
    return Read(check, tuple(reversed(deque(entries(run / LOG), MOST_ROWS))))


def verdict(read: Read) -> None:
    """Say whether the log is whole, or at which entry it stops being so."""
    check = read.check
    if check.is_good:
        text = (
            f"The log is whole: all {check.n} entries hold. The last is {check.head.short}. Each "
            "document prints at its foot how far the log went: compare the two."
        )
        st.success(md(text), icon=":material/verified:")
        return
    text = f"The log does not hold at entry {check.first_bad}: {check.why}."
    st.error(md(text), icon=":material/error:")


def table(read: Read) -> None:
    """Draw the last entries, newest first."""
    events = sorted({entry.event for entry in read.newest})
    chosen = st.pills(
        "Only",
        events,
        selection_mode="multi",
        format_func=lambda name: EVENTS.get(name, name),
        key="log_events",
    )
    shown = [entry for entry in read.newest if not chosen or entry.event in chosen]
    show(wide_table("Entries", heads(HEADS), map(_row, shown)))
    if read.check.n > len(read.newest):
        note(f"The last {len(read.newest)} of {read.check.n} entries. The file holds all.")
    note(
        "People who look are written as a pseudonym that only the key of this log leads back "
        "from. No names, no addresses, no free text."
    )


def as_csv(run: Path) -> bytes:
    """Return all entries as CSV; no text of the log begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(("seq", "time", "event", "facts", "hash"))
    for entry in entries(run / LOG):
        writer.writerow((entry.seq, entry.time, entry.event, _facts(entry), entry.hash))
    return out.getvalue().encode()


def commands() -> None:
    """List the commands for rights of people; they run where the data lies, never from here."""
    st.header("Commands", anchor=False)
    note("Run on the machine that holds the data; each needs a reason and is recorded here.")
    for says, command in COMMANDS:
        st.markdown(says)
        st.code(command, language=None)


def papers(run: Path, ticket: Ticket | None) -> None:
    """Draw the papers for the works council where they were laid beside the run."""
    st.header("Papers", anchor=False)
    found = sorted((run / "pack").glob("*.pdf")) + sorted((run / "pack").glob("*.md"))
    if ticket is None or not found:
        note("None beside this run yet. The operator writes them into its folder:")
        st.code("python -m audit check CONFIG --pack RUN/pack", language=None)
        return
    for path in found:
        st.download_button(
            md(path.name),
            partial(ticket.load, path),
            path.name,
            key=f"pack-{path.name}",
            icon=":material/download:",
            on_click="ignore",
        )


def _row(entry: Entry) -> Markup:
    return fill(
        '<tr><td class="iso-number">{seq}</td><td class="iso-number">{time}</td>'
        '<th scope="row">{event}</th><td>{facts}</td></tr>',
        seq=entry.seq,
        time=entry.time.replace("T", " ").removesuffix("Z"),
        event=EVENTS.get(entry.event, entry.event),
        facts=_told(entry),
    )


def _told(entry: Entry) -> str:
    """Return the facts of an entry in words, as the screen shows them; the file holds them raw."""
    order = [name for name in _FACTS if name in entry.facts]
    order += [name for name in entry.facts if name not in _FACTS]
    told = [(name, entry.facts[name]) for name in order]
    return "; ".join(_fact(*fact) for fact in told if fact != ("who", "local"))


def _fact(name: str, value: object) -> str:
    text = str(value)
    if name == "page":
        text = PAGES.get(text, text)
    elif name == "role" and text in ROLES:
        text = ROLES[text].title
    elif (name, text) in _WORDS:
        text = _WORDS[name, text]
    return f"{_FACTS.get(name, name.replace('_', ' '))}: {text}"


def _facts(entry: Entry) -> str:
    return "; ".join(f"{name} {value}" for name, value in entry.facts.items())
