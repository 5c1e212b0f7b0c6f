"""Whole audits of small made-up companies: whether the odds in words come true."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from audit import pipeline
from audit.config.audit_file import AuditConfig, load_config
from audit.sources import key_of
from core.progress import Silent
from core.store import RunFolder
from core.tables.canonical import IDENTITIES
from core.tables.network import WINDOWS
from core.tables.results import GROUP_PEOPLE, INDICATOR_VALUES
from ingest.people.identity import canonical
from ingest.simulate.org import Company, build_company
from ingest.simulate.scenarios import FIRST_DAY, plan_of, simulate, streams_of

LEAST_GAP = 0.05
"""A true gap below this, in log-odds (a point): the group is neither cooler nor warmer."""


def odds_runs(seeds: Iterable[int], scenario: str = "small") -> pd.DataFrame:
    """Stated odds of every group beside its truth, over one made-up company per seed.

    Columns seed, window_id, group_id, n_people, effect, odds_cooler, planted, actual: the rows
    of `odds_run`.
    """
    return pd.concat([odds_run(seed, scenario) for seed in seeds], ignore_index=True)


def odds_run(seed: int, scenario: str = "small") -> pd.DataFrame:
    """Audit one made-up company from written exports on; its groups with odds, and their truth.

    Two truths, each the mean of a group's members less the mean of everybody else, in log-odds:
    `planted` is what was planted in their teams; `actual` adds how the people who happen to be
    members answer.
    """
    with TemporaryDirectory() as name:
        root = Path(name)
        made = simulate(scenario, seed, root / "exports")
        config = load_config(made.config)
        leads = (config.judgement.lead_behaviour, *config.judgement.lead_perception)
        only = config.indicators.model_copy(update={"use": leads})
        pipeline.run(config.model_copy(update={"indicators": only}), root / "run", Silent())
        folder = RunFolder.open(root / "run")
        values = INDICATOR_VALUES.read(folder.results)
        company = build_company(plan_of(scenario), FIRST_DAY, streams_of(seed)["company"])
        truth = group_truth(company, config, folder)
    stated = values[values["indicator"] == config.judgement.lead_behaviour]
    stated = stated[stated["odds_cooler"].notna()]
    names = ["window_id", "group_id", "n_people", "effect", "odds_cooler"]
    rows = stated[names].merge(truth, on=["window_id", "group_id"], validate="1:1")
    return rows.assign(seed=seed)


def group_truth(company: Company, config: AuditConfig, folder: RunFolder) -> pd.DataFrame:
    """Mean true effect of the members of every group and period, less that of everybody else.

    Columns window_id, group_id, planted, actual, as `odds_run` explains them; a group that is
    the whole company has no row.
    """
    members = GROUP_PEOPLE.read(folder.results)
    windows = WINDOWS.read(folder.network).set_index("window_id")["first_day"]
    rows = []
    for period, placed in members.groupby("window_id"):
        effects = _person_effects(company, config, folder, int(windows[period]))
        everybody = effects.reindex(placed["person_id"].unique()).dropna()
        for group, inside in placed.groupby("group_id"):
            is_member = everybody.index.isin(inside["person_id"])
            if is_member.all():
                continue
            gap = everybody[is_member].mean() - everybody[~is_member].mean()
            rows.append({"window_id": period, "group_id": group, **gap})
    return pd.DataFrame(rows)


def odds_by_tenth(rows: pd.DataFrame, truth: str = "actual") -> pd.DataFrame:
    """Share of groups truly cooler within each tenth of the stated odds.

    Formula
        true = (cooler + half of those that are neither) / n; error is the binomial SE at the
        stated odds, over companies as if groups were independent.
    Shape
        Columns tenth (0 to 9), n, stated (mean odds), true, error; tenths without a group are
        left out.
    Unit
        Shares. Range: 0 to 1.
    Edge cases
        Warm and cold count alike: each group enters once as stated and once mirrored.
    Source
        `docs/method.md`, odds in words.

    >>> odds_by_tenth(odds_runs(range(40)))["true"].is_monotonic_increasing
    True
    """
    gap = rows[truth].to_numpy(dtype=np.float64)
    cooler = np.where(np.abs(gap) < LEAST_GAP, 0.5, (gap < 0).astype(np.float64))
    odds = rows["odds_cooler"].to_numpy(dtype=np.float64)
    both = pd.DataFrame({"odds": [*odds, *(1 - odds)], "cooler": [*cooler, *(1 - cooler)]})
    both["tenth"] = np.minimum(9, np.floor(10 * both["odds"])).astype(np.int64)
    table = both.groupby("tenth", as_index=False).agg(
        n=("cooler", "size"), stated=("odds", "mean"), true=("cooler", "mean")
    )
    return table.assign(error=np.sqrt(table["stated"] * (1 - table["stated"]) / table["n"]))


def _person_effects(
    company: Company, config: AuditConfig, folder: RunFolder, day: int
) -> pd.DataFrame:
    """What was planted in each person's team on a day, and with it the person's own effect."""
    key, people = key_of(config).pseudonyms, company.people
    known = IDENTITIES.read(folder.canonical).set_index("identity_hash")["person_id"]
    hashes = [key.identity(canonical(f"email:{company.address(i)}")) for i in range(len(people))]
    planted = np.array([team.effect for team in company.teams])[people.team[company.era(day)]]
    table = pd.DataFrame({"planted": planted, "actual": planted + people.answers})
    return table.set_index(pd.Index(known.reindex(hashes).to_numpy(), name="person_id"))
