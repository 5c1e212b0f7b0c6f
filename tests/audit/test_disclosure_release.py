"""A whole release: audited from its files, certified, held against its own history."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from private_people import PERIOD
from private_run import options, write_private_run

from audit.disclosure.as_written import REMAINDER, ROW_SPACE, WAVES, audit_as_written
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.dominance import without_dependent
from audit.disclosure.fates import Fates, settle_fates
from audit.disclosure.history import History
from audit.disclosure.thresholds import Floor
from audit.disclosure.ties import tie_rows
from audit.publish import publish, refuse_relaxed
from audit.recheck import recheck_row_space
from audit.unpublished import read_unpublished
from core.engine import DuckDBEngine
from core.errors import PrivacyError
from core.progress import Silent
from core.store import RunFolder
from core.tables.published import CERTIFICATE, PUBLISHED_VALUES, QUALITY
from core.tables.released import RELEASED
from core.tables.results import VERDICTS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunFolder]:
    folder = write_private_run(tmp_path_factory.mktemp("release") / "run")
    publish(folder, options(), DuckDBEngine(), Silent())
    yield folder


def fates(folder: RunFolder) -> Fates:
    return settle_fates(read_unpublished(folder), Floor(8), History())


def tampered(made: RunFolder, to: Path, *names: str) -> Path:
    """Return the published tables with the response rates of some groups let out."""
    shutil.copytree(made.published, to)
    frame = PUBLISHED_VALUES.read(to)
    rows = frame["group_id"].isin(names) & (frame["indicator"] == "response_rate")
    assert not frame.loc[rows, "is_shown"].any()
    let_out = {"is_shown": True, "status": "shown", "value": 40.0, "why_hidden": None}
    for column, value in let_out.items():
        frame.loc[rows, column] = value
    PUBLISHED_VALUES.write(frame, to)
    return to


def test_the_files_of_a_release_tell_nothing(made: RunFolder) -> None:
    found = audit_as_written(made.published, fates(made))
    assert found.breaches == () and found.n_protected > 0
    # The members, and three indicators of the one period.
    assert found.n_systems == 4


def test_a_file_that_lets_a_hidden_cell_follow_is_refused(made: RunFolder, tmp_path: Path) -> None:
    # By hand: yard (5) is hidden and so is dispatch (8); with dispatch it is 35 - 12 - 10 - 8.
    folder = tampered(made, tmp_path / "published", "dispatch")
    found = audit_as_written(folder, fates(made))
    assert ROW_SPACE in found.breaches and REMAINDER in found.breaches
    with pytest.raises(PrivacyError, match="follows"):
        recheck_row_space(folder, fates(made))


def test_a_file_that_tells_of_a_leaver_of_an_earlier_release_is_refused(made: RunFolder) -> None:
    # Of the release before, one person of fleet has left since: its number may not stand.
    own = fates(made)
    history = History.read(made.released)
    others = history.people.assign(
        person_id=history.people["person_id"].replace("fleet-00", "somebody-else")
    )
    before = History(history.releases.assign(run_id="r0"), history.cells, others)
    later = settle_fates(read_unpublished(made), Floor(8), before)
    assert own.decision.cell(PERIOD, "fleet", "response_rate").form == "number"
    assert later.decision.cell(PERIOD, "fleet", "response_rate").form == "status_only"
    # The whole is fewer than 140 people too, and a verdict rests on its number.
    assert later.decision.cell(PERIOD, "org", "response_rate").form == "status_only"
    assert WAVES in audit_as_written(made.published, later).breaches


def test_the_same_run_again_changes_no_byte_of_what_is_kept(made: RunFolder) -> None:
    paths = [contract.path(made.released) for contract in RELEASED.values()]
    first = [path.read_bytes() for path in paths]
    publish(made, options(), DuckDBEngine(), Silent())
    assert [path.read_bytes() for path in paths] == first
    assert not made.to_release.exists()


def test_a_relaxed_rule_is_refused_before_the_run(made: RunFolder) -> None:
    refuse_relaxed(made, 9, "strict")
    with pytest.raises(PrivacyError) as refused:
        refuse_relaxed(made, 7, "standard")
    assert refused.value.exit_code == 4


def test_the_certificate_says_what_each_rule_kept_back(made: RunFolder) -> None:
    told = CERTIFICATE.read(made.published).set_index("rule")
    assert told["checked"].dropna().mod(5).eq(0).all()
    assert told["hidden"].dropna().mod(5).eq(0).all()
    assert "at least 8 people, policy standard" in told.loc["release", "statement"]
    assert "of 100 points" in told.loc["what is left", "bound"]


def test_counts_leave_to_the_nearest_five(made: RunFolder) -> None:
    counts = QUALITY.read(made.published).query("section in ('balance', 'reasons')")
    told = dict(zip(counts["part"], counts["text"], strict=True))
    # By hand: of 100 seen 90 were accepted, 5 duplicate, 4 filtered, 1 rejected.
    assert told["seen"] == "about 100" and told["filtered"] == told["rejected"] == "under 5"


def test_rows_that_are_not_shown_lie_last_a_to_z(made: RunFolder) -> None:
    frame = PUBLISHED_VALUES.read(made.published)
    assert frame["is_shown"].is_monotonic_decreasing
    assert not frame["is_shown"].all()
    key = ["window_id", "group_id", "indicator"]
    for _, part in frame.groupby("is_shown"):
        assert part[key].apply(tuple, axis=1).is_monotonic_increasing


@pytest.mark.parametrize("switch", ["rounding", "counts", "order"])
def test_a_switch_shows_what_its_rule_stops(made: RunFolder, tmp_path: Path, switch: str) -> None:
    folder = RunFolder(tmp_path / "run")
    shutil.copytree(made.root, folder.root)
    publish(folder, options(), DuckDBEngine(), Silent(), Defences(**{switch: False}))
    name = "quality" if switch == "counts" else "indicator_values"
    loose = (folder.published / f"{name}.parquet").read_bytes()
    assert loose != (made.published / f"{name}.parquet").read_bytes()
    frame = pd.read_parquet(folder.published / f"{name}.parquet")
    if switch == "rounding":
        assert (frame["value"].dropna() % 5 != 0).any()
    elif switch == "counts":
        assert "4" in set(frame["text"])
    else:
        assert not frame["is_shown"].is_monotonic_decreasing


def test_contact_that_one_recipient_carries_is_not_shown(made: RunFolder) -> None:
    private = read_unpublished(made)
    groups = pd.read_parquet(made.published / "org_groups.parquet")
    pair = {"fleet", "stores"}
    edges = private.edges
    mine = edges["source_unit_id"].isin(pair) & edges["target_unit_id"].isin(pair)
    one = edges.assign(top_recipient_share=edges["top_recipient_share"].mask(mine, 0.6))

    def pairs(table: pd.DataFrame, defences: Defences = ALL) -> set[frozenset[str]]:
        ties = tie_rows(table, groups, defences)
        return {
            frozenset(ends)
            for ends in zip(ties["source_group_id"], ties["target_group_id"], strict=True)
        }

    assert pairs(edges) - pairs(one) == {frozenset(pair)}
    assert pairs(one, Defences(dominance=False)) == pairs(edges)
    few = edges.assign(n_target_people=edges["n_target_people"].mask(mine, 4))
    assert pairs(edges) - pairs(few) == {frozenset(pair)}
    assert pairs(few, Defences(ties=False)) == pairs(edges)


def test_a_verdict_that_hangs_on_one_member_does_not_leave(made: RunFolder) -> None:
    private = read_unpublished(made)
    decision = fates(made).decision
    verdicts = private.verdicts
    mine = (verdicts["group_id"] == "fleet") & (verdicts["layer"] == "behaviour")
    weak = verdicts.assign(is_robust=~mine)
    found = without_dependent(
        type(private)(**{**vars(private), "verdicts": weak[VERDICTS.names]}), decision
    )
    words = found.verdicts.loc[mine, ["verdict", "why"]].iloc[0].tolist()
    assert verdicts.loc[mine, "verdict"].tolist() == ["desert"]
    assert words == ["not_enough_evidence", "depends_on_one_person"]
    joint = found.joint[found.joint["group_id"] == "fleet"]
    assert joint["joint"].tolist() == ["none"]
    left = found.findings[found.findings["group_id"] == "fleet"]["kind"]
    assert not left.isin(["desert", "watch", "blind_spot"]).any()
