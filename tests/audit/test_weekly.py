"""Aggregate, then delete: weeks fed one by one give what all messages at once give."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from weekly_feed import condensed, simulated_until

from audit import pipeline
from audit.config.audit_file import AuditConfig, load_config
from audit.inputs import LACKING
from audit.pipeline import RunSummary
from audit.sources import intake_settings, key_of, source_specs
from audit.week_store import PEOPLE_COLUMNS, STORED, WeekStore
from core.engine import DuckDBEngine
from core.errors import ConfigError
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import MESSAGES
from core.tables.network import EDGES, PERSON_COUNTS, PERSON_WEEKS
from core.tables.results import INDICATOR_VALUES, RESULTS, VERDICTS
from core.tables.weekly import WEEKS
from ingest.intake import take_in
from ingest.settings import WeeklyRules
from ingest.simulate.scenarios import simulate

SETTINGS = """
[retention]
weekly = true
{more}
[measurement]
windows_per_verdict = 1
[judgement]
permutations = 199
[reports]
formats = ["json"]
"""
FIRST = dt.date(2025, 3, 31)
DAY_S = 86400


@dataclass(frozen=True)
class Told:
    """One run and what it said."""

    folder: RunFolder
    says: RunSummary


@dataclass(frozen=True)
class Kept:
    """The sums of an import that was not judged, and its balance sheet."""

    folder: RunFolder
    says: list[str]


def audited(exports: Path, out: Path, more: str = "") -> Told:
    path = exports / "weekly.toml"
    path.write_text((exports / "audit.toml").read_text() + SETTINGS.format(more=more))
    says = pipeline.run(load_config(path), out, Silent())
    return Told(RunFolder.open(out), says)


def gathered(exports: Path, out: Path) -> Kept:
    """Read exports, condense their weeks and put the sums in their place, without judging."""
    path = exports / "weekly.toml"
    path.write_text((exports / "audit.toml").read_text() + SETTINGS.format(more=""))
    says = condensed(load_config(path), out)
    return Kept(RunFolder.open(out), says)


def days(n: int) -> dt.date:
    return FIRST + dt.timedelta(days=n)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    simulate("small", 7, folder, people=45, weeks=5)
    return folder


@pytest.fixture(scope="module")
def once(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return gathered(exports, tmp_path_factory.mktemp("once") / "run")


@pytest.fixture(scope="module")
def fed(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Kept]:
    """Three weeks first, then what is left of the exports after five."""
    root = tmp_path_factory.mktemp("fed")
    found = []
    for number, span in enumerate([(0, 21), (7, 35)]):
        part = root / f"exports{number}"
        simulated_until(exports, part, *map(days, span))
        found.append(gathered(part, root / "run"))
    return found


@pytest.fixture(scope="module")
def messages(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The messages of the same exports, as an audit that keeps them has them."""
    config = load_config(exports / "audit.toml")
    folder = RunFolder.create(tmp_path_factory.mktemp("plain") / "run")
    settings = intake_settings(config, key_of(config).pseudonyms)
    with DuckDBEngine() as engine:
        take_in(source_specs(config), settings, folder, engine, Silent())
    return MESSAGES.read(folder.canonical)


def test_kept_sums_of_fed_weeks_are_the_same_numbers(once: Kept, fed: list[Kept]) -> None:
    for name, contract in STORED.items():
        ours, theirs = (contract.read(run.folder.weeks) for run in (once, fed[-1]))
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True, obj=name)
        assert len(ours) or name in ("talks", "contacts")


def test_a_week_stays_open_until_its_answers_were_waited_for(fed: list[Kept]) -> None:
    weeks = WEEKS.read(fed[-1].folder.weeks)
    assert weeks["is_whole"].tolist() == [True] * 4 + [False]


def test_days_that_are_condensed_already_are_not_taken_again(fed: list[Kept]) -> None:
    # Days 7 to 35 were exported; the third week was not whole, and six days before it are needed.
    assert "already aggregated" in "\n".join(fed[-1].says)
    assert "already aggregated" not in "\n".join(fed[0].says)


def test_edges_and_counts_are_those_of_an_audit_that_keeps_messages(
    once: Kept, messages: pd.DataFrame
) -> None:
    own = messages[~messages["is_automated"] & (messages["n_recipients"] <= 30)]
    edges = EDGES.read(once.folder.weeks)
    employees = set(edges["source_id"]) | set(edges["target_id"])
    inside = own[own["sender_id"].isin(employees) & own["recipient_id"].isin(employees)]
    week = inside["sent_day"] - (inside["sent_day"] + 3) % 7
    plain = inside.groupby([week, "sender_id", "recipient_id", "channel"]).size()
    ours = edges.set_index(["week", "source_id", "target_id", "channel"])["n_messages"]
    assert plain.sort_index().tolist() == ours.sort_index().tolist()
    sent = PERSON_COUNTS.read(once.folder.weeks).query("measure == 'received_automated'")
    received = messages[
        messages["recipient_id"].isin(set(sent["person_id"])) & (messages["act"] != "reaction")
    ]
    assert sent["of_n"].sum() == len(received)


def event_bytes(messages: pd.DataFrame) -> tuple[set[str], set[int]]:
    ids = {*messages["message_id"], *messages["thread_id"], *messages["reply_to_id"].dropna()}
    return ids, set(messages["sent_s"])


def test_no_byte_of_a_message_is_left(fed: list[Kept], messages: pd.DataFrame) -> None:
    ids, instants = event_bytes(messages)
    assert len(ids) > 500
    root = fed[-1].folder.root
    paths = [path for path in root.rglob("*") if path.is_file()]
    assert {"weeks", "canonical"} <= {p.name for p in (root / "private").iterdir()}
    assert not (root / "private" / "ledger").exists() or not any(fed[-1].folder.ledger.iterdir())
    for path in paths:
        if path.suffix == ".parquet":
            table = pq.read_table(path).to_pandas()
            texts = table.select_dtypes(include=["object", "str"])
            assert not ids & {x for x in texts.to_numpy().ravel() if isinstance(x, str)}, path
            assert not instants & set(table.select_dtypes("number").to_numpy().ravel()), path
        content = path.read_bytes()
        assert not [one for one in list(ids)[::37] if one.encode() in content], path


def test_the_search_for_bytes_finds_what_an_audit_that_keeps_messages_has(
    messages: pd.DataFrame, tmp_path: Path
) -> None:
    ids, instants = event_bytes(messages)
    table = pq.read_table(MESSAGES.write(messages, tmp_path)).to_pandas()
    assert ids & set(table.select_dtypes(include=["object", "str"]).to_numpy().ravel())
    assert instants & set(table.select_dtypes("number").to_numpy().ravel())


def test_other_rules_are_refused_once_messages_are_gone(fed: list[Kept]) -> None:
    with pytest.raises(ConfigError, match="other rules"):
        WeekStore.read(fed[-1].folder.weeks, "0123456789abcdef")


def test_whoever_leaves_is_in_no_kept_sum(once: Kept) -> None:
    store = WeekStore.read(
        once.folder.weeks, (once.folder.weeks / "basis.json").read_text().split('"')[3]
    )
    person = str(store.tables["edges"]["target_id"].iloc[0])
    left = store.without({person})
    for name, frame in left.tables.items():
        texts = frame.select_dtypes(include=["object", "str"])
        assert not (texts == person).to_numpy().any()
        columns = list(PEOPLE_COLUMNS.get(name, ()))
        named = (store.tables[name][columns] == person).any(axis=1).sum()
        assert len(frame) == len(store.tables[name]) - named
    held = {name for name, frame in store.tables.items() if (frame == person).to_numpy().any()}
    assert held >= {"edges", "person_weeks", "person_counts", "waits", "presence"}
    assert held <= set(PEOPLE_COLUMNS)


def test_a_week_is_whole_once_thursday_has_ended_everywhere() -> None:
    rules = WeeklyRules(21)
    # Monday 20458: six days before it, and Monday to Thursday after it.
    assert rules.of_week(20458) == (20452, 20469)
    friday_noon = 20469 * DAY_S + DAY_S // 2
    assert rules.is_whole(20458, friday_noon)
    assert not rules.is_whole(20458, friday_noon - 1)
    assert WeeklyRules(15).before == 0


@pytest.mark.parametrize(
    ("lines", "is_weekly"),
    [
        ("", False),
        ('[privacy]\npolicy = "strict"\n', True),
        ('[privacy]\npolicy = "strict"\n[retention]\nweekly = false\n', False),
        ("[retention]\nweekly = true\n", True),
    ],
)
def test_the_strict_policy_keeps_weekly_sums_unless_told_otherwise(
    tmp_path: Path, lines: str, is_weekly: bool
) -> None:
    (tmp_path / "r.csv").touch()
    least = '[audit]\nname = "A"\n[[source]]\nreader = "roster_csv"\npath = "r.csv"\n'
    (tmp_path / "a.toml").write_text(least + lines)
    config: AuditConfig = load_config(tmp_path / "a.toml")
    assert config.is_weekly is is_weekly
    assert config.retention.event_days == 21


@pytest.mark.slow
def test_without_ties_nobody_is_next_to_anybody_and_the_rest_is_the_same(
    exports: Path, tmp_path: Path
) -> None:
    told = audited(exports, tmp_path / "without", "keep_ties = false")
    kept = audited(exports, tmp_path / "with")
    for table in ("edges", "contacts", "talks"):
        assert STORED[table].read(told.folder.weeks).empty
        assert STORED[table].read(told.folder.network).empty
    values = INDICATOR_VALUES.read(told.folder.results)
    lost = set(values.loc[values["why"] == LACKING["ties"], "indicator"])
    assert lost >= {"reciprocity", "boundary_mix", "isolation", "bridge_concentration",
                    "embeddedness", "tie_survival", "newcomers", "leader_reach"}  # fmt: skip
    assert values.loc[values["indicator"].isin(lost), "value"].isna().all()
    assert len(PERSON_WEEKS.read(told.folder.network))
    theirs = INDICATOR_VALUES.read(kept.folder.results)
    assert theirs.loc[theirs["indicator"].isin(lost), "value"].notna().sum() > len(lost)
    rest = [v[~v["indicator"].isin(lost)].reset_index(drop=True) for v in (values, theirs)]
    pd.testing.assert_frame_equal(*rest, rtol=0, atol=1e-9)
    assert rest[0]["value"].notna().sum() > 20
    assert rest[0]["effect"].notna().any()
    verdicts = [VERDICTS.read(run.folder.results) for run in (told, kept)]
    pd.testing.assert_frame_equal(*verdicts, rtol=0, atol=1e-9)


@pytest.mark.slow
def test_results_of_fed_weeks_equal_those_of_all_messages_and_stay(tmp_path: Path) -> None:
    exports, root = tmp_path / "company", tmp_path / "fed" / "run"
    simulate("small", 7, exports, people=60, weeks=7)
    once = audited(exports, tmp_path / "once" / "run")
    runs = []
    for number, span in enumerate([(0, 21), (7, 49)]):
        part = tmp_path / f"exports{number}"
        simulated_until(exports, part, *map(days, span))
        runs.append(audited(part, root))
    first, last = runs
    assert first.says.published is None
    assert any("3 weeks are there" in line for line in first.says.lines())
    assert same(once.folder, last.folder) > 10
    # Everything once more, as it was exported: nothing changes.
    again = audited(exports, root)
    assert "already aggregated" in "\n".join(again.says.intake.lines())
    assert same(once.folder, again.folder) > 10


def same(ours: RunFolder, theirs: RunFolder) -> int:
    for name, contract in RESULTS.items():
        tables = [contract.read(run.results) for run in (ours, theirs)]
        pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-9, obj=name)
    for name, contract in STORED.items():
        tables = [contract.read(run.weeks) for run in (ours, theirs)]
        pd.testing.assert_frame_equal(*tables, check_exact=True, obj=name)
    return len(VERDICTS.read(ours.results))
