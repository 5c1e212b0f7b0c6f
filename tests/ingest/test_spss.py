"""SPSS files: every public sample opens or says why not; values are those of its CSV twin."""

from __future__ import annotations

import builtins
import csv
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from intake_runs import settings, source
from shared_data import SHARED, shared_path

from core.errors import AuditError, SourceError
from ingest.limits import Limits
from ingest.readers.spss import read_spss
from ingest.reading import source_for, start_reading
from ingest.running import batches_of
from ingest.settings import ItemSettings, OptionValue, ScaleSettings, SurveySettings
from ingest.tables.spss_table import SpssTable, open_spss
from ingest.tally import Tally

SAMPLES = ("corpora", "survey", "pyreadstat", "test_data")
ALL = sorted(
    str(path.relative_to(SHARED.joinpath(*SAMPLES)))
    for path in SHARED.joinpath(*SAMPLES).rglob("*.*")
)
SPSS = [name for name in ALL if name.endswith((".sav", ".zsav", ".por"))]


def table_of(path: Path) -> SpssTable:
    return open_spss(source_for(start_reading(source(1, "spss", path), settings()), settings()))


def rows_of(path: Path) -> list[list[str]]:
    return [row for _, row in table_of(path).rows(Tally(path.name))]


def test_the_samples_are_there() -> None:
    shared_path(*SAMPLES)
    assert (len(ALL), len(SPSS)) == (30, 12)


@pytest.mark.parametrize("name", SPSS)
def test_every_sample_opens_with_all_its_rows(name: str) -> None:
    path = shared_path(*SAMPLES, *name.split("/"))
    _, meta = (pyreadstat.read_por if name.endswith(".por") else pyreadstat.read_sav)(path)
    table = table_of(path)
    assert table.header == tuple(meta.column_names)
    assert len(rows_of(path)) == meta.number_rows


@pytest.mark.parametrize("name", [name for name in ALL if name not in SPSS])
def test_what_is_no_spss_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(SourceError, match=r"no SPSS file.*E-SPSS-001"):
        table_of(shared_path(*SAMPLES, *name.split("/")))


@pytest.mark.parametrize("name", ["sample.sav", "sample.zsav", "sample.por"])
def test_values_are_those_of_the_text_twin(name: str) -> None:
    found = rows_of(shared_path(*SAMPLES, "basic", name))
    with shared_path(*SAMPLES, "basic", "sample.csv").open(encoding="utf-8-sig") as stream:
        twin = list(csv.DictReader(stream))
    assert len(found) == len(twin) == 5
    for row, wanted in zip(found, twin, strict=True):
        assert row[0] == wanted["mychar"]
        for place, column in ((1, "mynum"), (4, "mylabl"), (5, "myord")):
            assert float(row[place]) == pytest.approx(float(wanted[column]))
        assert row[2][:10] == wanted["mydate"]
        assert row[3].replace(" ", "T") == wanted["dtime"].removesuffix(".000000")


def answers(path: Path, column: str, options: dict[str, OptionValue]) -> tuple[list[float], Tally]:
    survey = SurveySettings(
        "confidential", (ScaleSettings("a", "A", "a"),), (ItemSettings("a_1", "a", column),)
    )
    chosen = settings(survey=survey)
    reading = start_reading(source(1, "spss", path, {"wave": "w"} | options), chosen)
    found = [
        row["raw"] for batch in read_spss(source_for(reading, chosen))
        if batch.table == "answers" for row in batch.rows.to_pylist()
    ]  # fmt: skip
    return found, reading.tally


def written(path: Path, **more: object) -> Path:
    columns = pd.DataFrame({"Q1": [1.0, 5.0, 9.0, None], "dept": [1.0, 2.0, 1.0, 2.0]})
    pyreadstat.write_sav(
        columns, path, column_labels=["I feel heard", "Your team"],
        variable_value_labels={"dept": {1: "Fleet", 2: "Stores"}, "Q1": {5: "Agree", 9: "n/a"}},
        missing_ranges={"Q1": [9]}, **more,
    )  # fmt: skip
    return path


def test_an_item_gives_codes_a_team_its_label_and_missing_codes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "s.sav")
    found, tally = answers(path, "I feel heard", {"columns": {"team": "Your team"}})
    assert found == [1.0, 5.0]
    assert dict(tally.slots) == {"not_applicable": 1, "blank": 1}
    names = table_of(path)
    assert names.codes["dept"] == {1.0: "Fleet", 2.0: "Stores"}


@pytest.mark.parametrize("keep", [4, 100, 176, 200, -40])
def test_a_file_that_is_cut_off_is_refused_or_read_never_a_crash(
    tmp_path: Path, keep: int
) -> None:
    whole = written(tmp_path / "s.sav").read_bytes()
    path = tmp_path / "cut.sav"
    path.write_bytes(whole[:keep])
    try:
        rows_of(path)
    except AuditError as error:
        assert error.code == "E-SPSS-001"


def test_a_byte_on_which_the_library_dies_is_told_in_words(tmp_path: Path) -> None:
    # Found by turning bytes: on this one the library ends the process that it runs in.
    place = 180
    whole = written(tmp_path / "s.sav", compress=True).read_bytes()
    path = tmp_path / "bent.sav"
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    reading = start_reading(source(1, "spss", path, {"wave": "w"}), settings())
    with pytest.raises(AuditError) as caught:
        list(batches_of("spss", source_for(reading, settings())))
    assert caught.value.code in {"E-SPSS-001", "E-CHILD-001"}


def test_a_wide_file_meets_the_limit(tmp_path: Path) -> None:
    path = written(tmp_path / "s.sav")
    reading = start_reading(source(1, "spss", path), settings(limits=Limits(columns=1)))
    with pytest.raises(AuditError, match="columns = 1"):
        open_spss(source_for(reading, settings()))


def test_without_the_package_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, plain_import = written(tmp_path / "s.sav"), builtins.__import__

    def no_package(name: str, *rest: object, **more: object) -> object:
        if name == "pyreadstat":
            raise ImportError(name)
        return plain_import(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "pyreadstat")
    monkeypatch.setattr(builtins, "__import__", no_package)
    with pytest.raises(SourceError, match=r"E-READER-002.*pip install pyreadstat"):
        table_of(path)
