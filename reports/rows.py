"""Rows behind the charts and tables: one per group, in the order of reading, words filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import pandas as pd

from reports import theme
from reports.brief import Brief
from reports.theme import Layer

Value = TypeVar("Value", str, float, bool)
MOST_MARKS = 300
_ESTIMATE = ["effect", "low", "high", "scale"]


def group_rows(brief: Brief, layer: Layer) -> pd.DataFrame:
    """Return every group with its state in one layer, or in both read together.

    Columns: id, name, division, division_id, depth, is_leaf, is_shown, band, state, state_word,
    sentence, caveat, effect, low, high, scale, odds. Numbers of a hidden group are null.
    """
    groups = brief.groups
    names = dict(zip(groups["group_id"], groups["name"], strict=True))
    leading = brief.about.leads_with if layer == "both" else layer
    verdicts = brief.verdicts[brief.verdicts["layer"] == leading]
    wanted = ["group_id", "verdict", "sentence", "caveat", "leaning", "odds_words", *_ESTIMATE]
    rows = groups.merge(verdicts[wanted], on="group_id", how="left", validate="one_to_one")
    shown = rows["is_shown"]
    state = _text(rows["verdict"], "not_enough_evidence").where(shown, "not_shown")
    reason = pd.Series([theme.not_shown(why) for why in _text(rows["why_hidden"])], rows.index)
    frame = pd.DataFrame(
        {
            "id": rows["group_id"],
            "name": rows["name"],
            "division": looked_up(rows["division_id"], names, ""),
            "division_id": _text(rows["division_id"]),
            "depth": rows["depth"],
            "is_leaf": rows["is_leaf"],
            "is_shown": shown,
            "band": pd.Series([theme.people(band) for band in _text(rows["n_band"])], rows.index),
            "n_band": rows["n_band"].where(shown, None),
            "state": state,
            "state_word": looked_up(state, {k: s.word for k, s in theme.STATES.items()}, ""),
            "sentence": _text(rows["sentence"]).where(shown, reason),
            "caveat": _text(rows["caveat"]),
            "odds": _odds(rows).where(shown, ""),
            "scale": _text(rows["scale"], "points"),
        }
    )
    for column in ("effect", "low", "high"):
        frame[column] = rows[column].where(shown).astype("float64")
    return _joined(brief, frame) if layer == "both" else frame


def map_rows(brief: Brief, layer: Layer) -> pd.DataFrame:
    """Return one row per mark of the map: `group_rows` with x and y, both within -1 to 1.

    Marks are the leaf groups; beyond 300 of them the divisions stand for what is below them.
    """
    places = brief.unit_map
    n_leaves = int((places["kind"] == "leaf").sum())
    kind = "leaf" if n_leaves <= MOST_MARKS else "division"
    marks = places.loc[places["kind"] == kind, ["group_id", "x", "y"]]
    rows = group_rows(brief, layer)
    return rows.merge(
        marks.rename(columns={"group_id": "id"}), on="id", how="inner", validate="one_to_one"
    )


def island_rows(brief: Brief, layer: Layer) -> pd.DataFrame:
    """Return one row per island: id, name, state, state_word, is_leaf, x, y, radius.

    An island is a division; a leaf group with no division above it is an island of its own.
    """
    places = brief.unit_map
    islands = places[(places["kind"] == "division") | (places["radius"] > 0)]
    rows = group_rows(brief, layer)[["id", "name", "state", "state_word", "is_leaf"]]
    return (
        islands[["group_id", "x", "y", "radius"]]
        .rename(columns={"group_id": "id"})
        .merge(rows, on="id", how="inner", validate="one_to_one")
    )


def table_rows(brief: Brief) -> pd.DataFrame:
    """Return the table twin of the map: every group but the whole, both verdicts in words.

    Columns: id, name, division, is_shown, band, behaviour, perception, joint, estimate,
    interval, leaning, why. A group that is not shown has words only.
    """
    both = group_rows(brief, "both")
    both = both[both["depth"] > 0]
    frame = both[
        ["id", "name", "division", "depth", "is_leaf", "is_shown", "band", "state"]
    ].copy()
    for layer in ("behaviour", "perception"):
        words = group_rows(brief, layer).set_index("id")
        frame[layer] = frame["id"].map(words["state_word"])
        frame[f"{layer}_state"] = frame["id"].map(words["state"])
        frame[f"{layer}_effect"] = frame["id"].map(_effects(words))
        frame[f"{layer}_interval"] = frame["id"].map(_intervals(words))
    readings = dict(zip(brief.joint["group_id"], brief.joint["joint"], strict=True))
    frame["joint"] = looked_up(looked_up(frame["id"], readings, "none"), theme.JOINT_WORDS, "")
    frame["leaning"] = both["odds"]
    frame["why"] = both["sentence"].where(~both["is_shown"], "")
    return frame.reset_index(drop=True)


def fills(rows: pd.DataFrame, colours: theme.Palette) -> pd.Series:
    """Return the fill of each row's mark: that of its state, else the estimate as a pale tint."""
    half = (rows["high"] - rows["low"]) / 2
    cells = zip(rows["state"], rows["effect"], half, rows["scale"], strict=True)
    return pd.Series(
        [
            colours.fills.get(state) or theme.suppressed_fill(effect, width, scale, colours)
            for state, effect, width, scale in cells
        ],
        index=rows.index,
        dtype="str",
    )


def looked_up(
    keys: pd.Series, table: Mapping[str, Value], default: Value, kind: str = "str"
) -> pd.Series:
    """Return a value for each key; a frame without rows keeps the wanted type."""
    return pd.Series([table.get(key, default) for key in keys], index=keys.index, dtype=kind)


def _joined(brief: Brief, frame: pd.DataFrame) -> pd.DataFrame:
    """Put the joint reading in the place of the leading layer's word, where there is one."""
    joint = brief.joint
    readings = dict(zip(joint["group_id"], joint["joint"], strict=True))
    sentences = dict(zip(joint["group_id"], joint["sentence"], strict=True))
    reading = looked_up(frame["id"], readings, "none")
    read = reading.isin(list(theme.JOINT_STATES)) & frame["is_shown"]
    return frame.assign(
        state=frame["state"].where(~read, looked_up(reading, theme.JOINT_STATES, "")),
        state_word=frame["state_word"].where(~read, looked_up(reading, theme.JOINT_WORDS, "")),
        sentence=frame["sentence"].where(~read, looked_up(frame["id"], sentences, "")),
    )


def _odds(rows: pd.DataFrame) -> pd.Series:
    pairs = zip(_text(rows["leaning"]), _text(rows["odds_words"]), strict=True)
    return pd.Series([theme.leaning(*pair) for pair in pairs], rows.index, dtype="str")


def _text(column: pd.Series, default: str = "") -> pd.Series:
    """Return a column as text, also where it holds nothing but nulls."""
    cells = [default if pd.isna(cell) else str(cell) for cell in column]
    return pd.Series(cells, index=column.index, dtype="str")


def _effects(words: pd.DataFrame) -> pd.Series:
    return pd.Series(
        [
            "" if pd.isna(effect) else f"{theme.signed(effect, scale)} {theme.unit_word(scale)}"
            for effect, scale in zip(words["effect"], words["scale"], strict=True)
        ],
        index=words.index,
        dtype="str",
    )


def _intervals(words: pd.DataFrame) -> pd.Series:
    return pd.Series(
        [
            "" if pd.isna(low) else theme.interval(low, high, scale)
            for low, high, scale in zip(words["low"], words["high"], words["scale"], strict=True)
        ],
        index=words.index,
        dtype="str",
    )
