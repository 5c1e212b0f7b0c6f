"""The engine: results land whole, inputs are never patterns, errors never quote values."""

from pathlib import Path

import pandas as pd
import pytest

from core.engine import DuckDBEngine
from core.errors import EngineError


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.parquet"
    pd.DataFrame({"name": ["rossi", "verdi"], "n": [1, 2]}).to_parquet(path)
    return path


def test_a_result_is_written_as_one_file_and_counted(table: Path, tmp_path: Path) -> None:
    engine = DuckDBEngine()
    n = engine.run("select n from p where n > $least", {"p": table}, tmp_path / "o", {"least": 1})
    assert n == 1
    assert pd.read_parquet(tmp_path / "o")["n"].tolist() == [2]
    assert not list(tmp_path.glob(".*partial"))


def test_brackets_and_stars_in_a_path_are_no_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "run[1] *final?"
    folder.mkdir()
    pd.DataFrame({"n": [7]}).to_parquet(folder / "a.parquet")
    decoy = tmp_path / "run1 xfinaly"
    decoy.mkdir()
    pd.DataFrame({"n": [9]}).to_parquet(decoy / "a.parquet")
    found = DuckDBEngine().fetch("select n from t", {"t": folder / "a.parquet"})
    assert found["n"].tolist() == [7]


def test_an_error_names_the_tables_and_quotes_no_value(table: Path) -> None:
    with pytest.raises(EngineError) as caught:
        DuckDBEngine().fetch("select cast(name as integer) from people", {"people": table})
    assert "people" in str(caught.value)
    assert "rossi" not in str(caught.value)


def test_more_than_one_statement_is_refused(table: Path) -> None:
    with pytest.raises(EngineError, match="one statement"):
        DuckDBEngine().fetch("select 1; select 2", {"t": table})


def test_the_configuration_is_locked(table: Path) -> None:
    with pytest.raises(EngineError):
        DuckDBEngine().fetch("set threads = 1", {"t": table})


def test_a_table_name_that_is_no_identifier_is_refused(table: Path) -> None:
    with pytest.raises(EngineError, match="no table name"):
        DuckDBEngine().fetch("select 1", {"a; drop": table})
