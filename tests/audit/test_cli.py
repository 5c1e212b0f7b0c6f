"""The command line: what it prints, and that every failure has its exit code and no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from shared_data import CHECKOUT
from whole_run import WholeRun

from audit import pipeline
from audit.cli import COMMANDS, cli, main
from audit.registry import indicators
from core.errors import (
    AuditError,
    ConfigError,
    ContractError,
    EngineError,
    PrivacyError,
    ReportError,
    SourceError,
)

ROSTER = "Employee ID,Work Email,Team\n1,a@example.com,A\n2,b@example.com,A\n"
CONFIG = '[audit]\nname = "Acme"\n[[source]]\nreader = "roster_csv"\npath = "roster.csv"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER)
    path = tmp_path / "audit.toml"
    path.write_text(CONFIG + '[privacy]\nkey_file = "acme.key"\n')
    return path


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert command.short_help == COMMANDS[name][1]


def test_checking_an_export_loads_no_statistics(config: Path) -> None:
    script = (
        "import sys; from audit.cli import main; "
        f"assert main(['check', {str(config.with_name('roster.csv'))!r}]) == 0; "
        "assert not {'scipy', 'streamlit', 'altair', 'igraph'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=CHECKOUT, capture_output=True)


def test_help_names_every_command_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for command in ("demo", "check", "run", "report", "simulate", "list", "explain"):
        assert f"  {command} " in out


@pytest.mark.parametrize("what", ["readers", "indicators", "writers"])
def test_list_names_every_plug_in(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", what]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 5


@pytest.mark.parametrize("name", ["response_rate", "A1", "a1"])
def test_an_indicator_is_explained_by_name_or_code(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", name]) == 0
    out = capsys.readouterr().out
    assert "Do people who write to this unit get an answer?" in out
    assert "Cannot show:" in out
    assert "Formula: " in out


def test_an_unknown_indicator_is_a_usage_error_that_lists_the_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "happiness"]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in indicators.names())


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "nowhere.toml"],
        ["check", "nowhere.csv"],
        ["report", "nowhere"],
        ["nonsense"],
        ["simulate", "--scenario", "paradise", "--out", "x"],
    ],
)
def test_wrong_calls_end_with_two(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_configuration_ends_with_two_and_names_the_place(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text() + "min_people = 3\n")
    assert main(["run", str(config), "--out", str(config.parent / "run")]) == 2
    assert "privacy.min_people" in capsys.readouterr().err
    assert not (config.parent / "run").exists()


def test_data_without_a_message_or_an_answer_end_with_three(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(config), "--out", str(config.parent / "run")]) == 3
    said = capsys.readouterr().err
    assert "no message and no survey answer" in said
    assert "Traceback" not in said
    assert not (config.parent / "run" / "published").exists()


def test_a_folder_that_is_no_run_is_not_written_into(config: Path) -> None:
    out = config.parent / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("dear")
    assert main(["run", str(config), "--out", str(out)]) == 2
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), 2),
        (SourceError("x"), 3),
        (PrivacyError("x"), 4),
        (ContractError("t", ["b"]), 5),
        (EngineError("x"), 5),
        (ReportError("x"), 5),
        (AuditError("x"), 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_kind_of_error_has_its_exit_code(
    error: AuditError,
    code: int,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "run", fail)
    assert main(["run", str(config), "--out", str(config.parent / "run")]) == code
    said = capsys.readouterr().err
    assert said.startswith("Error: ")
    assert "Traceback" not in said


def test_a_crash_ends_with_one_and_says_where_but_never_what_was_in_the_data(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise KeyError("ana.rossi@example.com")

    monkeypatch.setattr(pipeline, "run", crash)
    assert main(["run", str(config), "--out", str(config.parent / "run")]) == 1
    out, said = capsys.readouterr()
    assert "KeyError" in said
    assert "in crash" in said
    assert "ana" not in said + out


def test_an_interrupted_run_says_that_the_old_release_stands(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "run", stop)
    assert main(["run", str(config)]) == 130
    assert "still in place" in capsys.readouterr().err


def test_check_reads_an_audit_file_with_all_its_sources_and_writes_nothing(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(config.parent.rglob("*"))
    assert main(["check", str(config)]) == 0
    out = capsys.readouterr().out
    assert "valid. Acme" in out
    assert "2 seen = 2 accepted" in out
    assert sorted(config.parent.rglob("*")) == before


def test_check_reads_the_other_sources_where_one_fails(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "bad.csv").write_bytes(b"\x00\x01\x02" * 50)
    bad = '[[source]]\nreader = "roster_csv"\npath = "bad.csv"\n'
    good = bad.replace("bad.csv", "roster.csv")
    config.write_text(CONFIG + bad + good)
    assert main(["check", str(config)]) == 3
    out, said = capsys.readouterr()
    assert out.count("2 seen = 2 accepted") == 2
    assert "Source 2, roster_csv: " in out
    assert "1 of 3 sources" in said


def test_check_finds_the_reader_of_a_single_export(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(config.parent / "roster.csv")]) == 0
    assert "Read as roster_csv" in capsys.readouterr().out


def test_check_of_real_exports_ends_with_counts(
    shared_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = shared_dir / "data" / "chat" / "slack_community_export.zip"
    assert main(["check", str(export)]) == 0
    out = capsys.readouterr().out
    assert "Read as slack" in out
    assert "CANARY" not in out
    assert "accounts listed: 71" in out


def test_simulate_writes_a_company_once_and_never_over_other_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "company"
    arguments = ["simulate", "--scenario", "small", "--seed", "3", "--out", str(out)]
    assert main(arguments) == 0
    assert {"audit.toml", "truth.json"} <= {path.name for path in out.iterdir()}
    assert "python -m audit run" in capsys.readouterr().out
    assert main(arguments) == 2


def test_demo_leaves_a_run_that_is_there_already(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "about.parquet").touch()
    assert main(["demo", "--if-missing", "--out", str(tmp_path)]) == 0
    assert "already" in capsys.readouterr().out


def test_report_writes_the_wanted_formats_again(
    whole_run: WholeRun, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(whole_run.folder.root), "--to", "json, graphml"]) == 0
    paths = [Path(line.strip()) for line in capsys.readouterr().out.splitlines()[1:]]
    assert sorted(path.suffix for path in paths) == [".graphml", ".json"]
    assert all(path.exists() for path in paths)
    assert main(["report", str(whole_run.folder.root), "--to", "papyrus"]) == 2
