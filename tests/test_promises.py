"""Each promise names tests that exist; those that no other room proves are proven here."""

from __future__ import annotations

import ast
import re

import pytest
from every_text import every_text
from shared_data import CHECKOUT
from whole_run import WholeRun

from audit.registry import indicators
from core.promises import PROMISES
from core.tables.canonical import CANONICAL
from core.tables.context import CONTEXT
from core.tables.network import NETWORK
from core.tables.published import PUBLISHED
from core.tables.results import RESULTS
from core.tables.survey import SURVEY
from ingest.batches import TABLES
from reports.theme import NOT_FOR

FEELS = (
    *("emotion", "mood", "sentiment", "personality", "health", "stress", "burnout", "anxi"),
    *("depress", "happiness", "flight risk", "attrition", "intent to leave", "lonel"),
)
NEVER_HELD = (
    *("subject_line", "body", "text", "content", "snippet", "attachment", "file_name", "presence"),
    *("read_receipt", "keystroke", "screen", "camera", "device", "ip_address", "user_agent"),
    *("biometric", "typing", "latitude", "longitude", "gender", "birth", "salary", "email"),
    *("address", "full_name", "first_name", "surname", "phone"),
)
PRIVATE = (CANONICAL, SURVEY, CONTEXT, NETWORK, RESULTS)


def _tests_in(path: str) -> set[str]:
    tree = ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: str(promise.number))
def test_every_promise_is_proven_by_tests_that_exist(promise) -> None:
    assert promise.tests, "a promise without a test is a wish"
    for named in promise.tests:
        path, _, test = named.partition("::")
        assert (CHECKOUT / path).is_file(), path
        assert test in _tests_in(path), named


def test_the_promises_stand_in_a_page_of_their_own_word_for_word() -> None:
    page = (CHECKOUT / "PROMISES.md").read_text(encoding="utf-8")
    for promise in PROMISES:
        assert f"| {promise.number} | {promise.says} |" in page
        assert all(f"`{test}`" in page for test in promise.tests)


def test_no_indicator_reads_what_a_person_feels_or_is() -> None:
    assert len(indicators.names()) >= 40
    for entry in indicators:
        said = f"{entry.name} {entry.meta.title} {entry.meta.question}".lower()
        assert not [word for word in FEELS if word in said], entry.name


def test_no_table_has_a_place_for_what_is_never_held() -> None:
    # Columns that stand for words of the product, not of people.
    ours = {"value_text", "windows_text", "rank_text", "observed_text", "text"}
    named = {
        (contract.name, column)
        for contract in (c for room in (*PRIVATE, PUBLISHED) for c in room.values())
        for column in contract.names
        if not (contract.audience == "published" and column in ours)
    }
    assert len(named) > 300
    bad = [(t, c) for t, c in named if any(re.search(rf"(^|_){w}(_|$)", c) for w in NEVER_HELD)]
    assert not bad
    # What readers hand over holds addresses and names for as long as it takes to key them.
    clear = {"email", "address"}
    read = {(t, c) for t, schema in TABLES.items() for c in schema.names}
    words = [w for w in NEVER_HELD if w not in clear]
    assert not [(t, c) for t, c in read if any(re.search(rf"(^|_){w}(_|$)", c) for w in words)]


def test_every_report_and_every_page_says_what_it_is_not_for(whole_run: WholeRun) -> None:
    files = sorted(p for p in whole_run.folder.reports.rglob("*") if p.is_file())
    assert len(files) >= 6
    for path in files:
        said = " ".join(every_text(path).replace("\u00ad", "").split())
        assert NOT_FOR in said, path.name
    # Every page of the app draws the sidebar of the front door, and that says the same.
    front = (CHECKOUT / "app.py").read_text(encoding="utf-8")
    assert "_parts.sidebar(" in front
    assert "theme.NOT_FOR" in (CHECKOUT / "app_pages" / "_parts.py").read_text(encoding="utf-8")


def test_no_published_table_is_for_leaders_only(whole_run: WholeRun) -> None:
    assert {path.stem for path in whole_run.folder.published.iterdir()} == set(PUBLISHED)
    for contract in PUBLISHED.values():
        assert not {"role", "audience", "viewer", "visible_to"} & set(contract.names)
    assert [p.name for p in whole_run.folder.root.iterdir() if p.name.startswith("published")] == [
        "published"
    ]


def test_every_published_number_has_its_interval_base_and_caveat(whole_run: WholeRun) -> None:
    published = whole_run.folder.published
    values = PUBLISHED["indicator_values"].read(published)
    told = values[values["value"].notna()]
    assert len(told) > 100
    assert told[["low", "high", "n_band"]].notna().all(axis=None)
    verdicts = PUBLISHED["verdicts"].read(published)
    judged = verdicts[verdicts["effect"].notna()]
    assert len(judged) > 10
    assert judged[["low", "high", "n_band", "caveat"]].notna().all(axis=None)
    catalogue = PUBLISHED["indicators"].read(published)
    assert catalogue["cannot_show"].str.len().gt(10).all()
    assert set(told["indicator"]) <= set(catalogue["indicator"])
