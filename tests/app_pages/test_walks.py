"""A walk through the true app: it offers what was released, no look tells of a hidden group."""

from __future__ import annotations

import re

import numpy as np
import pytest
from app_text import text_of

from audit.validate.attacks.floor_fuzz import _betrays
from core.published import Published

STEPS = 12


@pytest.fixture
def published(runs) -> Published:
    return Published(runs["full"] / "published")


def test_the_app_offers_released_groups_and_slices_alone(open_app, published) -> None:
    groups, units = published.table("org_groups"), published.table("units")
    at = open_app("full", "unit")
    names = at.selectbox(key="open_unit").options
    assert len(names) > 50
    assert set(names) <= {*groups["name"], *units["name"]}
    shown = groups[groups["is_shown"] & groups["is_leaf"]]["group_id"].iloc[-1]
    at.selectbox(key="open_unit").set_value(shown).run()
    slices = published.table("slices")
    kinds = slices.loc[slices["group_id"] == shown, "kind"].nunique()
    offered = [len(box.options) for box in at.selectbox if box.key == "slice_kind"]
    assert sum(offered) <= kinds


def test_no_look_of_a_random_walk_tells_of_a_hidden_group(open_app, published) -> None:
    groups = published.table("org_groups")
    latest = groups[groups["window_id"] == groups["window_id"].max()]
    hidden = latest[~latest["is_shown"].astype(bool)]
    others = set(latest.loc[latest["is_shown"].astype(bool), "name"])
    names = [n for n in hidden["name"] if not any(n in other for other in others)]
    assert names
    rng = np.random.default_rng(7)
    at = open_app("full", "unit")
    n_hidden = 0
    for _ in range(STEPS):
        chosen = latest.iloc[int(rng.integers(len(latest)))]
        if rng.random() < 0.5:
            chosen = hidden.iloc[int(rng.integers(len(hidden)))]
        at.selectbox(key="open_unit").set_value(chosen["group_id"]).run()
        assert not at.exception
        if not chosen["is_shown"]:
            n_hidden += 1
            assert chosen["name"] in text_of(at)
            told = [line for line in re.split(r"[.\n]", text_of(at)) if _betrays(line, names)]
            assert told == []
            assert not at.get("vega_lite_chart")
    assert n_hidden >= 3
