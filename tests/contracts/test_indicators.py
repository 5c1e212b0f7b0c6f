"""Every indicator against what indicators promise, whichever they are."""

from __future__ import annotations

import re
from dataclasses import replace

import made_up_view as made
import numpy as np
import pandas as pd
import pytest

from audit.plan import Plugin
from audit.registry import SHAPES, indicators
from audit.view import WindowView, settled_members

PLUGINS = list(indicators)
# Interviews give words, not numbers: their shape is tested with them.
MEASURED = [plugin for plugin in PLUGINS if plugin.meta.layer != "interviews"]
BEHAVIOUR = [plugin for plugin in PLUGINS if plugin.meta.layer == "behaviour"]
SECTIONS = ("Formula:", "Shape:", "Unit:", "Range:", "Minimum:", "Known bias:", "Source:", ">>>")
FORBIDDEN = re.compile(
    r"emotion|mood|sentiment|personality|stress|burnout|productiv|perform|score of a person", re.I
)


def each(plugins: list[Plugin]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("plugin", plugins, ids=[plugin.name for plugin in plugins])


def full_view(seed: int = 7) -> WindowView:
    """Return a view in which every indicator has something to say."""
    weeks = [
        made.person_weeks([(p, 10, 4 + i % 3, 5.0) for i, p in enumerate(made.PEOPLE)], outcome)
        for outcome in ("answered", "answered_up")
    ]
    counts = [(p, "received_off_hours", i % 4, 10) for i, p in enumerate(made.PEOPLE)]
    asked = made.answers({f"{p}-form": 1.0 + i % 7 for i, p in enumerate(made.PEOPLE)})
    constructs = [plugin.meta.construct for plugin in PLUGINS if plugin.meta.construct]
    scales = [
        made.answers({f"{p}-form": 2.0 + i % 5 for i, p in enumerate(made.PEOPLE)}, name).scales[0]
        for name in constructs
        if name != "felt_listening"
    ]
    scales = [replace(scale, options=11 if scale.scale_id == "enps" else 7) for scale in scales]
    return made.view(
        weeks=pd.concat(weeks, ignore_index=True),
        counts=made.person_counts(counts),
        asked=replace(asked, scales=(*asked.scales, *scales)),
        seed=seed,
    )


def computed(plugin: Plugin, view: WindowView) -> pd.DataFrame:
    rows = plugin.function(view.named(plugin.name))
    return rows.sort_values(list(rows.columns[:2])).reset_index(drop=True)


@each(PLUGINS)
def test_an_indicator_says_what_it_is(plugin: Plugin) -> None:
    meta = plugin.meta
    assert re.fullmatch(r"[A-Z]\d", meta.code)
    assert meta.question.endswith("?")
    assert meta.cannot_show.endswith(".")
    assert min(len(meta.title), len(meta.source), len(meta.element)) > 5
    doc = plugin.function.__doc__ or ""
    assert [section for section in SECTIONS if section not in doc] == []


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
    assert len(rows) > 0
    assert set(SHAPES[plugin.meta.gives]) <= set(rows.columns)
    assert rows["value" if "value" in rows else "excess"].notna().all()
    if plugin.meta.gives == "unit_values":
        assert rows["group_id"].is_unique
        assert rows["n_people"].gt(0).all()
    if plugin.meta.scale == "share" and "value" in rows:
        assert rows["value"].between(0, 1).all()


@each(PLUGINS)
def test_the_same_seed_gives_the_same_rows(plugin: Plugin) -> None:
    first, again = (computed(plugin, full_view()) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


@each(PLUGINS)
def test_an_empty_period_is_no_crash(plugin: Plugin) -> None:
    assert computed(plugin, made.view(with_edges=False)).empty


@each(BEHAVIOUR)
def test_nobody_but_eligible_people_is_seen(plugin: Plugin) -> None:
    view = full_view()
    few = view.members[view.members["person_id"].str.startswith("a")]
    rows = computed(plugin, replace(view, members=few, settled=settled_members(few), _graphs={},
                                    _placed={}))  # fmt: skip
    for column in ("person_id", "subject_id"):
        if column in rows:
            assert set(rows[column]) <= set(few["person_id"])
    if "group_id" in rows:
        assert set(rows["group_id"]) <= {"a", "org"}
        assert rows["n_people"].le(8).all()


@each([plugin for plugin in PLUGINS if plugin.meta.gives == "unit_values"])
def test_people_behind_a_group_are_never_fewer_than_those_behind_its_parts(plugin: Plugin) -> None:
    rows = computed(plugin, full_view()).set_index("group_id")["n_people"]
    assert rows["org"] >= rows.drop("org").sum()


@each(BEHAVIOUR)
def test_other_names_for_people_change_no_value(plugin: Plugin) -> None:
    view = full_view()
    # Reversed, so that the order of people changes too.
    other = {p: f"x{len(made.PEOPLE) - i:02d}" for i, p in enumerate(made.PEOPLE)}
    tables = view.tables
    renamed = replace(
        view,
        members=view.members.assign(person_id=view.members["person_id"].map(other)),
        settled=view.settled.assign(person_id=view.settled["person_id"].map(other)),
        tables=replace(
            tables,
            person_weeks=_mapped(tables.person_weeks, other, "person_id"),
            person_counts=_mapped(tables.person_counts, other, "person_id"),
            edges=_mapped(tables.edges, other, "source_id", "target_id"),
        ),
        _graphs={},
        _placed={},
    )
    column = "value" if plugin.meta.gives != "reply_sums" else "excess"
    if plugin.meta.gives == "unit_values":
        # The null is drawn; what is observed is not: everything is returned in a and c.
        observed = computed(plugin, renamed).set_index("group_id")
        assert observed["n_observations"].equals(
            computed(plugin, view).set_index("group_id")["n_observations"]
        )
        return
    key = "person_id" if plugin.meta.gives == "reply_sums" else "subject_id"
    before = computed(plugin, view).assign(**{key: lambda d: d[key].map(other)})
    after = computed(plugin, renamed)
    keys = ["window_id", key]
    np.testing.assert_allclose(
        before.sort_values(keys)[column].to_numpy(), after.sort_values(keys)[column].to_numpy()
    )


def _mapped(frame: pd.DataFrame, names: dict[str, str], *columns: str) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].map(names) for column in columns})
