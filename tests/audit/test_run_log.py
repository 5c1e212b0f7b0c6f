"""What commands leave in the audit log, and what is refused where the log cannot take it."""

import json
import shutil
from pathlib import Path

import pytest
from begun_engagement import Begun, begin
from whole_run import WholeRun

from audit.cli import main
from audit.reporting import write_reports
from core.errors import JournalError, PrivacyError
from core.journal import Head, entries, read_heads, verify
from core.journal_place import LOG, journal_key
from core.progress import Silent
from core.store import RunFolder


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return begin(tmp_path_factory.mktemp("begun"))


@pytest.fixture
def begun(first: Begun, tmp_path: Path) -> Begun:
    return first.copied(tmp_path)


@pytest.fixture
def released(whole_run: WholeRun, tmp_path: Path) -> RunFolder:
    """Return a release with its log, free to be tampered with."""
    root = whole_run.folder.root
    for name in ("published", "access"):
        shutil.copytree(root / name, tmp_path / "released" / name)
    for name in (LOG, "journal.heads", ".isotherm-run"):
        shutil.copy(root / name, tmp_path / "released" / name)
    return RunFolder.open(tmp_path / "released")


def said(root: Path) -> list[tuple[str, dict[str, object]]]:
    return [(e.event, dict(e.facts)) for e in entries(root / LOG)]


def cut(root: Path, n: int) -> None:
    lines = (root / LOG).read_bytes().splitlines(keepends=True)
    (root / LOG).write_bytes(b"".join(lines[:-n]))


def test_a_run_records_what_it_read_by_hash_and_counts(begun: Begun) -> None:
    events = [event for event, _ in said(begun.root)]
    assert events == ["key", "purposes", "settings", "run", "import", "import"]
    facts = said(begun.root)[-1][1]
    assert facts["source"] == "messages_csv #2"
    assert (facts["n_seen"], facts["n_accepted"], facts["n_rejected"]) == (9, 9, 0)
    assert len(str(facts["sha256"])) == 64
    text = (begun.root / LOG).read_text()
    assert "acme.example" not in text
    assert ".csv" not in text


def test_a_release_is_recorded_before_and_after_and_its_head_is_copied(
    released: RunFolder,
) -> None:
    # Other tests may have written documents of this run since: what follows is theirs.
    told = [entry for entry in entries(released.root / LOG) if entry.event == "publish"]
    assert [dict(entry.facts).get("state") for entry in told] == ["begun", "done"]
    assert told[1].seq == told[0].seq + 1
    assert told[1].head in read_heads(released.root / "journal.heads")


def test_other_settings_are_recorded_once(begun: Begun) -> None:
    begun.change('key_file = "acme.key"', 'key_file = "acme.key"\nmin_people = 9')
    begun.take_in()
    begun.take_in()
    found = [facts for event, facts in said(begun.root) if event == "settings"]
    assert [facts["min_people"] for facts in found] == [8, 9]
    assert found[1]["before"] == found[0]["settings"]


def test_a_run_that_fails_is_recorded_by_the_name_of_its_error(begun: Begun) -> None:
    begun.config.with_name("roster.csv").write_text("nothing\n")
    assert main(["run", str(begun.config), "--out", str(begun.root)]) == 3
    event, facts = said(begun.root)[-1]
    assert (event, facts["state"]) == ("run", "failed")
    assert set(facts) == {"state", "error"}


def test_nothing_is_read_where_the_log_cannot_be_written(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    (begun.root / LOG).unlink()
    (begun.root / LOG).mkdir()
    assert main(["run", str(begun.config), "--out", str(begun.root)]) == 5
    assert "audit log could not be written" in capsys.readouterr().err


def test_reports_carry_the_head_that_the_log_had(released: RunFolder) -> None:
    [path] = write_reports(released, ["json"], Silent())
    head = list(entries(released.root / LOG))[-1].head
    assert said(released.root)[-1][0] == "export"
    assert said(released.root)[-1][1]["kind"] == "json"
    assert f"Audit log {head.short}." in json.loads(path.read_text())["note"]
    check = verify(released.root / LOG, journal_key(released.root), [head])
    assert check.is_good


def test_a_report_that_cannot_be_recorded_is_not_written(released: RunFolder) -> None:
    shutil.rmtree(released.root / "access")
    with pytest.raises(JournalError, match="key of the audit log"):
        write_reports(released, ["json"], Silent())
    assert not released.reports.exists()


def test_a_release_without_a_log_is_reported_without_its_head(released: RunFolder) -> None:
    for name in (LOG, "journal.heads"):
        (released.root / name).unlink()
    shutil.rmtree(released.root / "access")
    [path] = write_reports(released, ["json"], Silent())
    assert "Audit log" not in path.read_text()
    assert not (released.root / LOG).exists()


def test_the_same_release_and_head_give_the_same_bytes(released: RunFolder) -> None:
    [path] = write_reports(released, ["json"], Silent())
    before = path.read_bytes()
    head = list(entries(released.root / LOG))[-1].head.short
    [path] = write_reports(released, ["json"], Silent())
    after = path.read_bytes()
    fresh = list(entries(released.root / LOG))[-1].head.short
    assert after != before
    assert after.replace(fresh.encode(), head.encode()) == before


def test_the_command_says_that_a_log_is_good_and_records_the_check(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit-log", "verify", str(begun.root)]) == 0
    told = capsys.readouterr().out
    assert "holds 6 entries, and each is as it was written" in told
    assert "an end that was cut off would not show" in told
    assert said(begun.root)[-1] == ("verify", {"n": 6, "copies": 0})


def test_the_command_names_the_first_bad_entry_with_exit_code_four(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    path = begun.root / LOG
    path.write_bytes(path.read_bytes().replace(b'"n_seen":9', b'"n_seen":8'))
    assert main(["audit-log", "verify", str(begun.root)]) == 4
    assert "entry 6 was changed" in capsys.readouterr().err


def test_the_foot_of_a_report_shows_that_the_end_was_cut(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    head = list(entries(begun.root / LOG))[-1].head
    cut(begun.root, 2)
    verify_command = ["audit-log", "verify", str(begun.root)]
    assert main([*verify_command, "--head", f"Audit log {head.short}."]) == 2
    assert main([*verify_command, "--head", head.short]) == 4
    assert "entry 5 is missing" in capsys.readouterr().err
    copy = begun.config.with_name("copy")
    copy.write_text(json.dumps({"seq": head.seq, "hash": head.hash, "time": head.time}) + "\n")
    assert main([*verify_command, "--copy", str(copy)]) == 4
    assert Head(head.seq, head.hash, head.time) == head


def test_the_log_is_told_in_plain_words_without_hashes(
    released: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit-log", "show", str(released.root)]) == 0
    told = capsys.readouterr().out
    assert "Data were read: messages_csv #2" in told
    assert "A release was made for reading, groups under 8 not shown: done." in told
    digits = {e.facts["sha256"] for e in entries(released.root / LOG) if e.event == "import"}
    assert not any(str(digest)[:8] in told for digest in digits)
    assert main(["audit-log", "show", str(released.root), "--hashes"]) == 0
    assert all(str(digest) in capsys.readouterr().out for digest in sorted(digits)[:1])


def test_the_log_can_be_read_by_programs(begun: Begun, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit-log", "show", str(begun.root), "--json", "--last", "2"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["seq"], line["event"]) for line in found] == [(5, "import"), (6, "import")]


def test_a_reason_can_set_nothing_off_in_a_terminal(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stop", str(begun.root), "--reason", "a\x1b[2Jb\u202e"]) == 0
    assert main(["audit-log", "show", str(begun.root), "--last", "1"]) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_while_it_is_stopped_nothing_is_run_or_reported(
    begun: Begun, released: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ["run", str(begun.config), "--out", str(begun.root)]
    assert main(["stop", str(begun.root)]) == 2
    assert not begun.folder.stop.exists()
    assert main(["stop", str(begun.root), "--reason", "asked for by the works council"]) == 0
    assert main(run) == 4
    assert "has been stopped" in capsys.readouterr().err
    assert [event for event, _ in said(begun.root)][-2:] == ["stop", "denied"]
    released.stop.touch()
    with pytest.raises(PrivacyError, match="stopped"):
        write_reports(released, ["json"], Silent())
    assert not released.reports.exists()
    assert main(["resume", str(begun.root), "--reason", "settled"]) == 0
    assert not begun.folder.stop.exists()
    assert said(begun.root)[-1] == ("resume", {"reason": "settled"})
    assert main(["resume", str(begun.root), "--reason", "settled"]) == 2


def test_an_address_is_no_reason(begun: Begun, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stop", str(begun.root), "--reason", "ana@acme.example asked"]) == 2
    assert "ana" not in capsys.readouterr().err
    assert not begun.folder.stop.exists()
