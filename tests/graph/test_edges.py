"""Weekly edges against numbers by hand and plain loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import oracles_graph
import pandas as pd
import pytest
import random_tables
import tiny_messages

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import EDGES
from graph.edges import build_edges

VALUES = [
    "n_messages", "n_direct", "weight", "n_threads", "n_replies", "n_reactions", "n_off_hours",
]  # fmt: skip


def _by_key(frame: pd.DataFrame) -> dict[tuple, tuple]:
    return {
        tuple(row[:4]): tuple(row[4:])
        for row in frame[[*EDGES.key, *VALUES]].itertuples(index=False)
    }


def test_edges_of_the_tiny_table_are_those_counted_by_hand(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    rows = build_edges(engine, tiny, tmp_path, mass_max=30)
    found = _by_key(EDGES.read(tmp_path))
    first, second = tiny_messages.MONDAY, tiny_messages.MONDAY + 7
    # By hand from the docstring of tiny_messages: m01 m05 m12, then the rest of each pair.
    assert found[(first, "ann", "bob", "email")] == (3, 2, pytest.approx(2 + 1 / 6), 3, 1, 0, 0)
    assert found[(first, "bob", "ann", "email")] == (3, 2, pytest.approx(2.5), 2, 1, 0, 0)
    assert found[(first, "eve", "dan", "email")] == (2, 2, 2.0, 1, 0, 0, 1)
    assert found[(first, "cat", "bob", "chat")] == (1, 1, 0.0, 1, 0, 1, 0)
    assert found[(first, "dan", "cat", "chat")] == (1, 0, 0.5, 1, 0, 0, 0)
    assert found[(second, "cat", "dan", "chat")] == (1, 1, 1.0, 1, 0, 0, 0)
    # ann-bob bob-ann bob-cat cat-bob eve-dan ann-cat ann-dan ann-eve by mail; cat-bob dan-bob
    # dan-cat ann-cat cat-ann by chat; week 2: dan-eve bob-cat by mail, cat-dan dan-cat by chat.
    assert rows == len(found) == 13 + 4
    assert not {"cus", "bot"} & set(EDGES.read(tmp_path)["source_id"])


def test_edges_equal_plain_loops_on_random_messages(
    engine: DuckDBEngine, tmp_path: Path, rng: np.random.Generator
) -> None:
    messages, people = random_tables.random_messages(rng, 500), random_tables.random_people()
    MESSAGES.write(messages, tmp_path)
    PEOPLE.write(people, tmp_path)
    build_edges(engine, tmp_path, tmp_path / "network", mass_max=30)
    found = _by_key(EDGES.read(tmp_path / "network"))
    expected = oracles_graph.edges(messages, people, 30)
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert found[key] == pytest.approx(values), key


def test_the_order_of_rows_changes_no_byte(
    engine: DuckDBEngine, tmp_path: Path, rng: np.random.Generator
) -> None:
    messages, people = random_tables.random_messages(rng, 300), random_tables.random_people()
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        messages = messages.sample(frac=1, random_state=rng)
        # Past the contract's own sorting: the rows really lie in another order on disk.
        table = MESSAGES.write(messages, tmp_path / "sorted").read_bytes()
        (folder / "messages.parquet").write_bytes(table)
        frame = MESSAGES.read(folder).sample(frac=1, random_state=rng)
        frame.to_parquet(folder / "messages.parquet", index=False)
        people.to_parquet(folder / "people.parquet", index=False)
        build_edges(engine, folder, folder)
        written.append((folder / "edges.parquet").read_bytes())
    assert written[0] == written[1]


def test_a_mailing_above_the_limit_makes_no_edge(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_edges(engine, tiny, tmp_path, mass_max=5)
    found = _by_key(EDGES.read(tmp_path))
    assert (tiny_messages.MONDAY, "ann", "eve", "email") not in found
    assert found[(tiny_messages.MONDAY, "ann", "bob", "email")][0] == 2
