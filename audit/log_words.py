"""The audit log in plain words, for people who have to judge it and need no hash for that."""

from __future__ import annotations

from collections.abc import Mapping

from core.journal import Entry, Fact

SENTENCES = {
    "run": "A run of the audit: {state}.",
    "import": "Data were read: {source}, {n_seen} units seen, {n_accepted} accepted.",
    "publish": "A release was made for reading, groups under {min_people} not shown: {state}.",
    "export": "Documents or data left the audit: {kind}.",
    "view": "Somebody looked at results.",
    "login": "Somebody signed in.",
    "denied": "Somebody was refused.",
    "logout": "Somebody signed out.",
    "vault": "The vault, which leads from pseudonyms to people, was used: {action}.",
    "identity": "Decisions on whose an address or account is: {action}.",
    "forget": "A person was erased.",
    "access_request": "A person was told what is held on them.",
    "object": "A person objected and is left out of every analysis.",
    "purge": "Data past their time were removed.",
    "key": "The key of the audit: {action}.",
    "settings": "Settings are new; groups under {min_people} are not shown, policy {policy}.",
    "purposes": "The purposes of the audit: {change}.",
    "stop": "The audit was stopped.",
    "resume": "The audit goes on after a stop.",
    "verify": "This log was checked: {n} entries good.",
    "attack": "The release was attacked to see whether anything can be read out of it.",
    "recover": "An entry that an interrupted write left incomplete was taken off.",
}
"""What each event means; a fact in braces stands in the sentence, all others behind it."""
_TECHNICAL = frozenset(
    {
        *("sha256", "settings", "before", "purposes", "release"),
        *("key", "check", "version", "head", "digest"),
    }
)
_UNSAID = "not said"
_USUAL = frozenset({("is_complete", True), ("is_sample", False), ("epoch", 1)})


def sentence(entry: Entry, *, is_technical: bool = False) -> str:
    """Return what an entry says; hashes and ids of releases only when asked for."""
    pattern = SENTENCES.get(entry.event, entry.event)
    told = pattern.format_map(_Facts(entry.facts))
    rest = [
        f"{name.replace('_', ' ')} {_value(value)}"
        for name, value in entry.facts.items()
        if f"{{{name}}}" not in pattern and (is_technical or _is_telling(name, value))
    ]
    return f"{told} ({'; '.join(rest)})" if rest else told


def when(entry: Entry) -> str:
    """Return the moment of an entry as people write it: "2026-03-01 23:40 UTC"."""
    return f"{entry.time[:10]} {entry.time[11:16]} UTC"


class _Facts(dict[str, str]):
    def __init__(self, facts: Mapping[str, Fact]) -> None:
        super().__init__({name: _value(value) for name, value in facts.items()})

    def __missing__(self, name: str) -> str:
        return _UNSAID


def _is_telling(name: str, value: Fact) -> bool:
    is_none = name.startswith("n_") and value == 0
    return name not in _TECHNICAL and not is_none and (name, value) not in _USUAL


def _value(value: Fact) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else value
