"""One indicator in one period: from what it gives to values, tests and gates of every group."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.describing import Described, described_values
from audit.plan import Plugin
from audit.registry import SHAPES, Indicator
from audit.statistics.effects import GroupSet, PersonEffects, build_groups
from audit.statistics.permutation import default_draws
from audit.statistics.pooling import homes, reply_effects, value_effects
from audit.statistics.reliability import split_half
from audit.statistics.verdicts import COLUMNS, FLAGGED, GroupEvidence, JudgeRules, judge
from audit.thin import thin_groups
from audit.view import WindowView

FloatArray = npt.NDArray[np.float64]

NINETY = 1.645
SHARES = ("share", "points", "log_odds")
"""Scales on which a value is a share."""
LEAST_SPLIT_HALF = 0.70
MATERIAL_SHARE = 0.10
STATUS_OF_REASON = {
    "indicator_unreliable": "unreliable",
    "low_reliability": "unreliable",
    "too_few_people": "too_few",
    "too_few_observations": "too_few",
    "too_few_messages": "too_few",
    "too_few_contacts": "too_few",
    "coverage": "not_observed",
    "not_asked": "not_observed",
}
"""Reason of a group without a test, and what that makes of its value; else it is shown."""
NOTHING_SEEN = "nothing of the kind was observed in this period"
BESIDE = ("value_low", "value_high", "expected")
NUMBERS = ("low", "high", "effect", "effect_shrunk", "se", "z", "p", "q", "mde", "odds_cooler")


@dataclass(frozen=True)
class Basis:
    """What a judgement was made of, for those who look at it again."""

    effects: PersonEffects
    groups: GroupSet
    rules: JudgeRules
    min_messages: int = 1
    """Least number of messages with which a person is informative."""


@dataclass(frozen=True)
class Judged:
    """An indicator in a period: INDICATOR_VALUES rows, the judgement, RELIABILITY rows.

    `judgement` has one row per group in the columns of `judge`; empty for indicators that are
    shown against their own null, which have no `basis` either.
    """

    measured: pd.DataFrame
    judgement: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    reliability: pd.DataFrame = field(default_factory=pd.DataFrame)
    basis: Basis | None = None
    described: Described | None = None
    """What values of other sets of people are made of; None without values of persons."""


def judge_behaviour(
    plugin: Plugin, view: WindowView, coverage: pd.Series, config: AuditConfig
) -> Judged:
    """Compute one behaviour indicator and judge every group on it.

    `coverage` is the share of members with data by group.
    """
    view = view.named(plugin.name)
    rows = plugin.function(view)
    _require_shape(plugin, rows)
    if plugin.meta.gives == "unit_values":
        return Judged(_unit_values(plugin.meta, rows, view, coverage, config))
    members = view.kept("homes", lambda v: homes(v.members))
    people = view.kept("group people", _group_people)
    table = view.groups.table[["group_id", "parent_id", "kind", "depth"]]
    thin = thin_groups(plugin.meta, view, rows)
    half = float("nan")
    if plugin.meta.gives == "reply_sums":
        sums = rows.rename(columns={"excess_own": "excess1", "info_own": "info1"})
        least_own = config.measurement.min_inbound if plugin.meta.counts_all else 1
        effects = reply_effects(sums, members, least_own)
        if len(effects.persons) and len(thin) < len(table):
            half = split_half(sums, members, table, people, config.privacy.min_people)
    else:
        effects = value_effects(rows.drop(columns="n", errors="ignore"), members)
    groups = build_groups(table, people, effects)
    searched = view.groups.table.set_index("group_id")["is_searched"]
    evidence = GroupEvidence(
        coverage=coverage,
        is_searched=searched & ~searched.index.isin(thin.index),
        is_reliable=not half < LEAST_SPLIT_HALF,
    )
    rules = behaviour_rules(plugin.meta, effects, len(groups), config)
    judgement = judge(effects, groups, rules, view.generator("judge"), evidence)
    judgement["why"] = judgement["group_id"].map(thin).astype("object").fillna(judgement["why"])
    own = _person_values(plugin.meta, rows, effects, members)
    is_share = plugin.meta.scale in SHARES
    values = group_values(judgement, groups, effects, own, is_share=is_share)
    basis = Basis(effects, groups, rules, config.measurement.min_inbound)
    is_steady = evidence.is_reliable
    told = Described(plugin.meta, effects, own, is_share, is_reliable=is_steady, rows=rows)
    return Judged(_without(values, thin), judgement, _split_half_row(half), basis, told)


def behaviour_rules(
    meta: Indicator, effects: PersonEffects, n_groups: int, config: AuditConfig
) -> JudgeRules:
    """Return the rules by which a behaviour indicator is judged."""
    is_reply = meta.gives == "reply_sums"
    sd = effects.unit_sd if np.isfinite(effects.unit_sd) and effects.unit_sd > 0 else 1.0
    return JudgeRules(
        layer="behaviour",
        higher_is=meta.higher_is,
        material=config.judgement.material if is_reply else MATERIAL_SHARE,
        family_alpha=config.judgement.family_alpha,
        fdr=config.judgement.fdr,
        min_people=config.privacy.min_people,
        min_median_n=meta.least_median,
        min_windows=3,
        min_coverage=config.measurement.min_coverage,
        draws=draws_of(config, n_groups),
        unit_sd=1.0 if is_reply else sd,
    )


def draws_of(config: AuditConfig, n_groups: int) -> int:
    """Return how many draws a judgement takes: as configured, more where groups are many."""
    usual, least = default_draws(1), config.judgement.permutations
    return max(least, default_draws(n_groups) if least >= usual else least)


def group_values(
    judgement: pd.DataFrame,
    groups: GroupSet,
    effects: PersonEffects,
    own: pd.DataFrame,
    *,
    is_share: bool = True,
) -> pd.DataFrame:
    """Return INDICATOR_VALUES rows: each group's mean over persons, and its judgement beside it.

    `own` and `is_share` as in `described_values`.
    """
    found = described_values(groups, effects, own, is_share=is_share)
    beside = ["value", "expected", "n_observations", "top_share", "value_low", "value_high"]
    table = judgement.assign(**{name: found[name].to_numpy() for name in beside})
    status = judgement["why"].fillna("").map(STATUS_OF_REASON).fillna("shown")
    # A watch that is only too unreliable to be confirmed is shown all the same.
    status = status.where(~judgement["verdict"].isin(FLAGGED), "shown")
    # The whole is compared with nobody: what closes a comparison does not close its mean.
    status = status.where(groups.parent >= 0, "shown").where(table["n_people"] > 0, "too_few")
    return closed(table.assign(status=status))


def closed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of INDICATOR_VALUES; a value that is not shown stands nowhere."""
    names = ["group_id", "value", *BESIDE, *NUMBERS, "reliability", "n_people"]
    names += ["n_observations", "top_share", "status", "why"]
    seen = (table["status"] == "shown").to_numpy()
    shut = pd.Series(np.nan, index=table.index)
    cells = {name: table.get(name, shut) for name in names}
    for name in ("value", *BESIDE, *NUMBERS):
        number = cells[name].to_numpy(dtype=np.float64, na_value=np.nan)
        cells[name] = pd.Series(np.where(seen, number, np.nan), index=table.index)
    cells["why"] = cells["why"].astype("object").mask(seen, None)
    return pd.DataFrame(cells, index=table.index)


def _without(values: pd.DataFrame, thin: pd.Series) -> pd.DataFrame:
    """Close the values of groups with too little behind them, and say so."""
    if thin.empty:
        return values
    why = values["group_id"].map(thin).astype("object")
    status = values["status"].mask(why.notna(), "too_few")
    return closed(values.assign(status=status, why=why.fillna(values["why"])))


def _require_shape(plugin: Plugin, rows: pd.DataFrame) -> None:
    missing = [name for name in SHAPES[plugin.meta.gives] if name not in rows.columns]
    if missing:
        raise ValueError(f"indicator {plugin.name}: columns are missing: {', '.join(missing)}")


def _group_people(view: WindowView) -> pd.DataFrame:
    return pd.concat(
        [view.group_members(w).assign(window_id=w.window_id) for w in view.period.windows],
        ignore_index=True,
    )


def _person_values(
    meta: Indicator, rows: pd.DataFrame, effects: PersonEffects, members: pd.DataFrame
) -> pd.DataFrame:
    """Each informative person's own value over the windows spent in the main team."""
    home = effects.persons[["subject_id", "unit_id"]]
    places = members.rename(columns={"person_id": "subject_id"})
    places = places.merge(home, on=["subject_id", "unit_id"], validate="m:1")
    rows = rows.rename(columns={"person_id": "subject_id"})
    rows = rows.merge(
        places[["subject_id", "window_id"]], on=["subject_id", "window_id"], validate="m:1"
    )
    if meta.gives == "reply_sums":
        sums = rows.groupby("subject_id")[["n", "n_yes", "excess"]].sum()
        share = sums["n_yes"] / sums["n"]
        expected = share - sums["excess"] / sums["n"]
        return pd.DataFrame({"value": share, "expected": expected, "n": sums["n"]}).reset_index()
    counted = rows if "n" in rows else rows.assign(n=1)
    return counted.groupby("subject_id").agg(value=("value", "mean"), n=("n", "sum")).reset_index()


def _unit_values(
    meta: Indicator,
    rows: pd.DataFrame,
    view: WindowView,
    coverage: pd.Series,
    config: AuditConfig,
) -> pd.DataFrame:
    """INDICATOR_VALUES rows of an indicator with its own null; groups without a row are empty.

    The interval is `low` and `high` where the rows have them, else value -+ 1.645 se. A row
    without a value may say why.
    """
    table = view.groups.table[["group_id"]].merge(rows, on="group_id", how="left", validate="1:1")
    counts = ["n_people", "n_observations"]
    table[counts] = table[counts].fillna(0).astype("int64")
    if "low" not in table:
        error = NINETY * table["se"] if "se" in table else np.nan
        table = table.assign(low=table["value"] - error, high=table["value"] + error)
    if "null_sd" in table:
        table["z"] = (table["value"] - table["expected"]) / table["null_sd"].where(
            table["null_sd"] > 0
        )
    covered = table["group_id"].map(coverage).fillna(0.0) >= config.measurement.min_coverage
    status = np.select([table["value"].isna(), ~covered], ["too_few", "not_observed"], "shown")
    lacking = NOTHING_SEEN if rows.empty else meta.too_few
    why = pd.Series(np.select([table["value"].isna(), ~covered], [lacking, "coverage"], ""))
    if "why" in table:
        why = table["why"].where(table["value"].isna() & table["why"].notna(), why)
    own = {"value_low": table["low"], "value_high": table["high"]}
    return closed(table.assign(status=status, why=why, **own))


def _split_half_row(value: float) -> pd.DataFrame:
    known = np.isfinite(value)
    return pd.DataFrame(
        {
            "kind": ["split_half"],
            "value": [value if known else None],
            "is_enough": [not value < LEAST_SPLIT_HALF],
        }
    )
