from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import altair as alt
import pytest

from reports import pictures, theme
from reports.brief import Brief
from reports.charts import geometry
from reports.charts.intervals import IntervalView, interval_alt, interval_chart
from reports.charts.legend import legend_items
from reports.charts.org_map import MapView, map_alt, org_map
from reports.charts.shares import indicator_strip, share_alt, share_bars, share_rows

Rows = list[dict[str, Any]]


def _data(chart: alt.LayerChart) -> list[Rows]:
    return list(chart.to_dict(validate=False)["datasets"].values())


def _marks(chart: alt.LayerChart) -> Rows:
    return next(rows for rows in _data(chart) if rows and "told" in rows[0])


@pytest.fixture(scope="module")
def plain(full: Brief) -> alt.LayerChart:
    return org_map(full, MapView())


def test_the_map_has_one_mark_for_each_leaf_group(full: Brief, plain: alt.LayerChart) -> None:
    marks = _marks(plain)
    leaves = full.groups.loc[full.groups["is_leaf"], "group_id"]
    assert {row["id"] for row in marks} == set(leaves)
    assert len(marks) == len(leaves)


def test_a_click_selects_by_id(plain: alt.LayerChart) -> None:
    spec = plain.to_dict()  # checked against the schema
    assert [p["name"] for p in spec["params"]] == ["unit"]
    assert spec["params"][0]["select"]["fields"] == ["id"]


@pytest.mark.parametrize("layer", ["both", "behaviour", "perception"])
def test_hidden_marks_are_alike_and_hold_nothing(full: Brief, layer: theme.Layer) -> None:
    marks = _marks(org_map(full, MapView(layer=layer, selected="operations-fleet")))
    hidden = [row for row in marks if row["state"] == "not_shown"]
    assert len(hidden) == 6  # by hand: the plants
    looks = {(row["size"], row["shape"], row["fill"], row["dash"]) for row in hidden}
    assert looks == {(24.0**2, "diamond", "#ffffff", True)}
    allowed = {
        "id",
        "name",
        "division",
        "division_id",
        "depth",
        "is_leaf",
        "is_shown",
        "band",
        "state",
        "state_word",
        "sentence",
        "odds",
        "px",
        "py",
        "size",
        "shape",
        "fill",
        "dash",
        "told",
    }
    assert set(hidden[0]) == allowed
    for row in hidden:
        told = " ".join(str(row[k]) for k in ("band", "sentence", "odds"))
        assert not re.search(r"\d+ (points|SD)|\d–\d", told)


def test_no_chart_holds_a_count_of_people(full: Brief) -> None:
    for rows in _data(org_map(full, MapView(is_print=True))):
        for row in rows:
            assert not {"n_people", "people", "effect", "low", "high"} & set(row)


def test_no_line_touches_a_hidden_group(full: Brief) -> None:
    chart = org_map(full, MapView(strength=1))
    marks = _marks(chart)
    hidden = {(row["px"], row["py"]) for row in marks if row["state"] == "not_shown"}
    lines = next(rows for rows in _data(chart) if rows and "px2" in rows[0])
    ends = {(r["px"], r["py"]) for r in lines} | {(r["px2"], r["py2"]) for r in lines}
    assert not ends & hidden
    assert len(lines) == len(full.edges)


def test_the_open_group_shows_all_its_contact_in_ink(full: Brief) -> None:
    opened = "operations-fleet"
    chart = org_map(full, MapView(strength=5, selected=opened))
    lines = next(rows for rows in _data(chart) if rows and "px2" in rows[0])
    own = full.edges[
        (full.edges["source_group_id"] == opened) | (full.edges["target_group_id"] == opened)
    ]
    assert sum(row["line"] == theme.LIGHT.ink for row in lines) == len(own) > 0


def test_circles_stay_circles_in_any_frame(full: Brief) -> None:
    for width, height in ((900, None), (900, 400), (500, 900)):
        frame = geometry.frame_for(full.unit_map, width, height)
        assert frame.x(0.5) - frame.x(0.0) == pytest.approx(frame.y(0.0) - frame.y(0.5), abs=0.11)
        for row in full.unit_map.itertuples():
            assert frame.x(row.x - row.radius) >= 0
            assert frame.x(row.x + row.radius) <= frame.width
            assert frame.y(row.y + row.radius) >= 0
            assert frame.y(row.y - row.radius) <= frame.height


def test_labels_do_not_lie_on_each_other(plain: alt.LayerChart) -> None:
    labels = next(rows for rows in _data(plain) if rows and "label" in rows[0])
    boxes = [
        geometry.title_box(r["px"], r["py"], r["label"][: len(r["label"]) * 6 // 7])
        for r in labels
    ]
    assert len(boxes) == 8  # by hand: leaves that are desert, hotspot or blind spot in Both
    for i, box in enumerate(boxes):
        assert all(box.overlap(other) == 0 for other in boxes[i + 1 :])


def test_the_map_of_the_smallest_release_is_empty_and_valid(smallest: Brief) -> None:
    chart = org_map(smallest, MapView())
    assert chart.to_dict()["height"] == 120
    assert pictures.svg(chart).startswith("<svg")


def test_every_chart_says_what_it_shows(full: Brief) -> None:
    quiet = full.joint.merge(full.groups[["group_id", "is_leaf"]], on="group_id")
    quiet = quiet[quiet["is_leaf"] & (quiet["joint"] == "none")]
    typical = int((quiet["behaviour"] == "typical").sum())
    assert map_alt(full, "both") == (  # the rest by hand, from the plants
        "Map of 59 groups in divisions: desert 2; watch, colder 3; hotspot 2; watch, warmer 3; "
        f"blind spot 4; typical {typical}; not enough evidence {len(quiet) - typical}; "
        "not shown 6."
    )
    assert "Fleet (desert)" in interval_alt(full, IntervalView())
    assert "Coverage, chat: about 65 %" in share_alt(full)
    for chart in (
        org_map(full, MapView()),
        interval_chart(full, IntervalView()),
        share_bars(full),
        indicator_strip(full, "response_rate"),
    ):
        assert len(chart.to_dict(validate=False)["description"]) > 20


def test_intervals_end_with_hidden_groups_in_either_order(full: Brief) -> None:
    for order in ("name", "evidence"):
        rows = next(
            r
            for r in _data(interval_chart(full, IntervalView(order=order)))
            if r and "words" in r[0]
        )
        hidden = [row for row in rows if row["words"].startswith("Not shown: ")]
        assert rows[-6:] == hidden
        assert [r["name"] for r in hidden] == sorted(r["name"] for r in hidden)
        assert all(row["numbers"] == "" for row in hidden)


def test_strongest_evidence_can_stand_first(full: Brief) -> None:
    rows = next(
        r
        for r in _data(interval_chart(full, IntervalView(order="evidence")))
        if r and "words" in r[0]
    )
    assert [row["name"] for row in rows[:3]] == ["Complaints", "Discovery", "Dispatch"]


def test_status_only_groups_keep_their_word(full: Brief) -> None:
    verdicts = full.verdicts.copy()
    mine = verdicts["group_id"] == "operations-fleet"
    verdicts.loc[mine, ["effect", "low", "high"]] = float("nan")
    brief = Brief(**{**full.__dict__, "verdicts": verdicts})
    rows = next(r for r in _data(interval_chart(brief, IntervalView())) if r and "words" in r[0])
    assert next(r["words"] for r in rows if r["name"] == "Fleet") == "Desert"


def test_the_strip_has_a_dot_for_each_shown_leaf(full: Brief) -> None:
    chart = indicator_strip(full, "response_rate", "operations-fleet")
    dots = next(rows for rows in _data(chart) if rows)
    assert len(dots) == 53  # by hand: 59 leaf groups, 6 hidden
    assert sum(row["is_selected"] for row in dots) == 1
    assert not any(row["name"] == "Safety" for row in dots)


def test_shares_stand_against_their_gates(full: Brief) -> None:
    gates = dict(zip(share_rows(full)["label"], share_rows(full)["gate"], strict=True))
    assert gates["Coverage, email"] == 70
    assert gates["Response, wave 1"] == 50


def test_the_legend_says_that_a_hotspot_is_good() -> None:
    items = legend_items("both")
    assert len(items) == 8
    assert "this is good" in next(i.says for i in items if i.state == "hotspot")
    assert [i.state for i in legend_items("behaviour")].count("blind_spot") == 0
    for item in items:
        ET.fromstring(item.svg)  # noqa: S314  our own constant


def test_a_picture_is_the_same_twice_and_holds_no_address(hostile: Brief) -> None:
    chart = org_map(hostile, MapView(is_print=True))
    first, second = pictures.svg(chart, "a"), pictures.svg(chart, "a")
    assert first == second
    root = ET.fromstring(first)  # noqa: S314  our own file
    for part in root.iter():
        assert not part.tag.endswith(("image", "script", "a"))
        assert not [v for k, v in part.attrib.items() if k.endswith("href")]


def test_pictures_on_one_page_do_not_share_ids(full: Brief) -> None:
    clipped = alt.layer(
        alt.Chart(alt.Data(values=[{"x": 1}])).mark_point(clip=True).encode(x="x:Q")
    )
    ids = [re.findall(r'id="([^"]+)"', pictures.svg(clipped, prefix)) for prefix in ("a", "b")]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    assert pictures.svg(clipped, "a") == pictures.svg(clipped, "a")


def test_a_png_has_the_wanted_size(full: Brief) -> None:
    picture = pictures.png(share_bars(full), scale=1)
    assert picture.startswith(b"\x89PNG")
