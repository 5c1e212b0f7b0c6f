"""Every row of the page of reproduced values is a test, and what no other file tests is here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from known_networks import email_eu_core
from oracles_mixed import random_intercept

from audit.statistics.reliability import icc, icc2_of_size
from graph.cohesion import local_clustering
from graph.network import CommunicationGraph

ROW = re.compile(r"^\|.*\| `(tests/[\w/]+\.py)::(\w+)` \|$", re.MULTILINE)
MOST_ROWS, LEAST_ROWS = 60, 30


@pytest.fixture(scope="module")
def army(shared_dir: Path) -> pd.DataFrame:
    return pd.read_csv(shared_dir / "data" / "surveys" / "bh1996.csv")


def test_every_row_of_the_page_names_a_test_that_exists(checkout: Path) -> None:
    page = (checkout / "docs" / "reproduction.md").read_text(encoding="utf-8")
    named = ROW.findall(page)
    values = page.partition("## Where the data come from")[0]
    body = [s for s in values.splitlines() if s.startswith("| ") and "---" not in s]
    tables = values.count("| what |")
    assert LEAST_ROWS <= len(named) <= MOST_ROWS
    assert len(named) + tables == len(body), "a row without a test"
    for file, function in set(named):
        tree = ast.parse((checkout / file).read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert function in defined, f"{file} has no {function}"
        assert function.startswith("test_")


def test_a_mixed_model_of_the_army_data_equals_rs_lme(army: pd.DataFrame) -> None:
    # Method page: lme gives .035801, .789497, .043379, .733521 (mean over groups).
    between, within = random_intercept(army["WBEING"].to_numpy(dtype=float), army["GRP"])
    assert (between, within) == pytest.approx((0.035801, 0.789497), abs=1e-6)
    icc1 = between / (between + within)
    sizes = army.groupby("GRP").size().to_numpy(dtype=float)
    assert icc1 == pytest.approx(0.043379, abs=1e-6)
    assert icc2_of_size(icc1, sizes).mean() == pytest.approx(0.733521, abs=1e-6)
    # statsmodels stops a little earlier: .035807, .789496; ours from the analysis of variance.
    assert (between, within) == pytest.approx((0.035807, 0.789496), abs=1e-4)
    assert icc(army["WBEING"].to_numpy(dtype=float), army["GRP"]).icc1 == pytest.approx(
        icc1, abs=1e-4
    )


def test_group_size_enters_the_intraclass_correlation_as_the_mean(army: pd.DataFrame) -> None:
    # With k0 = (N - sum n^2 / N) / (J - 1) instead of N / J the value would be .043510.
    score, sizes = army["WBEING"].to_numpy(dtype=float), army.groupby("GRP").size()
    found = icc(score, army["GRP"])
    n, j = found.n_people, found.n_units
    f = 1 + (n / j) * found.icc1 / (1 - found.icc1)
    k0 = (n - float((sizes**2).sum()) / n) / (j - 1)
    assert found.icc1 == pytest.approx(0.043369, abs=5e-7)
    assert (f - 1) / (f - 1 + k0) == pytest.approx(0.043510, abs=5e-7)


def test_clustering_without_people_of_one_contact_would_be_another_number() -> None:
    arcs, department = email_eu_core()
    graph = CommunicationGraph.build(arcs, department.index)
    several = np.array(graph.undirected.degree()) > 1
    mean = local_clustering(graph).to_numpy()[several].mean()
    assert mean == pytest.approx(0.45045, abs=5e-6)  # what igraph gives when not told otherwise
