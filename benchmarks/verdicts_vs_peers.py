"""False flags and recall of ours and of what a user would do otherwise, on the same companies.

Companies of 1,000 people: nothing planted; nothing planted but common shocks of SD .5 in every
team and window; five teams at -1.0 and five at +1.0. Run from the root:
`python -m benchmarks.verdicts_vs_peers --companies 100 --seed 2026`.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from audit.statistics.verdicts import FLAGGED, JudgeRules
from audit.validate.nulls import judged
from audit.validate.planted import PlantedCompany, Scenario, planted_company
from benchmarks import peers

SCENARIOS = {
    "null": Scenario(),
    "shocks": Scenario(shock_sd=0.5),
    "planted": Scenario(planted=1.0),
}
PEERS: dict[str, Callable[[peers.Units], pd.Series]] = {
    "league table, bottom and top 5 %": peers.league_table,
    "raw rate, z-test of messages, FDR .10": peers.raw_rate,
    "vivainsights create_rank, five and five": peers.package_ranks,
    "vivainsights create_bar, mean beyond 1 SD": peers.package_means,
    "person t-test, unadjusted, FDR .10": peers.person_t_test,
}
HOT_SPOTS = "local Gi* as in PySAL, FDR .10"


@dataclass(frozen=True)
class Tally:
    """One way of marking on one company."""

    way: str
    scenario: str
    n_flags: int
    n_false: int
    n_planted: int
    n_found: int
    """Planted teams marked on the right side."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    started = time.perf_counter()
    tallies = pd.DataFrame(run(asked.companies, asked.seed))
    seconds = time.perf_counter() - started
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, {date.today()}"
    print(
        f"{asked.companies} companies per scenario, seed {asked.seed}; {seconds:.0f} s, {versions}"
    )
    print()
    print(markdown(summary(tallies)))


def run(companies: int, seed: int) -> Iterator[Tally]:
    """Every way on every company of every scenario; the seed fixes all of them."""
    children = iter(np.random.SeedSequence(seed).spawn(companies * len(SCENARIOS)))
    for name, scenario in SCENARIOS.items():
        for _ in range(companies):
            rng = np.random.default_rng(next(children))
            company = planted_company(scenario, rng)
            for way, marks in marked(company, rng).items():
                yield tallied(way, name, company, marks)


def marked(company: PlantedCompany, rng: np.random.Generator) -> dict[str, pd.Series]:
    """Marks of every way on one company: -1, 0 or +1 by group."""
    rules = JudgeRules()
    rows = judged(company, rules, rng).set_index("group_id")
    sign = pd.Series(np.sign(rows["effect"]).fillna(0).astype(np.int64), index=rows.index)
    ours = {
        "**ours**, verdict confirmed": rows["verdict"].isin(["desert", "hotspot"]),
        "**ours**, verdict confirmed or watch": rows["verdict"].isin(FLAGGED),
        "**ours**, bare test, familywise .05": rows["p_family"] <= rules.family_alpha,
        "**ours**, bare test, FDR .10": rows["q"] <= rules.fdr,
    }
    units = peers.units_of(company)
    found = {way: sign.where(chosen, 0) for way, chosen in ours.items()}
    found |= {way: marks(units) for way, marks in PEERS.items()}
    return found | {HOT_SPOTS: peers.hot_spots(units, rng)}


def tallied(way: str, scenario: str, company: PlantedCompany, marks: pd.Series) -> Tally:
    """Count flags of groups that hold no planted team, and planted teams found."""
    truth = company.truth.set_index("group_id")
    marks = marks.reindex(truth.index).fillna(0)
    flagged, planted = marks != 0, truth["is_planted"]
    found = planted & (np.sign(truth["effect"]) == marks)
    false = int((flagged & ~truth["holds_planted"]).sum())
    return Tally(way, scenario, int(flagged.sum()), false, int(planted.sum()), int(found.sum()))


def summary(tallies: pd.DataFrame) -> pd.DataFrame:
    """One row per way, in the order in which they were run."""
    tallies = tallies.assign(
        any_false=tallies["n_false"] > 0,
        false_share=tallies["n_false"] / tallies["n_flags"].clip(lower=1),
    )
    mean = tallies.pivot_table(
        index="way",
        columns="scenario",
        values=["any_false", "n_false", "false_share"],
        aggfunc="mean",
        sort=False,
    )
    planted = tallies[tallies["scenario"] == "planted"]
    sums = planted.groupby("way")[["n_found", "n_planted"]].sum()
    return pd.DataFrame(
        {
            "null: any false flag": mean["any_false", "null"],
            "null: false flags": mean["n_false", "null"],
            "shocks: any false flag": mean["any_false", "shocks"],
            "shocks: false flags": mean["n_false", "shocks"],
            "±1.0: false flags": mean["n_false", "planted"],
            "±1.0: FDR": mean["false_share", "planted"],
            "±1.0: recall": sums["n_found"] / sums["n_planted"],
        }
    ).loc[tallies["way"].unique()]


def markdown(table: pd.DataFrame) -> str:
    """The table as it stands in the README."""
    head = ["way of marking", *table.columns]
    lines = [head, ["---", *["---:"] * len(table.columns)]]
    lines += [
        [str(way), *(f"{value:.2f}" for value in row)]
        for way, row in zip(table.index, table.to_numpy(dtype=np.float64), strict=True)
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
