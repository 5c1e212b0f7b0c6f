"""By location and level on the unit page: released slices only, hidden ones last, no filter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from app_text import text_of
from made_up_release import make_release

from app_pages import _slices
from app_pages._groups import Group
from core.rows import rows
from reports.brief import Brief


def group_of(brief: Brief, name: str) -> Group:
    row = next(r for r in rows(brief.groups) if r.text("group_id") == name)
    return Group(
        name, row.text("name"), row.maybe_text("parent_id"), None, row.whole("depth"),
        row.text("path"), False, True, None, row.maybe_text("n_band"), "none", "", None, "", "",
        (),
    )  # fmt: skip


def table(brief: Brief, group: str, kind: str, indicator: str = "response_rate") -> str:
    entry = next(r for r in rows(brief.indicators) if r.text("indicator") == indicator)
    return str(_slices.slice_table(brief, group_of(brief, group), kind, entry))


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return Brief.gather(make_release(tmp_path_factory.mktemp("made")))


def test_the_unit_page_offers_released_slices_and_says_they_are_described(open_app) -> None:
    at = open_app("full", "unit", unit="operations")
    text = text_of(at)
    assert "By location and level" in text
    assert "Described, not judged" in text
    kind = at.selectbox(key="slice_kind")
    assert kind.options == ["Location", "Level"]
    assert at.selectbox(key="slice_indicator").value == "response_rate"
    assert "Aarhus" in text
    assert "Ghent" in text
    other = kind.set_value("unit_level").run()
    assert not other.exception
    assert "Level 3" in text_of(other)
    assert "Aarhus" not in text_of(other)


def test_the_whole_can_be_split_by_both_at_once_and_a_team_by_nothing(open_app) -> None:
    at = open_app("full", "unit", unit="org")
    options = at.selectbox(key="slice_kind").options
    assert options == ["Location", "Level", "Location and level"]
    team = open_app("full", "unit", unit="operations-fleet")
    assert _slices.NOTHING in text_of(team)
    assert not [box for box in team.selectbox if box.key == "slice_kind"]


def test_a_release_without_slices_says_so(open_app) -> None:
    assert _slices.NOTHING in text_of(open_app("smallest", "unit", unit="org"))


def test_hidden_slices_come_last_with_the_reason_and_nothing_drawn(brief: Brief) -> None:
    lines = table(brief, "org", "location_level").split("<tr>")[2:]
    assert "All of Halden Group" in lines[0]
    assert [line.split("<")[1].split(">")[1] for line in lines[1:]] == [
        "Aarhus, level 2", "Aarhus, level 3", "Ghent, level 2", "Ghent, level 3",
    ]  # fmt: skip
    assert "iso-range" not in lines[-1]
    assert "Would reveal a smaller group" in lines[-1]
    assert "20–49 people" not in lines[-1]
    assert all("20–49 people" in line and "35 to 55" in line for line in lines[1:-1])


def test_intervals_are_drawn_on_the_scale_of_the_indicator(brief: Brief) -> None:
    aarhus = table(brief, "operations", "unit_location").split("<tr>")[3]
    # 45 with 35 to 55 on 0 to 100.
    assert '<i style="left:35%;width:20%"></i><b style="left:45%"></b>' in aarhus


def test_the_page_has_no_free_filter(brief: Brief) -> None:
    # What can be picked: kinds that the release holds for the unit, and indicators with a number.
    source = Path(_slices.__file__).read_text()
    for widget in ("multiselect", "text_input", "slider", "number_input", "data_editor"):
        assert f"st.{widget}" not in source
    bare = replace(brief, slices=brief.slices.iloc[:0], slice_values=brief.slice_values.iloc[:0])
    assert table(bare, "org", "location").count("<tr>") == 2  # the head and the unit itself


def test_hostile_places_stay_text(open_app) -> None:
    at = open_app("hostile", "unit", unit="org")
    markup = "".join(block.proto.body for block in at.get("html"))
    assert "<img" not in markup
    assert "&lt;img src=x onerror=alert(1)&gt;" in markup
