"""Real messages with the units of their people exchanged: how often anything is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.eligibility import ANY, coverage_share
from audit.judging import judge_behaviour
from audit.network import build_network
from audit.period_views import views
from audit.plan import Plugin, planned
from audit.statistics.permutation import merge_strata
from core.engine import DuckDBEngine
from core.store import RunFolder
from core.tables.canonical import PEOPLE

CONFIRMED = ("desert", "hotspot")


@dataclass(frozen=True)
class ShuffleResult:
    """What was found where no unit can differ but by chance."""

    n_shuffles: int
    n_confirmed: int
    """Shuffles with any confirmed verdict, in any period."""
    n_watch: int
    """Shuffles with any verdict on watch or confirmed."""
    n_family: int
    """Shuffles in which the bare familywise test of any one period rejects."""
    n_tested: float
    """Mean number of tests in a shuffle, over all periods."""

    @property
    def any_confirmed(self) -> float:
        """Share of shuffles with any confirmed verdict: the validation plan allows 7 %."""
        return self.n_confirmed / self.n_shuffles


def label_shuffles(
    config: AuditConfig, folder: RunFolder, n_shuffles: int, seed: int
) -> ShuffleResult:
    """Exchange the units of a finished run's people and judge it anew, again and again.

    The messages, the tree of units and the size of every unit stay; who belongs to which unit is
    exchanged among people of the same level and site. Ties, replies and the reply model are
    built anew, so that "same unit" follows the exchange, and the verdicts are those of the lead
    behaviour indicator under the rules of `config`. The run itself is only read.
    """
    children = np.random.SeedSequence(seed).spawn(n_shuffles)
    found = [_shuffled(config, folder, np.random.default_rng(child)) for child in children]
    return ShuffleResult(
        n_shuffles=n_shuffles,
        n_confirmed=sum(bool(rows["verdict"].isin(CONFIRMED).any()) for rows in found),
        n_watch=sum(
            bool((rows["verdict"].isin(CONFIRMED) | rows["verdict"].str.endswith("_watch")).any())
            for rows in found
        ),
        n_family=sum(
            bool((rows["p_family"] <= config.judgement.family_alpha).any()) for rows in found
        ),
        n_tested=float(np.mean([rows["effect_shrunk"].notna().sum() for rows in found])),
    )


def exchanged_units(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """PEOPLE with the last unit of every employee given to somebody of the same level and site.

    A person keeps it for all their time; level, site, manager and dates stay their own.
    """
    staff = people[(people["kind"] == "employee") & people["unit_id"].notna()]
    last = staff.sort_values(["person_id", "valid_from_day"]).drop_duplicates(
        "person_id", keep="last"
    )
    level, site = (last[name].astype("string").fillna("none") for name in ("level", "site"))
    strata = merge_strata((level + "|" + site).tolist())
    units = last["unit_id"].to_numpy(dtype=object).copy()
    for stratum in np.unique(strata):
        here = np.flatnonzero(strata == stratum)
        units[here] = units[rng.permutation(here)]
    given = people["person_id"].map(dict(zip(last["person_id"], units, strict=True)))
    return people.assign(unit_id=people["unit_id"].where(people["unit_id"].isna(), given))


def _shuffled(config: AuditConfig, run: RunFolder, rng: np.random.Generator) -> pd.DataFrame:
    """Judgements of all groups in all periods after one exchange."""
    with TemporaryDirectory() as name:
        scratch = RunFolder.create(Path(name) / "run")
        for table in run.canonical.glob("*.parquet"):
            if table.stem != PEOPLE.name:
                (scratch.canonical / table.name).symlink_to(table.resolve())
        PEOPLE.write(exchanged_units(PEOPLE.read(run.canonical), rng), scratch.canonical)
        seed = int(rng.integers(2**31))
        config = config.model_copy(
            update={"audit": config.audit.model_copy(update={"seed": seed})}
        )
        with DuckDBEngine(config.engine.memory, config.engine.threads, scratch.spool) as engine:
            network = build_network(config, scratch, engine, [])
        periods = zip(views(config, scratch, network), network.periods, strict=True)
        lead = _lead(config)
        rows = [
            judge_behaviour(lead, view, coverage_share(item.coverage, ANY), config).judgement
            for view, item in periods
        ]
    return pd.concat(rows, ignore_index=True)


def _lead(config: AuditConfig) -> Plugin:
    """The indicator that leads the behaviour layer."""
    name = config.judgement.lead_behaviour
    return next(plugin for plugin in planned(config) if plugin.name == name)
