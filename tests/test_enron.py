"""A real company's mail, end to end. Counts from the README of the shared data."""

from __future__ import annotations

from pathlib import Path

import pytest
from every_text import every_text

from audit import pipeline
from audit.config.audit_file import load_config
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import IMPORTS, MESSAGES, PEOPLE
from reports.build import build_reports
from reports.registry import writers


@pytest.fixture(scope="module")
def enron(shared_dir: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    root = tmp_path_factory.mktemp("enron")
    text = (checkout / "examples" / "enron.toml").read_text()
    text = text.replace("../../shared/data", str(shared_dir / "data"))
    text += f'\n[privacy]\nkey_file = "{root / "enron.key"}"\n'
    (root / "enron.toml").write_text(text)
    pipeline.run(load_config(root / "enron.toml"), root / "run", Silent())
    folder = RunFolder.open(root / "run")
    build_reports(folder.published, folder.reports, writers.names(), Silent())
    return folder


def test_every_message_and_recipient_is_accounted_for(enron: RunFolder) -> None:
    imports = IMPORTS.read(enron.canonical)
    parts = imports[["n_accepted", "n_duplicate", "n_filtered", "n_rejected"]].sum(axis=1)
    assert (imports["n_seen"] == parts).all()
    mail = imports[imports["source"].str.contains("messages_csv")]
    assert mail["n_seen"].sum() == 21_635
    assert mail["n_slots"].sum() == 38_388
    employees = PEOPLE.read(enron.canonical)
    assert employees.loc[employees["kind"] == "employee", "person_id"].nunique() == 156
    assert len(MESSAGES.read(enron.canonical)) == mail["n_rows"].sum()


def test_no_subject_name_or_path_is_in_any_byte(enron: RunFolder, shared_dir: Path) -> None:
    wanted = _texts(shared_dir / "data" / "enron")
    assert len(wanted) >= 200
    written = sorted(p for p in enron.root.rglob("*") if p.is_file())
    assert len(written) > 20
    for path in written:
        content = every_text(path).lower()
        found = [text for text in wanted if text.lower() in content]
        assert not found, f"{path.name} holds {len(found)} texts of the source"


def _texts(folder: Path) -> list[str]:
    """Return subjects, original paths and names, long enough not to occur by chance."""
    messages = (folder / "messages.tsv").read_text("utf-8", "replace").splitlines()
    people = (folder / "employees.tsv").read_text("utf-8", "replace").splitlines()
    rows = [line.split("\t") for line in messages[:: len(messages) // 120]]
    names = [line.split("\t")[1] for line in people]
    subjects = [row[3] for row in rows if len(row[3]) >= 12]
    return [*subjects, *(row[1] for row in rows), *names]
