"""Forgetting a person in weekly mode: no byte is left, and what others' sums of old weeks keep."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass

import pandas as pd
import pytest
from erased_company import ALIASES, REASON, remove_by_hand, run_company, write_exports
from weekly_feed import simulated_until

from audit.life_cycle import erasure
from audit.life_cycle.byte_search import Needles, search
from audit.life_cycle.desk import opened
from audit.life_cycle.erasure import forget
from audit.life_cycle.subjects import find_subject
from audit.week_store import PEOPLE_COLUMNS, STORED
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import CANONICAL, IDENTITIES, IMPORT_REASONS, IMPORTS, PEOPLE
from core.tables.weekly import WEEKS

FIRST = dt.date(2025, 3, 31)
BEFORE, LATER = (0, 63), (42, 84)
"""Days of the exports before the person is forgotten, and after: nine weeks, then the rest."""
ACCOUNTS = {IMPORTS.name, IMPORT_REASONS.name}
MEMBERS = ("org_groups", "group_people", "unit_groups", "slices", "slice_people")
"""Results that hang on who belongs where: nothing that others' sums keep can move them."""
KEYS = {
    "edges": ["week", "source_id", "target_id", "channel"],
    "contacts": ["week", "person_id", "contact_id"],
    "person_counts": ["week", "person_id", "measure"],
    "talk_counts": ["week", "person_id", "measure"],
    "person_weeks": ["week", "person_id", "outcome", "reply_quality"],
    "channel_weeks": ["week", "person_id", "reply_quality", "channel"],
    "presence": ["week", "person_id", "channel"],
    "answer_channels": ["week", "reply_quality", "channel"],
    "weeks": ["week"],
}
COUNTS = ("n", "of_n", "n_yes", "n_rows", "n_replies", "n_reactions", "n_in_channels")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """A run from which somebody was forgotten, before and after, and one that never had them."""

    before: RunFolder
    after: RunFolder
    later: RunFolder
    without: RunFolder
    needles: Needles

    def hits(self, run: RunFolder) -> list[str]:
        return [path.name for path in search([run.root], self.needles).hits]

    def weeks(self, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the kept sums of the run that goes on, and of the one without the person."""
        ours, theirs = (STORED[table].read(run.weeks) for run in (self.later, self.without))
        return ours, theirs

    @property
    def open_from(self) -> int:
        """The first week that was not whole when the person was forgotten."""
        weeks = WEEKS.read(self.after.weeks)
        return int(weeks.loc[~weeks["is_whole"], "week"].min())


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    root = tmp_path_factory.mktemp("weekly_forget")
    exports = root / "exports"
    person = write_exports(exports)
    audit_file = exports / "audit.toml"
    audit_file.write_text(audit_file.read_text() + "\n[retention]\nweekly = true\n")
    first, second = (root / name for name in ("first", "second"))
    for part, span in ((first, BEFORE), (second, LATER)):
        simulated_until(exports, part, *(FIRST + dt.timedelta(days=n) for n in span))
    run_company(first, root / "run")
    shutil.copytree(root / "run", root / "before")
    with opened(first / "audit.toml", root / "run", REASON) as desk:
        needles = erasure.needles(find_subject(desk, person.address))
    with opened(first / "audit.toml", root / "run", REASON) as desk:
        forget(desk, person.address, Silent())
    shutil.copytree(root / "run", root / "after")
    assert person.address in (second / "hr_roster.csv").read_text()
    later = run_company(second, root / "run")
    remove_by_hand(exports, root / "others", person)
    assert person.address not in (root / "others" / ALIASES).read_text()
    without = run_company(root / "others", root / "without")
    runs = [RunFolder.open(root / name) for name in ("before", "after")]
    return Case(*runs, later, without, needles)


def test_no_byte_of_the_person_is_left_and_no_later_export_brings_one_back(case: Case) -> None:
    hits = set(case.hits(case.before))
    assert hits >= {f"{name}.parquet" for name in PEOPLE_COLUMNS if name != "contacts"}
    assert case.hits(case.after) == []
    assert case.hits(case.later) == []
    reasons = IMPORT_REASONS.read(case.later.canonical)
    assert reasons.loc[reasons["reason"] == "forgotten", "n"].sum() > 100


def test_who_is_there_and_where_is_as_if_the_person_had_never_been(case: Case) -> None:
    runs = (case.later, case.without)
    for name in sorted(set(CANONICAL) - ACCOUNTS):
        ours, theirs = (_of_members(run, name) for run in runs)
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True, obj=name)
    for name in MEMBERS:
        ours, theirs = (pd.read_parquet(run.results / f"{name}.parquet") for run in runs)
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True, obj=name)


@pytest.mark.parametrize("table", STORED)
def test_weeks_condensed_since_are_those_without_the_person_to_the_last_bit(
    case: Case, table: str
) -> None:
    # Weeks that were open then were condensed anew from the exports, without the person.
    ours, theirs = (
        frame[frame["week"] >= case.open_from].reset_index(drop=True)
        for frame in case.weeks(table)
    )
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True, obj=table)
    assert len(ours) or table == "contacts"


@pytest.mark.parametrize("table", KEYS)
def test_sums_of_others_in_older_weeks_keep_what_the_person_added_and_lose_nothing(
    case: Case, table: str
) -> None:
    # The messages are gone, so what was added to a colleague's count cannot be taken off.
    ours, theirs = (frame[frame["week"] < case.open_from] for frame in case.weeks(table))
    joined = theirs.merge(ours, "left", KEYS[table], suffixes=("", "_ours"), indicator=True)
    assert (joined["_merge"] == "both").all()
    assert len(ours) - len(theirs) <= 0.05 * len(ours)
    counted = [name for name in COUNTS if name in theirs]
    for name in counted:
        assert (joined[f"{name}_ours"].fillna(0) >= joined[name].fillna(0)).all(), name
    if table == "edges":
        # Who wrote to whom, how often: that is of two people, and neither is the person.
        assert (joined["n_messages_ours"] == joined["n_messages"]).all()
        assert (joined["weight_ours"] <= joined["weight"] + 1e-12).all()
        assert len(ours) == len(theirs)
    if table == "person_counts":
        assert (joined["n_ours"] > joined["n"]).any()


def _of_members(run: RunFolder, name: str) -> pd.DataFrame:
    """Return a canonical table; of outsiders it holds only those whom the last exports name."""
    frame = pd.read_parquet(run.canonical / f"{name}.parquet")
    if name not in (PEOPLE.name, IDENTITIES.name):
        return frame
    people = PEOPLE.read(run.canonical, ["person_id", "kind"])
    own = people.loc[people["kind"] == "employee", "person_id"]
    return frame[frame["person_id"].isin(own)].reset_index(drop=True)
