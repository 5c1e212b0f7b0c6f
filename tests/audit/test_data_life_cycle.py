"""Purging, requests for access, the end of an engagement, and what killed commands leave."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from erased_company import REASON, Person

from audit.cli import cli
from audit.config.audit_file import load_config
from audit.life_cycle.byte_search import Needles, search
from audit.life_cycle.desk import opened
from audit.life_cycle.ending import end_engagement
from audit.life_cycle.janitor import sweep
from audit.life_cycle.purging import Purged, purge
from audit.life_cycle.row_counts import drop_people
from audit.sources import intake_settings, key_of, key_path, source_specs
from core.engine import DuckDBEngine
from core.errors import ConfigError, UsageError
from core.jobs import JobFolder
from core.journal import entries
from core.progress import Silent
from core.store import RunFolder, is_unsettled, locked
from core.tables.canonical import IDENTITIES, MESSAGES, PEOPLE
from core.tables.network import EDGES, PERSON_COUNTS, REPLIES
from core.tables.survey import RESPONSES
from core.windows import day_of
from ingest.intake import take_in
from ingest.parts import Part
from ingest.tally import Reject

TODAY = dt.date(2026, 6, 24)
"""395 days after 2025-05-25, in the middle of the twelve weeks of the company."""
DAY_S = 86_400


@pytest.fixture
def base(company_to_erase: tuple[Path, Person], tmp_path: Path) -> Path:
    shutil.copytree(company_to_erase[0], tmp_path / "base")
    return tmp_path / "base"


@pytest.fixture
def person(company_to_erase: tuple[Path, Person]) -> Person:
    return company_to_erase[1]


def purged(base: Path, *, is_dry: bool = False) -> Purged:
    with opened(base / "exports" / "audit.toml", base / "run", "retention") as desk:
        return purge(desk, TODAY, is_dry=is_dry)


def old_ids(base: Path, limit: int) -> set[str]:
    """Ids of messages of conversations that ended before a day.

    An answer written later keeps the id of what it answers: that is its own.
    """
    columns = ["message_id", "thread_id", "reply_to_id", "sent_day"]
    messages = MESSAGES.read(RunFolder(base / "run").canonical, columns)
    recent = messages[messages["sent_day"] >= limit - 1]
    told = set(recent["thread_id"]) | set(recent["reply_to_id"].dropna())
    is_over = ~messages["thread_id"].isin(told) & (messages["sent_day"] < limit - 1)
    return set(messages.loc[is_over, "message_id"]) - told


def import_again(base: Path) -> RunFolder:
    config = load_config(base / "exports" / "audit.toml")
    settings = intake_settings(config, key_of(config, base / "run").pseudonyms)
    staged = RunFolder.create(base / "run", is_staged=True)
    with DuckDBEngine(threads=1) as engine:
        take_in(source_specs(config), settings, staged, engine, Silent())
    done = staged.commit()
    staged.clear()
    return done


def test_a_purge_leaves_no_byte_of_old_rows_and_no_import_brings_them_back(base: Path) -> None:
    limit = day_of(TODAY) - 395
    folder = RunFolder(base / "run")
    canaries = Needles.of((), sorted(old_ids(base, limit))[::50])
    assert len(search([folder.ledger, folder.canonical, folder.network], canaries).hits) >= 4
    done = purged(base)
    gone = {table.name: table.n_old for table in done.tables}
    assert min(gone[n] for n in ("ledger", "canonical/messages", "network/edges")) > 100
    weeks = (c.read(folder.network)["week"].min() for c in (EDGES, REPLIES, PERSON_COUNTS))
    assert all(week >= limit for week in weeks)
    assert MESSAGES.read(folder.canonical)["sent_day"].min() >= limit
    assert search([folder.root], canaries).hits == ()
    before = MESSAGES.read(folder.canonical)
    for part in folder.ledger.iterdir():
        (part / "state.json").unlink()  # so that the exports are read anew
    import_again(base)
    again = MESSAGES.read(folder.canonical)
    assert set(again["message_id"]) <= set(before["message_id"])
    assert again["sent_day"].min() >= limit - 1  # days of the export are days in UTC


def test_a_dry_purge_prints_the_same_table_and_changes_nothing(base: Path) -> None:
    files = {p: p.read_bytes() for p in sorted((base / "run" / "private").rglob("*.parquet"))}
    planned = purged(base, is_dry=True)
    assert {p: p.read_bytes() for p in files} == files
    assert not RunFolder(base / "run").left_out.exists()
    done = purged(base)
    assert [line.replace("would go", "    gone") for line in planned.lines()] == done.lines()
    assert sum(table.n_old for table in purged(base).tables) == 0


def test_old_outsiders_go_with_their_messages_and_members_stay(base: Path) -> None:
    folder = RunFolder(base / "run")
    before = PEOPLE.read(folder.canonical)
    written = set(MESSAGES.read(folder.canonical)["sender_id"])
    purged(base)
    people, messages = PEOPLE.read(folder.canonical), MESSAGES.read(folder.canonical)
    seen = set(messages["sender_id"]) | set(messages["recipient_id"])
    outsiders = set(people.loc[people["kind"] != "employee", "person_id"])
    assert outsiders & written <= seen
    assert len(outsiders) < before["kind"].ne("employee").sum()
    assert people["kind"].eq("employee").sum() == before["kind"].eq("employee").sum()
    known = set(IDENTITIES.read(folder.canonical)["person_id"])
    assert known <= set(people["person_id"])


@pytest.mark.slow
def test_answers_go_with_their_wave(base: Path) -> None:
    path = base / "exports" / "audit.toml"
    path.write_text(path.read_text() + "\n[retention]\nsurvey_days = 1\n")
    assert len(RESPONSES.read(RunFolder(base / "run").canonical))
    purged(base)
    assert not len(RESPONSES.read(RunFolder(base / "run").canonical))
    assert not len(RESPONSES.read(import_again(base).canonical))


def test_places_of_rejected_rows_go_after_their_days(base: Path) -> None:
    folder = RunFolder(base / "run")
    part = Part(next(iter(sorted(folder.ledger.iterdir()))))
    state = part.state()
    state.tally.rejects = [Reject("line 7", "E-X-001", "r")]
    part.put(state)
    os.utime(part.folder, (0, 0))
    purged(base)
    assert not part.state().tally.rejects


@pytest.mark.slow
def test_the_release_goes_when_all_of_it_is_too_old(base: Path) -> None:
    with opened(base / "exports" / "audit.toml", base / "run", "retention") as desk:
        purge(desk, TODAY.replace(year=2029))
    assert not list(RunFolder(base / "run").published.glob("*"))


def test_the_end_of_an_engagement_leaves_releases_and_the_log(base: Path, person: Person) -> None:
    audit_file = base / "exports" / "audit.toml"
    folder = RunFolder(base / "run")
    released = sorted(path.name for path in folder.published.glob("*"))
    with opened(audit_file, base / "run", REASON, needs_tables=False) as desk:
        planned = end_engagement(desk, is_dry=True)
        assert "Nothing was changed" in planned[0]
        assert folder.vault.exists()
        end_engagement(desk)
    private = [p.name for p in (base / "run" / "private").rglob("*") if p.is_file()]
    assert private == ["engagement.json"]
    assert sorted(path.name for path in folder.published.glob("*")) == released
    assert search([base / "run"], Needles.of(person.texts)).hits == ()
    assert list(entries(folder.journal))[-1].facts["scope"] == "all"


def test_an_answer_to_a_request_for_access_is_about_one_person_alone(
    base: Path, person: Person, tmp_path: Path
) -> None:
    target = tmp_path / "answer.json"
    done = CliRunner().invoke(
        cli,
        [
            *("access-request", str(base / "exports" / "audit.toml"), "-"),
            *("--out", str(base / "run"), "--reason", REASON, "--to", str(target)),
        ],
        input=f"{person.address}\n",
        catch_exceptions=False,
    )
    assert person.address not in done.output
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    text = target.read_text()
    answer = json.loads(text)
    folder = RunFolder(base / "run")
    people = PEOPLE.read(folder.canonical)
    own = answer["held"]["pseudonym"]
    others = set(people["person_id"]) - {own}
    assert not any(other in text for other in others)
    assert text.count("@") == sum(one.count("@") for one in person.texts)
    messages = MESSAGES.read(folder.canonical)
    weeks = answer["held"]["messages_by_week_and_source"]
    n_sent = messages.loc[messages["sender_id"] == own, "message_id"].nunique()
    assert sum(week["n_sent"] for week in weeks) == n_sent
    assert len(answer["held"]["survey_answers"]) == 11  # the questions of the pulse
    assert {"purposes", "recipients", "kept_for", "logic", "came_from", "rights"} <= set(answer)
    log = folder.journal.read_text()
    assert '"access_request"' in log and person.address not in log


def test_another_key_or_none_is_refused_and_none_is_made(base: Path) -> None:
    audit_file = base / "exports" / "audit.toml"
    text = audit_file.read_text()
    audit_file.write_text(text.replace("is_sample = true", "is_sample = false"))
    config = load_config(audit_file)
    path = audit_file.parent / "other.key"
    own = f'[privacy]\nkey_file = "{path.name}"\n'
    audit_file.write_text(
        text.replace("is_sample = true", "is_sample = false").replace("[privacy]\n", own)
    )
    with pytest.raises(ConfigError), opened(audit_file, base / "run", REASON):
        pass
    assert not path.exists()
    path.write_text("ab" * 32)
    path.chmod(0o600)
    with (
        pytest.raises(ConfigError, match="was started with key"),
        opened(audit_file, base / "run", REASON),
    ):
        pass
    assert key_path(config) != path


def test_a_run_in_progress_keeps_every_command_out(base: Path) -> None:
    with (
        locked(base / "run"),
        pytest.raises(UsageError, match="writing into run already"),
        opened(base / "exports" / "audit.toml", base / "run", REASON),
    ):
        pass


def test_rows_that_name_a_person_leave_any_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"week": [1, 1, 2], "a": ["x", "y", "z"], "b": ["y", "z", "x"]})
    frame.to_parquet(tmp_path / "sums.parquet", index=False)
    assert drop_people(tmp_path, {"x"}) == 2
    assert pd.read_parquet(tmp_path / "sums.parquet").to_dict("list") == {
        "week": [1],
        "a": ["y"],
        "b": ["z"],
    }
    assert search([tmp_path], Needles.of(["xx"])).hits == ()


def test_what_a_killed_run_left_goes_when_the_next_command_starts(tmp_path: Path) -> None:
    root = tmp_path / "runs" / "one"
    folder = RunFolder.create(root, is_staged=True)
    (folder.spool / "part.parquet").write_bytes(b"rows")
    (folder.tables / "canonical" / "x").write_bytes(b"half")
    (root / "private" / ".vault.bin.abc").write_bytes(b"half")
    (root / "private" / ".canonical.old").mkdir()
    with locked(root):
        assert sweep(tmp_path / "runs") == 0  # in use
    assert is_unsettled(root)
    assert sweep(tmp_path / "runs") == 1
    assert sorted(path.name for path in (root / "private").iterdir()) == []


def test_abandoned_jobs_go_after_a_day_with_their_uploads(tmp_path: Path) -> None:
    jobs = tmp_path / ".jobs"
    old, young, busy = (jobs / f"job-{n}" for n in ("a", "b", "c"))
    for folder in (old, young, busy):
        folder.mkdir(parents=True)
        (folder / "source1.csv").write_text("a")
    (busy / "state.json").write_text(json.dumps({"pid": os.getpid(), "run": "x"}))
    for folder in (old, busy):
        os.utime(folder, (time.time() - 2 * DAY_S,) * 2)
    assert JobFolder(busy).is_running
    assert sweep(tmp_path) == 1
    assert [path.name for path in sorted(jobs.iterdir())] == ["job-b", "job-c"]
