"""What reaches the browser is the disclosure: charts and tables send all their data."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pytest
from app_text import markup_of, text_of

from core.published import Published
from core.tables.canonical import CANONICAL
from core.tables.network import NETWORK
from core.tables.published import PUBLISHED
from core.tables.results import RESULTS
from core.tables.survey import SURVEY

PUBLIC = {name for table in PUBLISHED.values() for name in table.names}
PRIVATE_COLUMNS = {
    name
    for tables in (CANONICAL, NETWORK, RESULTS, SURVEY)
    for table in tables.values()
    for name in table.names
} - PUBLIC
VALUES = ("effect", "low", "high", "numbers", "n_band")
# Pseudonyms are 16 or 32 hexadecimal digits; a run id in these made-up releases has 12.
PERSON = re.compile(r"\b[0-9a-f]{16}\b|\b[0-9a-f]{32}\b|[\w.]+@[\w.]+\.\w")


@dataclass(frozen=True)
class Payload:
    """All that Org map hands to the browser: frames of each layer, the table, the network."""

    charts: list[pd.DataFrame]
    table: pd.DataFrame
    network: str


@pytest.fixture(scope="module")
def payload(open_once) -> Payload:
    at = open_once("full", "map")
    charts = _charts(at)
    for layer in ("behaviour", "perception"):
        charts += _charts(at.get_by_key("layer").set_value(layer).run())
    at.get_by_key("view").set_value("Table").run()
    table = at.dataframe[0].value
    at.get_by_key("view").set_value("Network").run()
    assert not at.exception
    return Payload(charts, table, at.get("iframe")[0].proto.src)


def _charts(at) -> list[pd.DataFrame]:
    blocks = [block for chart in at.get("vega_lite_chart") for block in chart.proto.datasets]
    assert blocks
    return [pa.ipc.open_stream(block.data.data).read_pandas() for block in blocks]


@pytest.fixture(scope="module")
def hidden_ids(runs) -> set[str]:
    groups = Published(runs["full"] / "published").table("org_groups")
    return set(groups.loc[~groups["is_shown"], "group_id"])


def test_the_private_columns_of_this_test_are_real() -> None:
    assert {"person_id", "n_people", "p_family", "se"} <= PRIVATE_COLUMNS


def test_hidden_groups_have_no_number_and_one_look_in_every_chart(payload, hidden_ids) -> None:
    rows = [f[f["id"].isin(hidden_ids)] for f in payload.charts if "id" in f]
    assert {i for frame in rows for i in frame["id"]} == hidden_ids
    for frame in rows:
        numbers = frame[[c for c in VALUES if c in frame]].replace("", None)
        assert numbers.isna().all().all()
        words = frame[[c for c in ("band", "state") if c in frame]]
        assert words.isin(["not shown", "not_shown"]).all().all()
    marks = [f[["size", "shape", "fill", "dash", "state_word"]] for f in rows if "dash" in f]
    assert len(marks) == 3
    assert len(pd.concat(marks).drop_duplicates()) == 1


def test_no_contact_touches_a_hidden_group(runs, hidden_ids) -> None:
    edges = Published(runs["full"] / "published").table("unit_edges")
    assert not set(edges["source_group_id"]) & hidden_ids
    assert not set(edges["target_group_id"]) & hidden_ids


def test_hidden_groups_have_words_only_in_the_table(payload) -> None:
    table = payload.table
    hidden = table[table["Behaviour"] == "◇ Not shown"]
    assert len(hidden) == 6
    assert set(hidden["People"]) == {"not shown"}
    assert hidden["Leaning"].str.startswith("Not shown: ").all()
    assert set(hidden["Leaning"].str.removeprefix("Not shown: ")) == {
        "fewer than 8 people.",
        "would reveal a smaller group.",
        "coverage below 70 %.",
    }
    assert set(hidden["Joint reading"]) == {"Not shown"}
    assert set(hidden["Perception"]) == {"◇ Not shown"}


def test_no_private_column_and_no_person_reaches_the_browser(payload) -> None:
    for frame in [*payload.charts, payload.table]:
        assert not PRIVATE_COLUMNS & set(frame.columns)
        assert not PERSON.search(frame.astype("str").to_csv())


def test_no_person_stands_in_the_words_of_a_page(open_app) -> None:
    at = open_app("full", "unit", unit="operations-fleet")
    for page in ("unit", "overview", "quality", "reports", "method"):
        at.switch_page(f"app_pages/{page}.py").run()
        assert not PERSON.search(markup_of(at)), page
        assert not PERSON.search(text_of(at)), page


def test_the_network_frame_holds_no_number_of_people_and_no_person(payload) -> None:
    head, _, body = payload.network.partition(",")
    assert head == "data:text/html;charset=utf-8;base64"
    page = b64decode(body).decode()
    graph = page[page.index('<script type="application/json"') :].partition("</script>")[0]
    assert "Fleet" in graph
    assert not PERSON.search(graph)
    for name in ("person_id", "n_people", "effect_shrunk", "p_family"):
        assert name not in graph
