"""The audit file: what is accepted, and how every problem is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.config.audit_file import load_config
from audit.sources import intake_settings, key_of, source_specs
from core.errors import ConfigError, UsageError
from ingest.keys.pseudonyms import Pseudonymiser

LEAST = """
[audit]
name = "Acme"
[[source]]
reader = "roster_csv"
path = "roster.csv"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text("Employee ID,Team\n1,A\n")
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "audit.toml"
    path.write_text(text)
    return path


def problems(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text))
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_the_least_file_gets_every_default(folder: Path) -> None:
    config = load_config(write(folder, LEAST))
    assert config.privacy.min_people == 8
    assert config.measurement.horizon_h == 16
    assert config.judgement.lead_perception == ("felt_listening", "psychological_safety")


def test_paths_are_relative_to_the_file_wherever_the_command_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(folder, LEAST)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert load_config(path).source[0].path == folder / "roster.csv"


def test_every_problem_is_named_at_once_by_its_toml_path(folder: Path) -> None:
    text = (
        LEAST
        + """
[[source]]
reader = "messages_csv"
path = "nowhere.csv"
[privacy]
min_people = 4
floor = 3
[organization]
own_domains = ["not a domain"]
time_zone = "Mars/Olympus"
start_hour = 9
end_hour = 9
"""
    )
    said = problems(folder, text)
    for path in (
        "source[2].path:",
        "privacy.min_people:",
        "privacy.floor:",
        "organization.own_domains[1]:",
        "organization.time_zone:",
    ):
        assert path in said
    assert "5 problems" in said
    # The day without hours is said once its parts are right: a model needs its fields first.
    assert "organization:" in problems(
        folder, LEAST + "[organization]\nstart_hour = 9\nend_hour = 9\n"
    )


def test_a_path_inside_the_options_of_a_source_is_resolved_and_missed_too(folder: Path) -> None:
    text = LEAST + '[source.recipients]\npath = "recipients.csv"\n'
    assert "source[1]: recipients.path" in problems(folder, text)
    (folder / "recipients.csv").touch()
    options = load_config(write(folder, text)).source[0].options
    assert options["recipients"] == {"path": str(folder / "recipients.csv")}


@pytest.mark.parametrize(
    ("text", "code"),
    [("[audit\n", "E-CFG-002"), ("\xff", "E-CFG-001")],
    ids=["broken TOML", "not UTF-8"],
)
def test_a_file_that_is_no_toml_is_refused_with_its_code(
    folder: Path, text: str, code: str
) -> None:
    path = folder / "audit.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.code == code


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_config(tmp_path / "none.toml")


def test_the_floor_cannot_go_under_five(folder: Path) -> None:
    assert "privacy.min_people" in problems(folder, LEAST + "[privacy]\nmin_people = 4\n")
    assert (
        load_config(write(folder, LEAST + "[privacy]\nmin_people = 5\n")).privacy.min_people == 5
    )


@pytest.mark.parametrize("key", ["reversed", "changed"])
def test_reversed_and_changed_items_must_be_items(folder: Path, key: str) -> None:
    text = LEAST + f'[[survey.scale]]\nid = "s"\nitems = ["Q1"]\n{key} = ["Q2"]\n'
    assert "survey.scale[1]:" in problems(folder, text)


def test_unknown_readers_and_options_are_named_with_those_that_exist(folder: Path) -> None:
    text = LEAST + 'colour = "blue"\n[[source]]\nreader = "pigeon"\npath = "roster.csv"\n'
    with pytest.raises(ConfigError) as caught:
        source_specs(load_config(write(folder, text)))
    said = str(caught.value)
    assert "source[1].colour" in said
    assert "source[2].reader" in said
    assert "roster_csv" in said


def test_the_hash_follows_settings_but_not_where_files_lie(folder: Path, tmp_path: Path) -> None:
    here = load_config(write(folder, LEAST)).digest()
    other = tmp_path / "other"
    other.mkdir()
    (other / "roster.csv").write_text("x\n")
    assert load_config(write(other, LEAST)).digest() == here
    stricter = LEAST + '[privacy]\npolicy = "strict"\n'
    assert load_config(write(other, stricter)).digest() != here
    keyed = LEAST + '[privacy]\nkey_file = "a.key"\n'
    assert load_config(write(other, keyed)).digest() == here


def test_the_commented_example_is_valid_and_reaches_intake(checkout: Path) -> None:
    config = load_config(checkout / "examples" / "audit.toml")
    assert len(source_specs(config)) == 4
    settings = intake_settings(config, Pseudonymiser(bytes(32)))
    assert settings.calendar.days == (0, 1, 2, 3, 4)
    assert set(settings.calendar.holidays) == {"", "Leeds"}
    assert [item.column for item in settings.survey.items] == ["Q1", "Q2", "Q3", "Q4"]
    assert settings.stakeholders == (("customer", ("customer.example.net",)),)
    # 2025-09-28 is day 20359 (by hand: 55 years with 14 leap days are 20089, plus 270).
    assert settings.last_day == 20359


def test_examples_state_the_defaults_they_claim(checkout: Path, folder: Path) -> None:
    example = load_config(checkout / "examples" / "audit.toml")
    default = load_config(write(folder, LEAST))
    for part in ("measurement", "judgement", "engine", "indicators", "reports"):
        assert getattr(example, part) == getattr(default, part), part


def test_a_new_key_is_made_for_its_owner_alone_and_said_aloud(folder: Path) -> None:
    config = load_config(write(folder, LEAST + '[privacy]\nkey_file = "keys/acme.key"\n'))
    first = key_of(config)
    path = folder / "keys" / "acme.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "new key" in first.says
    assert first.pseudonyms.check_value in first.says
    again = key_of(config)
    assert "new key" not in again.says
    assert again.pseudonyms.person("a@b") == first.pseudonyms.person("a@b")


def test_the_key_of_the_sample_company_follows_from_its_seed(folder: Path) -> None:
    sample = LEAST.replace('name = "Acme"', 'name = "Acme"\nis_sample = true\nseed = 3')
    first = key_of(load_config(write(folder, sample)))
    again = key_of(load_config(write(folder, sample)))
    other = key_of(load_config(write(folder, sample.replace("seed = 3", "seed = 4"))))
    assert first.pseudonyms.check_value == again.pseudonyms.check_value
    assert other.pseudonyms.check_value != first.pseudonyms.check_value
    assert first.says == ""
