"""Who counts in a window, in which stratum, and who has data; numbers by hand."""

from __future__ import annotations

from pathlib import Path

import made_up_view as made
import pandas as pd
import pytest

from audit.condense import choose_quality
from audit.config.parts import MeasurementPart
from audit.eligibility import (
    ANY,
    TOO_NEW,
    TOO_SHORT,
    build_coverage,
    build_membership,
    coverage_share,
)
from audit.timeline import build_timeline
from core.engine import DuckDBEngine
from core.errors import SourceError
from core.tables.weekly import ANSWER_CHANNELS, PRESENCE
from core.windows import Window

MONDAY = made.MONDAY
WINDOW = Window(0, MONDAY, MONDAY + 28)
RULES = MeasurementPart()
NOBODY = pd.DataFrame({"week": [], "person_id": [], "n": []})


def people(*rows: tuple[str, str, int, int | None, int | None]) -> pd.DataFrame:
    """Return people from (person, unit, from, to, joined)."""
    names = ["person_id", "unit_id", "valid_from_day", "valid_to_day", "joined_day"]
    frame = pd.DataFrame(rows, columns=names)
    frame = frame.astype({"valid_to_day": "Int32", "joined_day": "Int32"})
    return frame.assign(kind="employee", level=3, site="Leeds")


def membership(table: pd.DataFrame, inbound: pd.DataFrame = NOBODY) -> pd.DataFrame:
    return build_membership(table, inbound, WINDOW, RULES).set_index("person_id")


def test_members_are_those_of_the_first_day_where_they_were_then() -> None:
    found = membership(
        people(
            ("stays", "a", 0, None, 0),
            ("moves", "a", 0, MONDAY + 7, 0),
            ("moves", "b", MONDAY + 7, None, 0),
            ("comes later", "a", MONDAY + 1, None, MONDAY + 1),
            ("left before", "a", 0, MONDAY, 0),
        )
    )
    assert found["unit_id"].to_dict() == {"stays": "a", "moves": "a"}
    assert found["is_eligible"].all()


def test_too_new_and_too_short_are_members_who_do_not_count() -> None:
    found = membership(
        people(
            ("28 days", "a", MONDAY - 28, None, MONDAY - 28),
            ("27 days", "a", MONDAY - 27, None, MONDAY - 27),
            ("no date", "a", 0, None, None),
            # 60 % of 28 days are 16.8: sixteen are too few, seventeen enough.
            ("leaves on day 16", "a", 0, MONDAY + 16, 0),
            ("leaves on day 17", "a", 0, MONDAY + 17, 0),
        )
    )
    assert found["why_not"].dropna().to_dict() == {
        "27 days": TOO_NEW,
        "leaves on day 16": TOO_SHORT,
    }


def test_inbound_counts_the_weeks_of_the_window_alone() -> None:
    weeks = [MONDAY - 7, MONDAY, MONDAY + 21, MONDAY + 28]
    inbound = pd.DataFrame({"week": weeks, "person_id": "stays", "n": [100, 1, 2, 100]})
    assert membership(people(("stays", "a", 0, None, 0)), inbound)["n_inbound"].tolist() == [3]


def test_outside_people_and_services_are_no_members() -> None:
    table = people(("e", "a", 0, None, 0), ("x", "a", 0, None, 0))
    table.loc[1, "kind"] = "external"
    assert membership(table).index.tolist() == ["e"]


def test_strata_under_twenty_people_become_coarser() -> None:
    rows = [(f"p{i:02d}", "a", 0, None, 0) for i in range(50)]
    table = people(*rows)
    # 25 of level 3 in Leeds, 15 of level 3 in York, 10 of level 2 in York.
    table["site"] = ["Leeds"] * 25 + ["York"] * 25
    table["level"] = [3] * 40 + [2] * 10
    found = membership(table)["stratum"].value_counts().to_dict()
    assert found == {"3|Leeds": 25, f"{ANY}|{ANY}": 25}
    table["level"] = [3] * 45 + [2] * 5
    found = membership(table)["stratum"].value_counts().to_dict()
    assert found == {"3|Leeds": 25, "3|York": 20, f"{ANY}|{ANY}": 5}


def test_coverage_counts_members_with_contact_on_each_channel(tmp_path: Path) -> None:
    edges = made.edges()
    ends = [edges.rename(columns={end: "person_id"}) for end in ("source_id", "target_id")]
    seen = pd.concat(ends)[["week", "person_id", "channel"]].drop_duplicates()
    PRESENCE.write(seen, tmp_path)
    homes = pd.DataFrame({"person_id": made.PEOPLE, "unit_id": [p[0] for p in made.PEOPLE]})
    with DuckDBEngine() as engine:
        rows = build_coverage(engine, tmp_path, made.PERIOD, made.groups(), homes)
    assert sorted(rows["channel"].unique()) == [ANY, "email"]
    # c4 ... c7 have no contact.
    assert coverage_share(rows, ANY).to_dict() == {"org": 20 / 24, "a": 1, "b": 1, "c": 0.5}


def weekly(tmp_path: Path, days: list[int]) -> Path:
    rows = pd.DataFrame({"sent_day": days}).assign(
        act="post", role="to", visibility="direct", sender_id="a", recipient_id="b",
        is_automated=False,
    )  # fmt: skip
    rows.to_parquet(tmp_path / "messages.parquet", index=False)
    return tmp_path


def timeline(folder: Path, **rules: int):  # type: ignore[no-untyped-def]
    with DuckDBEngine() as engine:
        return build_timeline(engine, folder, folder, MeasurementPart(**rules), None)


def test_weeks_that_lack_a_monday_or_a_weekend_count_as_whole(tmp_path: Path) -> None:
    # From a Tuesday to a Friday, 12 weeks in all.
    days = [d for d in range(MONDAY + 1, MONDAY + 82) if (d + 3) % 7 < 5]
    found = timeline(weekly(tmp_path, days))
    assert [w.first_day for w in found.windows] == [MONDAY, MONDAY + 28, MONDAY + 56]
    assert len(found.periods) == 1
    # From a Wednesday on the first week is not whole, and only two windows fit.
    found = timeline(weekly(tmp_path, [d for d in days if d >= MONDAY + 2]))
    assert [w.first_day for w in found.windows] == [MONDAY + 28, MONDAY + 56]


def test_a_stray_date_years_away_moves_no_window(tmp_path: Path) -> None:
    days = [d for d in range(MONDAY, MONDAY + 84) for _ in range(20)]
    usual = timeline(weekly(tmp_path, days))
    with_strays = timeline(weekly(tmp_path, [MONDAY - 4000, *days, MONDAY + 3000]))
    assert with_strays.windows == usual.windows


def test_less_than_a_window_of_data_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="less than one window"):
        timeline(weekly(tmp_path, list(range(MONDAY, MONDAY + 21))))


@pytest.mark.parametrize(
    ("explicit", "pseudo", "wanted", "chosen"),
    [
        (5, 5, "auto", "explicit"),
        (4, 5, "auto", "pseudo"),
        (4, 5, "explicit", "explicit"),
        (0, 5, "explicit", "none"),
        (0, 0, "auto", "none"),
    ],
)
def test_one_kind_of_link_serves_the_whole_run(
    tmp_path: Path, explicit: int, pseudo: int, wanted: str, chosen: str
) -> None:
    counts = [("explicit", explicit), ("pseudo", pseudo)]
    rows = pd.DataFrame(counts, columns=["reply_quality", "n"]).query("n > 0")
    ANSWER_CHANNELS.write(rows.assign(week=MONDAY, channel="email"), tmp_path)
    with DuckDBEngine() as engine:
        assert choose_quality(engine, tmp_path, wanted) == chosen
