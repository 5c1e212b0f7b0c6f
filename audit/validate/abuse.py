"""Traffic that is not human, and traffic made to please: A1, A2 and the gaming of the suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr

from audit.statistics.effects import contrast
from audit.statistics.verdicts import JudgeRules
from audit.validate.chance import KEPT, SUITE_DRAWS, error_rates
from audit.validate.experiment import Experiment, Figure, Setting, Summary
from audit.validate.nulls import judged
from audit.validate.planted import PlantedCompany, Scenario, planted_company
from audit.validate.scenarios import Case
from audit.validate.traffic import Acknowledged, read_back
from ingest.merging.quarantine import is_set_aside
from ingest.settings import AutomationSettings

IntArray = npt.NDArray[np.int64]

BOTS, BOT_SHARE, BOT_SPREAD = 40, 0.30, 1.0
"""How many, how much of the human traffic they add, and the SD of the log of their volumes."""
BOT_FOCUS = 0.5
"""Share of a bot's mail that goes to one department."""
GAMED = Scenario(n_people=200, n_departments=4)
SHARE = 0.5
GAMING = Case("gaming", "one unit acknowledges half of its mail by machine (200 people)", GAMED)
WARM = ("hotspot", "hotspot_watch")


def with_bots(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """Effects of the groups of one company without and with 30 % more traffic by bots.

    The bots look like people: what is set aside is what the rule of behaviour finds.
    """
    company = planted_company(Scenario(planted=1.0, team_sd=0.14), rng)
    noisy, n_bots = _filtered(_with_bot_mail(company, rng), len(company.members))
    parts = []
    for one in (company, noisy):
        effects, groups = setting.estimator(one)
        rows = pd.DataFrame(
            {
                "group_id": groups.group_ids,
                "effect": contrast(effects, groups).theta,
                "n_people": groups.sizes(),
            }
        )
        parts.append(rows)
    both = parts[0].merge(parts[1], on="group_id", suffixes=("", "_noisy"), validate="1:1")
    least = JudgeRules().min_people
    both = both[(both["n_people"] >= least) & (both["n_people_noisy"] >= least)]
    return both.assign(n_bots=n_bots)


def bots_found(tables: Sequence[pd.DataFrame]) -> Summary:
    """A1."""
    rank = [float(spearmanr(table["effect"], table["effect_noisy"]).statistic) for table in tables]
    bots = [float(table["n_bots"].iloc[0]) for table in tables]
    return Summary(
        (
            Figure(
                "A1", "Spearman of group effects, mean over companies", float(np.mean(rank)), 0.98
            ),
            Figure("A1", "the same, lowest company", min(rank)),
            Figure(
                "A1", f"bots of {BOTS} set aside by the rule of behaviour", float(np.mean(bots))
            ),
        )
    )


def gaming_company(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """A company without differences in which one unit games: judged as the product reads it."""
    company, gamed = _gamed(rng)
    read = read_back(company, gamed, rng)
    return judged(read, setting.rules(SUITE_DRAWS), rng, setting.estimator)[list(KEPT)]


def acknowledged(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """The verdict of a unit without gaming, with it, and with it if the rule did not exist."""
    company, gamed = _gamed(rng)
    seed = int(rng.integers(2**32))
    found = []
    for unit, seconds in ((None, 60), (gamed, 60), (gamed, 0)):
        again = np.random.default_rng(seed)
        read = read_back(company, unit, again, seconds)
        rules = setting.rules(SUITE_DRAWS)
        rows = judged(read, rules, np.random.default_rng(seed), setting.estimator)
        rows = rows.set_index("group_id")
        found.append((rows["verdict"].isin(WARM), float(rows["effect"].loc[gamed.unit_id])))
    (before, effect), (after, gamed_effect), (unruled, raised) = found
    return pd.DataFrame(
        {
            "new_hotspots": [int((after & ~before).sum())],
            "moved": [gamed_effect - effect],
            "unruled_hotspot": [bool(unruled[gamed.unit_id])],
            "unruled_moved": [raised - effect],
        }
    )


def gaming_found(tables: Sequence[pd.DataFrame]) -> Summary:
    """A2."""
    rows = pd.concat(list(tables), ignore_index=True)
    moved = float(rows["moved"].abs().max())
    return Summary(
        (
            Figure(
                "A2",
                f"new hotspots in {len(rows)} companies with a unit that acknowledges by machine",
                float(rows["new_hotspots"].sum()),
                None,
                0.0,
            ),
            Figure("A2", "largest change of that unit's effect (log-odds)", moved),
            Figure(
                "A2",
                "without the rule: mean change of its effect (log-odds)",
                float(rows["unruled_moved"].mean()),
            ),
            Figure(
                "A2",
                "without the rule: the unit is a hotspot, share",
                float(rows["unruled_hotspot"].mean()),
            ),
        )
    )


def _gamed(rng: np.random.Generator) -> tuple[PlantedCompany, Acknowledged]:
    """A company without differences, and one of its teams of twelve or more (or the largest)."""
    company = planted_company(GAMED, rng)
    teams = company.truth[company.truth["kind"] == "team"].sort_values("n_people")
    large = teams[teams["n_people"] >= min(12, int(teams["n_people"].max()))]
    unit = str(large["group_id"].iloc[int(rng.integers(len(large)))])
    return company, Acknowledged(unit, SHARE)


def _with_bot_mail(company: PlantedCompany, rng: np.random.Generator) -> PlantedCompany:
    rows = company.observations
    n, people = round(BOT_SHARE * len(rows)), len(company.members)
    volume = rng.lognormal(0.0, BOT_SPREAD, BOTS)
    bot = rng.choice(BOTS, n, p=volume / volume.sum())
    recipient = rng.integers(0, people, n)
    parent = company.groups.set_index("group_id")["parent_id"]
    home = company.members.sort_values("subject_id")["unit_id"].map(parent)
    department = pd.factorize(home, sort=True)[0].astype(np.int64)
    wanted = rng.integers(0, int(department.max()) + 1, BOTS)[bot]
    focused = np.flatnonzero(rng.random(n) < BOT_FOCUS)
    for code in np.unique(wanted[focused]):
        here = focused[wanted[focused] == code]
        recipient[here] = rng.choice(np.flatnonzero(department == code), here.size)
    week = 7 * rng.integers(0, int(rows["week"].max()) // 7 + 1, n)
    mail = rows.iloc[rng.integers(0, len(rows), n)].assign(
        sender_id=people + bot,
        recipient_id=recipient,
        week=week,
        window_id=week // 28,
        is_same_unit=False,
        is_answered=False,
    )
    return replace(company, observations=pd.concat([rows, mail], ignore_index=True))


def _filtered(company: PlantedCompany, people: int) -> tuple[PlantedCompany, int]:
    """Set aside whom the product's rule of behaviour finds; how many of them are bots."""
    rows = company.observations.assign(message_id=np.arange(len(company.observations)))
    found = _quarantined(rows)
    kept = rows[~rows["sender_id"].isin(found)].reset_index(drop=True)
    load = kept.groupby(["recipient_id", "week"])["message_id"].transform("size")
    return replace(company, observations=kept.assign(inbound_load=load)), int(
        (found >= people).sum()
    )


def _quarantined(rows: pd.DataFrame) -> IntArray:
    senders = rows.groupby("sender_id", sort=True)
    by_message = rows.groupby(["sender_id", "message_id"])["is_answered"].any()
    found = is_set_aside(
        np.asarray(senders["message_id"].nunique(), np.int64),
        np.asarray(senders["recipient_id"].nunique(), np.int64),
        np.asarray(by_message.groupby("sender_id", sort=True).sum(), np.int64),
        AutomationSettings(),
    )
    return np.array(list(senders.groups), dtype=np.int64)[found]


EXPERIMENTS = (
    Experiment(
        "null_gaming",
        ("N1", "N2"),
        f"Nothing planted; {GAMING.title}",
        gaming_company,
        partial(error_rates, case=GAMING),
        full=500,
        quick=16,
    ),
    Experiment(
        "bots", ("A1",), "30 % more traffic by bots", with_bots, bots_found, full=60, quick=5
    ),
    Experiment(
        "acknowledged",
        ("A2",),
        "One unit acknowledges half of its mail by machine",
        acknowledged,
        gaming_found,
        full=40,
        quick=4,
    ),
)
