"""Every indicator against what indicators promise, whichever they are."""

from __future__ import annotations

import re
from dataclasses import replace

import made_up_traffic as traffic
import made_up_view as made
import numpy as np
import pandas as pd
import pytest
from made_up_full import full_view, renamed

from audit.plan import Plugin
from audit.registry import SHAPES, indicators
from audit.view import WindowView, settled_members
from core.elements import BESIDE, ELEMENTS

PLUGINS = list(indicators)
# Interviews give words, not numbers: their shape is tested with them.
MEASURED = [plugin for plugin in PLUGINS if plugin.meta.layer != "interviews"]
BEHAVIOUR = [plugin for plugin in PLUGINS if plugin.meta.layer == "behaviour"]
# What 24 people in three units are too few for: worked out by hand with more of them.
TOO_BIG = {
    *("coldness_neighbours", "hybrid_attention", "hybrid_equity"),
    *("recognition_junior", "recognition_remote"),
}
SECTIONS = ("Formula:", "Shape:", "Unit:", "Range:", "Minimum:", "Known bias:", "Source:", ">>>")
FORBIDDEN = re.compile(
    r"emotion|mood|sentiment|personality|stress|burnout|productiv|perform|score of a person", re.I
)


def each(plugins: list[Plugin]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("plugin", plugins, ids=[plugin.name for plugin in plugins])


def computed(plugin: Plugin, view: WindowView) -> pd.DataFrame:
    rows = plugin.function(view.named(plugin.name))
    return rows.sort_values(list(rows.columns[:2])).reset_index(drop=True)


@each(PLUGINS)
def test_an_indicator_says_what_it_is(plugin: Plugin) -> None:
    meta = plugin.meta
    assert re.fullmatch(r"[A-Z]\d[a-d]?", meta.code)
    assert meta.question.endswith("?")
    assert meta.cannot_show.endswith(".")
    assert min(len(meta.title), len(meta.source), len(meta.element)) > 5
    doc = plugin.function.__doc__ or ""
    assert [section for section in SECTIONS if section not in doc] == []


@each(MEASURED)
def test_an_indicator_speaks_of_an_element_of_the_one_list(plugin: Plugin) -> None:
    assert plugin.meta.element in (*ELEMENTS, *BESIDE)


@each(PLUGINS)
def test_feelings_are_only_ever_asked_for(plugin: Plugin) -> None:
    is_asked = plugin.meta.layer in ("perception", "interviews")
    assert (plugin.meta.quadrant == "thinks_feels") == is_asked
    assert bool(plugin.meta.construct) == (plugin.meta.layer == "perception")
    if not is_asked:
        assert not FORBIDDEN.search(f"{plugin.name} {plugin.meta.title} {plugin.meta.question}")


def test_codes_are_unique() -> None:
    codes = [plugin.meta.code for plugin in PLUGINS]
    assert len(set(codes)) == len(codes)


@each(MEASURED)
def test_the_shape_is_the_one_that_is_declared(plugin: Plugin) -> None:
    rows = computed(plugin, full_view())
    assert set(SHAPES[plugin.meta.gives]) <= set(rows.columns)
    # A group has a value, or a reason why it has none.
    known = rows["value" if "value" in rows else "excess"].notna()
    assert known.any() == (plugin.name not in TOO_BIG)
    assert (known | rows["why"].notna() if "why" in rows else known).all()
    if plugin.meta.gives == "unit_values":
        assert rows["group_id"].is_unique
        assert rows["n_people"].gt(0).all()
    if plugin.meta.scale == "share" and "value" in rows:
        assert rows["value"].dropna().between(0, 1).all()
    if {"low", "high"} <= set(rows.columns):
        inside = rows["value"].between(rows["low"] - 1e-9, rows["high"] + 1e-9)
        assert (inside | rows["low"].isna()).all()


@each(PLUGINS)
def test_the_same_seed_gives_the_same_rows(plugin: Plugin) -> None:
    first, again = (computed(plugin, full_view()) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


@each(PLUGINS)
def test_an_empty_period_is_no_crash(plugin: Plugin) -> None:
    assert computed(plugin, made.view(with_edges=False)).empty


@each([plugin for plugin in BEHAVIOUR if plugin.name != "newcomers"])
def test_nobody_but_eligible_people_is_seen(plugin: Plugin) -> None:
    # Newcomers are not eligible yet: theirs is the one indicator about them.
    view = full_view()
    few = view.members[view.members["person_id"].str.startswith("a")]
    only = replace(view, members=few, settled=settled_members(few))
    people = view.tables.people[view.tables.people["person_id"].isin(few["person_id"])]
    rows = computed(plugin, traffic.with_tables(only, people=people))
    for column in ("person_id", "subject_id"):
        if column in rows:
            assert set(rows[column]) <= set(few["person_id"])
    if "group_id" in rows:
        assert set(rows["group_id"]) <= {"a", "org"}
        assert rows["n_people"].le(8).all()


@each([plugin for plugin in PLUGINS if plugin.meta.gives == "unit_values"])
def test_people_behind_a_group_are_never_fewer_than_those_behind_its_parts(plugin: Plugin) -> None:
    rows = computed(plugin, full_view()).set_index("group_id")["n_people"]
    if plugin.name not in TOO_BIG:
        assert rows["org"] >= rows.drop("org").sum()


@each(BEHAVIOUR)
def test_other_names_for_people_change_no_value(plugin: Plugin) -> None:
    view = full_view()
    # Reversed, so that the order of people changes too.
    other = {p: f"x{len(made.PEOPLE) - i:02d}" for i, p in enumerate(made.PEOPLE)}
    changed = renamed(view, other)
    column = "value" if plugin.meta.gives != "reply_sums" else "excess"
    if plugin.meta.gives == "unit_values":
        # The null is drawn; what is observed is not: everything is returned in a and c.
        observed = computed(plugin, changed).set_index("group_id")
        assert observed["n_observations"].equals(
            computed(plugin, view).set_index("group_id")["n_observations"]
        )
        return
    key = "person_id" if plugin.meta.gives == "reply_sums" else "subject_id"
    before = computed(plugin, view).assign(**{key: lambda d: d[key].map(other)})
    after = computed(plugin, changed)
    keys = ["window_id", key]
    np.testing.assert_allclose(
        before.sort_values(keys)[column].to_numpy(), after.sort_values(keys)[column].to_numpy()
    )
