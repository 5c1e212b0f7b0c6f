"""How each lead verdict fares when people or a channel are missing, and how well it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.identifiability import senders_elsewhere
from audit.judging import Judged
from audit.plan import Plugin
from audit.statistics.effects import PersonEffects, build_groups
from audit.statistics.family import distinct_groups, family_numbers, test_family, tree_levels
from audit.statistics.pooling import reply_effects
from audit.statistics.rejudging import Yardstick, normal_tests, words_without
from audit.statistics.verdicts import GroupEvidence, JudgeRules, ruled
from audit.survey_checks import survey_checks
from audit.view import WindowView

BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.str_]

MISSING = {"missing_10": 0.10, "missing_20": 0.20, "missing_30": 0.30}
DELETIONS = 60
LEAST_AGREEMENT = 0.80
CHANNEL_DRAWS = 999
STILL_SEEN = 0.5
"""Share of a group's informative people who must still be seen without a channel: else it is the
loss of nearly all messages that is looked at, not the loss of a channel."""
COLUMNS = ("group_id", "layer", "kind", "detail", "value", "n", "is_enough")


@dataclass(frozen=True)
class Lead:
    """The lead of a layer as it was judged."""

    plugin: Plugin
    judged: Judged


def robustness_rows(view: WindowView, lead: Lead) -> pd.DataFrame:
    """Return ROBUSTNESS rows (without window_id) of a layer's lead."""
    layer, basis = lead.plugin.meta.layer, lead.judged.basis
    if basis is None or not lead.judged.judgement["effect"].notna().any():
        return pd.DataFrame(columns=list(COLUMNS))
    named = view.named(lead.plugin.name)
    yardstick = Yardstick.of(basis.effects, basis.groups, lead.judged.judgement, basis.rules)
    found = [missing_people(yardstick, lead.judged.judgement, named.generator("missing"))]
    if layer == "behaviour":
        found.append(_without_channels(named, lead))
        found.append(_identified(view, lead.judged.judgement))
    else:
        found.append(survey_checks(view, lead.plugin.meta.construct, lead.judged))
    rows = pd.concat([part for part in found if len(part)], ignore_index=True)
    return rows.assign(layer=layer).reindex(columns=list(COLUMNS)).astype({"n": "int32"})


def missing_people(
    yardstick: Yardstick, judgement: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """How often each verdict stays when 10, 20 and 30 % of all people are missing at random.

    Formula
        Share of 60 random deletions, per size, in which the group stands on the same side: a
        desert or a colder watch stays one of the two, a hotspot or a warmer watch likewise, and
        a group without either stays without. Judged by `words_without`.
    Shape
        `judgement`: result of `judge`. Three rows per tested group: group_id, kind, value, n,
        is_enough (value >= .80).
    Unit
        Share. Range: 0 to 1.
    Edge cases
        Groups without a test have no rows.
    Null
        That of the full judgement.
    Raises
        Nothing.
    Source
        `docs/method.md`, missing data.

    >>> missing_people(yardstick, judgement, np.random.default_rng(1))["value"].min()
    0.62
    """
    ids = list(yardstick.groups.group_ids)
    words = judgement.set_index("group_id").loc[ids, "verdict"].to_numpy(dtype=str)
    parts = []
    for kind, share in MISSING.items():
        drawn = _deletions(len(yardstick.effects.persons), share, rng)
        kept = side(words_without(yardstick, drawn)) == side(words)
        rows = pd.DataFrame({"group_id": ids, "kind": kind, "value": kept.mean(axis=0)})
        parts.append(rows.assign(n=DELETIONS, is_enough=rows["value"] >= LEAST_AGREEMENT))
    return pd.concat(parts, ignore_index=True)


def without_channel(verdicts: pd.Series, judged: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return one row per group: whether its verdict stays without each channel, and the worst.

    `verdicts` by group_id; `judged` holds, by channel left out, the verdicts of the groups of
    which at least half of the informative people could still be judged.
    The share of those channels without which it stays is the value; `detail` names the channel
    without which it does not, else the one that was left out. No channel could be left out: n is
    0 and the value is missing.
    """
    own = dict(zip(verdicts.index, side(verdicts.to_numpy(dtype=str)), strict=True))
    rows = []
    for group in verdicts.index:
        stays = {
            channel: bool(side(np.array([str(found[group])]))[0] == own[group])
            for channel, found in judged.items()
            if group in found.index
        }
        lost = sorted(channel for channel, kept in stays.items() if not kept)
        rows.append(
            {
                "group_id": group,
                "kind": "without_channel",
                "detail": next(iter(lost or sorted(stays)), None),
                "value": float(np.mean(list(stays.values()))) if stays else np.nan,
                "n": len(stays),
                "is_enough": bool(stays) and not lost,
            }
        )
    return pd.DataFrame(rows)


def side(words: TextArray) -> npt.NDArray[np.int64]:
    """Return -1 for a desert or a colder watch, 1 for a hotspot or a warmer watch, else 0."""
    colder = np.char.startswith(words, "desert")
    warmer = np.char.startswith(words, "hotspot")
    sides: npt.NDArray[np.int64] = warmer.astype(np.int64) - colder.astype(np.int64)
    return sides


def _deletions(n: int, share: float, rng: np.random.Generator) -> BoolArray:
    """(deletions, n), true for the people who are left out: the same number each time."""
    order = rng.random((DELETIONS, n)).argsort(axis=1)
    places: BoolArray = order < round(share * n)
    return places


def _without_channels(view: WindowView, lead: Lead) -> pd.DataFrame:
    basis, judgement = lead.judged.basis, lead.judged.judgement
    if basis is None or lead.plugin.meta.gives != "reply_sums" or not view.tables.without_channel:
        return pd.DataFrame()
    members = view.members[["window_id", "person_id", "unit_id", "stratum"]]
    tested = judgement[judgement["effect"].notna()].set_index("group_id")
    found = {}
    for channel, weeks in sorted(view.tables.without_channel.items()):
        rows = lead.plugin.function(replace(view, tables=replace(view.tables, person_weeks=weeks)))
        sums = rows.rename(columns={"excess_own": "excess1", "info_own": "info1"})
        effects = reply_effects(sums, members, basis.min_messages)
        rng = view.generator(f"without {channel}")
        words = _judged_shortly(view, effects, basis.rules, rng)
        still = words["n_people"] >= STILL_SEEN * tested["n_people"].reindex(words.index)
        found[channel] = words.loc[still, "verdict"]
    return without_channel(tested["verdict"], found)


def _judged_shortly(
    view: WindowView, effects: PersonEffects, rules: JudgeRules, rng: np.random.Generator
) -> pd.DataFrame:
    """Words and n_people by group from few draws: centre and scale, with p from the normal.

    Only groups with enough informative people, inside and outside, have a row.
    """
    table = view.groups.table[["group_id", "parent_id", "kind", "depth"]]
    people = pd.concat(
        [view.group_members(w).assign(window_id=w.window_id) for w in view.period.windows],
        ignore_index=True,
    )
    if rules.higher_is == "colder":
        effects = effects.flipped()
    groups = build_groups(table, people, effects)
    size, n = groups.sizes(), len(effects.persons)
    searched = (size >= rules.min_people) & (n - size >= rules.min_people)
    tested_as = distinct_groups(groups, searched)
    tested = np.unique(tested_as[tested_as >= 0])
    if not tested.size:
        return pd.DataFrame({"verdict": [], "n_people": []})
    family = test_family(effects, groups.rows(tested), CHANNEL_DRAWS, rng)
    level = tree_levels(groups, searched)[tested]
    numbers = normal_tests(family_numbers(effects, family, level, rules.unit_sd), family.test.c95)
    rows = ruled(numbers, effects.n_windows, rules, GroupEvidence()).set_axis(tested)
    own = np.flatnonzero(tested_as >= 0)
    return rows.loc[tested_as[own], ["verdict", "n_people"]].set_axis(
        [groups.group_ids[row] for row in own]
    )


def _identified(view: WindowView, judgement: pd.DataFrame) -> pd.DataFrame:
    people = view.group_members(view.period.windows[-1])
    found = senders_elsewhere(view.tables.edges, people)
    tested = judgement.loc[judgement["effect"].notna(), "group_id"]
    found = found[found["group_id"].isin(tested)]
    return found.assign(kind="senders_elsewhere", n=0)
