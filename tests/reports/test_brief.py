from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from core.published import Published
from reports.brief import Brief
from reports.rows import group_rows, island_rows, map_rows, table_rows


def test_groups_that_are_not_shown_stand_last_a_to_z(full: Brief) -> None:
    for frame in (full.groups, group_rows(full, "both"), table_rows(full)):
        shown = frame["is_shown"].tolist()
        assert shown == sorted(shown, reverse=True)
        hidden = frame.loc[~frame["is_shown"], "name"].tolist()
        assert len(hidden) == 6  # by hand: the plants of the latest period
        assert hidden == sorted(hidden, key=str.casefold)


def test_shown_groups_stand_by_division_and_name(full: Brief) -> None:
    rows = table_rows(full)
    shown = rows[rows["is_shown"]]
    assert shown["division"].tolist() == sorted(shown["division"])
    first = shown[shown["division"] == "Operations"]
    assert first["name"].tolist() == [
        "Operations",
        "Dispatch",
        "Fleet",
        "Maintenance",
        "Stores",
        "Warehouse North",
        "Warehouse South",
    ]


def test_a_brief_holds_one_period(full: Brief, tmp_path: Path) -> None:
    assert full.period.label == "After"
    assert set(full.verdicts["window_id"]) == {full.period.window_id}
    assert set(full.findings["window_id"]) == {full.period.window_id}


def test_an_earlier_period_can_be_asked_for(published: Path) -> None:
    brief = Brief.gather(Published(published), 2)
    assert brief.period.window_id == 2
    with pytest.raises(UsageError, match="no period 99"):
        Brief.gather(Published(published), 99)


def test_tables_follow_the_order_of_the_groups(full: Brief) -> None:
    order = full.groups["group_id"].tolist()
    for frame in (full.verdicts, full.joint, full.values):
        places = [order.index(group) for group in frame["group_id"]]
        assert places == sorted(places)


def test_a_hidden_group_has_words_only(full: Brief) -> None:
    rows = map_rows(full, "both")
    hidden = rows[~rows["is_shown"]]
    assert set(hidden["state"]) == {"not_shown"}
    assert hidden[["effect", "low", "high"]].isna().all().all()
    assert hidden["n_band"].isna().all()
    assert set(hidden["odds"]) == {""}
    assert hidden["sentence"].str.startswith("Not shown: ").all()


def test_a_joint_reading_names_the_state(full: Brief) -> None:
    rows = group_rows(full, "both").set_index("id")
    assert rows.loc["operations-fleet", "state"] == "desert"
    assert rows.loc["operations-stores", "state_word"] == "Process desert"
    assert rows.loc["product-discovery", "state"] == "blind_spot"
    assert rows.loc["customer-care-complaints", "state_word"].endswith("cold network")
    behaviour = group_rows(full, "behaviour").set_index("id")
    assert behaviour.loc["product-discovery", "state"] == "hotspot"


def test_without_a_joint_reading_the_leading_layer_marks(small: Brief) -> None:
    assert small.about.leads_with == "perception"
    rows = group_rows(small, "both").set_index("id")
    assert rows.loc["studio-design", "state"] == "hotspot_watch"


def test_a_leaf_without_a_division_is_an_island(small: Brief) -> None:
    places = small.unit_map
    lonely = places["group_id"] == "studio-design"
    changed = places.assign(radius=places["radius"].where(~lonely, 0.2))
    brief = Brief(**{**small.__dict__, "unit_map": changed})
    assert "studio-design" in set(island_rows(brief, "both")["id"])
    assert "studio-design" in set(map_rows(brief, "both")["id"])


def test_the_smallest_release_has_no_map(smallest: Brief) -> None:
    assert map_rows(smallest, "both").empty
    assert table_rows(smallest).empty
    assert len(group_rows(smallest, "behaviour")) == 1
