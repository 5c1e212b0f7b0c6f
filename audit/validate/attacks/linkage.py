"""Linkage of pseudonyms. Knows: the tables of two engagements with the same people.

Does: reads the same exports in under two keys, as two engagements do, and links people and
messages by equal pseudonyms, by their place in sorted order and by their place in the tables.
Wins: when more people are linked than chance gives (one person in all, whatever their number),
or when a pseudonym of either engagement stands in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from audit.config.audit_file import load_config
from audit.sources import intake_settings, source_specs
from audit.validate.attacks.attempt import Attempt, attempt
from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import IDENTITIES, MESSAGES, PEOPLE
from ingest.intake import take_in
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.simulate.scenarios import simulate

NAME = "linkage"
BY_CHANCE = 6
"""Matches at the same rank are Poisson with mean 1 by chance: more than 6 in 1 of 12,000."""
_KEYS = (bytes(range(32)), bytes(range(32, 64)))


def link_all(scratch: Path, *, seed: int, keys: Sequence[bytes] = _KEYS) -> list[Attempt]:
    """Attack two engagements with the small made-up company, each under a key of its own."""
    exports = scratch / "linkage-exports"
    simulate("small", seed % 1000, exports)
    first, second = (
        _taken(exports / "audit.toml", scratch / f"linkage-{number}", key)
        for number, key in enumerate(keys)
    )
    return [_by_value(first, second), _by_rank(first, second)]


def _taken(config_path: Path, root: Path, key: bytes) -> RunFolder:
    config = load_config(config_path)
    folder = RunFolder.create(root)
    settings = intake_settings(config, Pseudonymiser(key))
    with DuckDBEngine() as engine:
        take_in(source_specs(config), settings, folder, engine, Silent())
    return folder


def _by_value(first: RunFolder, second: RunFolder) -> Attempt:
    tried, found = 0, []
    for contract, name in (
        (PEOPLE, "person_id"),
        (IDENTITIES, "identity_hash"),
        (MESSAGES, "message_id"),
    ):
        one = set(contract.read(first.canonical, [name])[name])
        other = set(contract.read(second.canonical, [name])[name])
        tried += len(one)
        found += [contract.name] * len(one & other)
    return attempt(f"{NAME}, by value", tried, found, "equal pseudonyms under two keys")


def _by_rank(first: RunFolder, second: RunFolder) -> Attempt:
    """Judge: whether people at the same place of both tables are the same, beyond chance."""
    one, other = _people(first), _people(second)
    same = _same_person(first, second)
    by_order = sum(same.get(a) == b for a, b in zip(sorted(one), sorted(other), strict=False))
    by_place = sum(same.get(a) == b for a, b in zip(one, other, strict=False))
    found = [
        name
        for name, n in (("sorted pseudonyms", by_order), ("rows of people", by_place))
        if n > BY_CHANCE
    ]
    says = (
        f"{len(one)} people at the same rank of both engagements: {by_order} the same; at the "
        f"same row: {by_place} (chance gives 1, bound {BY_CHANCE})"
    )
    return attempt(f"{NAME}, by order", 2 * len(one), found, says)


def _people(folder: RunFolder) -> list[str]:
    return list(dict.fromkeys(PEOPLE.read(folder.canonical, ["person_id"])["person_id"]))


def _same_person(first: RunFolder, second: RunFolder) -> dict[str, str]:
    """Judge: the pseudonym that each person of the first engagement has in the second.

    People are told apart by what the roster says of them, which keys do not change.
    """
    told = ["valid_from_day", "unit_id", "joined_day", "level", "role_family", "site"]
    one, other = (
        PEOPLE.read(folder.canonical, ["person_id", *told])
        .drop_duplicates(told, keep=False)
        .dropna(subset=["unit_id", "joined_day"])
        for folder in (first, second)
    )
    joined = one.merge(other, on=told, suffixes=("", "_other"), validate="one_to_one")
    return dict(zip(joined["person_id"], joined["person_id_other"], strict=True))
