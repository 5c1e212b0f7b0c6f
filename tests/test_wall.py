"""The wall: nobody, and nothing under the floor, in what a whole run publishes or reports."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
from every_text import every_text
from whole_run import WholeRun

from core.published import Published
from core.tables.canonical import IDENTITIES, PEOPLE
from core.tables.network import NETWORK
from core.tables.published import PUBLISHED
from core.tables.results import GROUP_PEOPLE, ORG_GROUPS

FLOOR = 8


def outside(run: WholeRun) -> list[Path]:
    """Return every file past the wall."""
    folders = (run.folder.published, run.folder.reports)
    return sorted(p for folder in folders for p in folder.rglob("*") if p.is_file())


def test_only_published_contracts_lie_past_the_wall(whole_run: WholeRun) -> None:
    names = {path.name for path in whole_run.folder.published.iterdir()}
    assert names == {f"{name}.parquet" for name in PUBLISHED}
    assert all(contract.audience == "published" for contract in PUBLISHED.values())
    private = {column.name for t in NETWORK.values() for column in t.columns}
    people = {name for name in private if name in {"person_id", "sender_id", "recipient_id"}}
    assert people
    for contract in PUBLISHED.values():
        assert not people & set(contract.names)


def test_no_person_and_no_address_is_in_any_byte_past_the_wall(whole_run: WholeRun) -> None:
    people = set(PEOPLE.read(whole_run.folder.canonical)["person_id"])
    keyed = set(IDENTITIES.read(whole_run.folder.canonical)["identity_hash"])
    assert len(people) > 80
    for path in outside(whole_run):
        text = every_text(path)
        found = set(re.findall(r"[0-9a-f]{16,}", text))
        assert not found & people, path.name
        assert not found & keyed, path.name
        assert not re.search(r"[\w.+-]+@[\w-]+\.\w", text), path.name


def test_no_clear_address_or_account_is_in_any_byte_of_the_run(whole_run: WholeRun) -> None:
    roster = pd.read_csv(whole_run.exports / "hr_roster.csv", dtype=str)
    addresses = {a.lower() for a in roster["Work Email"].dropna()}
    accounts = {a.split("@", 1)[0] for a in addresses}
    assert len(accounts) > 80
    for path in sorted(p for p in whole_run.folder.root.rglob("*") if p.is_file()):
        words = set(re.findall(r"[\w.+@-]+", every_text(path).lower()))
        assert not words & addresses, path.name
        assert not words & accounts, path.name


def test_no_shown_group_is_under_the_floor_and_hidden_ones_say_nothing(
    whole_run: WholeRun,
) -> None:
    published = Published.open(whole_run.folder.published)
    exact = ORG_GROUPS.read(whole_run.folder.results).set_index(["window_id", "group_id"])
    members = GROUP_PEOPLE.read(whole_run.folder.results)
    counted = members.groupby(["window_id", "group_id"])["person_id"].nunique()
    groups = published.table("org_groups")
    assert groups["is_shown"].any()
    for row in groups.itertuples():
        if row.is_shown:
            assert exact.loc[(row.window_id, row.group_id), "n_people"] >= FLOOR
            assert counted.loc[(row.window_id, row.group_id)] >= FLOOR
    for name in ("indicator_values", "verdicts"):
        table = published.table(name)
        hidden = table[~table["is_shown"]]
        numbers = table.select_dtypes("number").columns.difference(["window_id"])
        assert hidden[numbers].isna().all().all()


def test_every_roster_unit_is_found_in_a_group_with_a_reason(whole_run: WholeRun) -> None:
    published = Published.open(whole_run.folder.published)
    groups = published.table("org_groups")
    units = published.table("units")
    assert len(units)
    for period, rows in units.groupby("window_id"):
        known = set(groups.loc[groups["window_id"] == period, "group_id"])
        assert set(rows["group_id"]) <= known
        assert rows["why"].str.len().gt(0).all()


def test_every_verdict_carries_its_sentence_and_its_caveat(whole_run: WholeRun) -> None:
    verdicts = Published.open(whole_run.folder.published).table("verdicts")
    assert verdicts["sentence"].str.len().gt(20).all()
    assert verdicts["caveat"].str.contains("not individuals").all()
    numbered = verdicts[verdicts["effect"].notna()]
    assert len(numbered)
    assert numbered[["low", "high"]].notna().all().all()
    assert (numbered["low"] <= numbered["effect"]).all()
    assert (numbered["effect"] <= numbered["high"]).all()
    lacking = numbered[numbered["verdict"] == "not_enough_evidence"]
    assert lacking["settle"].notna().all()


def test_reports_carry_no_machine_path(whole_run: WholeRun) -> None:
    root = str(whole_run.folder.root)
    for path in outside(whole_run):
        assert root not in every_text(path), path.name


def test_the_private_folder_is_for_its_owner(whole_run: WholeRun) -> None:
    private = whole_run.folder.root / "private"
    assert private.stat().st_mode & 0o077 == 0
    manifest = json.loads(whole_run.folder.manifest_path.read_text())
    assert manifest["inputs"]
    assert not list(whole_run.folder.spool.glob("*")) or not whole_run.folder.spool.exists()
