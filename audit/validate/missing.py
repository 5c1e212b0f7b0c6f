"""People who are missing: silent in the survey (M1), deleted from the mail (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from audit.statistics.effects import build_groups, contrast
from audit.statistics.nonresponse import tipping_point
from audit.statistics.pooling import value_effects
from audit.statistics.raking import rake
from audit.statistics.verdicts import FLAGGED, JudgeRules
from audit.validate.chance import SUITE_DRAWS
from audit.validate.experiment import Experiment, Figure, Setting, Summary
from audit.validate.layers import judged_survey
from audit.validate.nulls import judged
from audit.validate.planted import PlantedCompany, Scenario, planted_company

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FORM = ("subject_id", "unit_id", "stratum")
MARGINS = ("level", "site", "tenure")
MORE_MARGINS = {"level": (1.5, 0.3, -0.5), "site": (0.4, -0.4), "tenure": (-0.5, 0.0, 0.5)}
"""Logits by which a cell of a margin answers more often, where that depends on who one is."""
ANSWERED = 0.85
"""Logit of answering at all: 70 %."""
FEELING = {"level": (0.8, 0.2, -0.3), "site": (0.15, -0.15), "tenure": (-0.2, 0.0, 0.2)}
"""SD by which a cell of a margin feels warmer."""
PLANTED_FEELING = 0.7
COLDER_ANSWER_LESS = 1.0
"""Logits of answering per SD of feeling, where silence depends on what one feels."""
SURVEYED = Scenario(messages=2.0, planted=PLANTED_FEELING, n_planted=8)
DELETED = 0.2
AGREED_ON = ("desert", "desert_watch", "hotspot", "hotspot_watch", "typical")


def silent_people(rng: np.random.Generator, _setting: Setting) -> pd.DataFrame:
    """One surveyed company under three kinds of silence: a row per group and kind.

    Contrasts of the whole company (everybody answered), of those who answered, and the same
    raked; verdicts of the whole and of those who answered, and the tipping point of the latter.
    """
    company = planted_company(SURVEYED, rng)
    people = _people(company, rng)
    whole = _survey(company, people, np.ones(len(people), dtype=np.bool_), rng)
    lean = sum(people[m].map(dict(enumerate(MORE_MARGINS[m]))) for m in MARGINS)
    feeling = (people["value"] - people["value"].mean()) / people["value"].std()
    chance = {
        "MCAR": np.full(len(people), expit(ANSWERED)),
        "MAR": expit(ANSWERED + np.asarray(lean, dtype=np.float64)),
        "MNAR": expit(ANSWERED + COLDER_ANSWER_LESS * feeling.to_numpy(dtype=np.float64)),
    }
    parts = []
    for kind, share in chance.items():
        answered = rng.random(len(people)) < share
        raked = _survey(company, people, answered, rng)
        plain = _contrasts(company, people, answered)
        part = whole[["group_id", "n_people", "effect", "verdict"]].merge(
            raked, on="group_id", suffixes=("_whole", ""), validate="1:1"
        )
        part["effect_plain"] = plain.reindex(part["group_id"]).to_numpy()
        mean = _means(people, answered)
        parts.append(part.assign(kind=kind, **mean))
    keep = ["group_id", "kind", "effect_whole", "effect", "effect_plain", "verdict_whole"]
    return pd.concat(parts, ignore_index=True)[
        [*keep, "verdict", "shift", "level_share", "bias_raked", "bias_plain"]
    ]


def silence_found(tables: Sequence[pd.DataFrame]) -> Summary:
    """M1."""
    rows = pd.concat(
        [table.assign(company=i) for i, table in enumerate(tables)], ignore_index=True
    )
    figures: list[Figure] = []
    for kind, how in (("MCAR", "by chance"), ("MAR", "by level, site and tenure")):
        here = rows[rows["kind"] == kind]
        means = here.drop_duplicates("company")
        figures += [
            _bias(f"silent {how}: organization's mean, raked", means["bias_raked"], 0.05),
            _bias(f"silent {how}: organization's mean, not raked", means["bias_plain"]),
        ]
        seen = here[here["effect"].notna() & here["effect_whole"].notna()]
        quartile = pd.qcut(seen["level_share"].rank(method="first"), 4, labels=False)
        for column, name, most in (("effect", "raked", 0.05), ("effect_plain", "not raked", None)):
            by_quartile = (seen[column] - seen["effect_whole"]).groupby(quartile).mean()
            figures.append(
                _largest(
                    f"silent {how}: contrasts of groups by who is in them, {name}",
                    by_quartile,
                    most,
                )
            )
    return Summary((*figures, *_overturned(rows[rows["kind"] == "MNAR"])))


def deleted_people(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """One company with planted teams judged whole and without a fifth of its people."""
    company = planted_company(Scenario(planted=1.0, team_sd=0.14), rng)
    whole = judged(company, setting.rules(None), rng, setting.estimator)
    left = without_people(company, rng.random(len(company.members)) < DELETED)
    part = judged(left, setting.rules(None), rng, setting.estimator)
    names = ["group_id", "p", "verdict"]
    both = whole[names].merge(part[names], on="group_id", suffixes=("", "_left"), validate="1:1")
    return both[both["p"].notna() & both["p_left"].notna()]


def without_people(company: PlantedCompany, gone: BoolArray) -> PlantedCompany:
    """The company as if some people had never been in the data, as senders or recipients."""
    rows = company.observations
    sender, recipient = (rows[name].to_numpy(np.int64) for name in ("sender_id", "recipient_id"))
    out = set(np.flatnonzero(gone).tolist())
    people = company.group_people
    return replace(
        company,
        observations=rows[~gone[sender] & ~gone[recipient]].reset_index(drop=True),
        members=company.members[~company.members["subject_id"].isin(out)],
        group_people=people[~people["subject_id"].isin(out)],
    )


def deletion_agreement(tables: Sequence[pd.DataFrame]) -> Summary:
    """M2: share of groups whose verdict is the same, and what becomes of those that stood out."""
    rows = pd.concat(list(tables), ignore_index=True)
    same = rows["verdict"] == rows["verdict_left"]
    flagged = rows["verdict"].isin(FLAGGED)
    confirmed = rows["verdict"].isin(["desert", "hotspot"])
    kept = rows["verdict_left"].isin(FLAGGED)
    named = "groups tested with and without"
    return Summary(
        (
            Figure("M2", f"{named}: same verdict", float(same.mean()), 0.80, None, len(rows)),
            Figure(
                "M2", "confirmed groups: still confirmed or watch", float(kept[confirmed].mean())
            ),
            Figure("M2", "confirmed or watch: still one of both", float(kept[flagged].mean())),
            Figure(
                "M2", "typical: still typical", float(same[rows["verdict"] == "typical"].mean())
            ),
        )
    )


def _people(company: PlantedCompany, rng: np.random.Generator) -> pd.DataFrame:
    """Members with margins and what they would answer; teams differ in who is in them."""
    members = company.members
    teams = sorted(members["unit_id"].unique())
    mixes = rng.dirichlet((1.0, 3.0, 6.0), len(teams))
    team = pd.Index(teams).get_indexer(members["unit_id"])
    level = (rng.random(len(members))[:, None] > mixes[team].cumsum(axis=1)).sum(axis=1)
    site = (rng.random(len(members)) < rng.beta(2.0, 2.0, len(teams))[team]).astype(np.int64)
    tenure = rng.integers(0, 3, len(members))
    people = members.assign(level=np.minimum(level, 2), site=site, tenure=tenure)
    lean = sum(people[m].map(dict(enumerate(FEELING[m]))) for m in MARGINS)
    truth = company.truth.set_index("group_id")["effect"].reindex(members["unit_id"])
    value = np.asarray(lean, dtype=np.float64) + truth.to_numpy(dtype=np.float64)
    return people.assign(value=value + rng.normal(size=len(members)))


def _survey(
    company: PlantedCompany, people: pd.DataFrame, answered: BoolArray, rng: np.random.Generator
) -> pd.DataFrame:
    """Judgement of those who answered, raked to everybody, with tipping points."""
    forms = people[answered].reset_index(drop=True)
    margins = {name: people[name].value_counts() for name in MARGINS}
    values = forms[["subject_id", "value"]].assign(weight=rake(forms[list(MARGINS)], margins))
    rows = judged_survey(company, forms[list(FORM)], values, rng, SUITE_DRAWS)
    asked = company.group_people.groupby("group_id").size()
    placed = company.group_people[company.group_people["subject_id"].isin(forms["subject_id"])]
    response = pd.DataFrame({"n_people": asked, "n_with_data": placed.groupby("group_id").size()})
    response = response.fillna(0)
    response.loc["everybody"] = (len(people), len(forms))
    rules = JudgeRules(layer="perception", material=0.30, min_coverage=0.5)
    tips = tipping_point(rows, response, rules)
    high = people.assign(is_high=people["level"] == 0).merge(
        company.group_people, on="subject_id", validate="1:m"
    )
    rows["level_share"] = rows["group_id"].map(high.groupby("group_id")["is_high"].mean())
    return rows[["group_id", "effect", "verdict", "n_people", "level_share"]].merge(
        tips[["group_id", "shift"]], on="group_id", how="left", validate="1:1"
    )


def _contrasts(company: PlantedCompany, people: pd.DataFrame, answered: BoolArray) -> pd.Series:
    """Contrasts of those who answered, not raked."""
    forms = people[answered].reset_index(drop=True)
    effects = value_effects(forms[["subject_id", "value"]], forms[list(FORM)], in_sd=True)
    groups = build_groups(company.groups, company.group_people, effects)
    return pd.Series(contrast(effects, groups).theta, list(groups.group_ids))


def _overturned(rows: pd.DataFrame) -> tuple[Figure, ...]:
    """Verdicts that everybody's answers would overturn, where the colder are silent."""
    changed = rows[rows["verdict"].isin(AGREED_ON)]
    changed = changed[changed["verdict_whole"].isin(AGREED_ON)]
    flips = changed[_word(changed["verdict"]) != _word(changed["verdict_whole"])]
    return (
        Figure(
            "M1",
            "the colder are silent: verdicts that everybody's answers overturn, flagged",
            float(flips["shift"].notna().mean()),
            0.90,
            None,
            len(flips),
        ),
        Figure(
            "M1",
            "the colder are silent: share of verdicts so overturned",
            len(flips) / max(len(changed), 1),
        ),
        Figure(
            "M1",
            "the colder are silent: of the verdicts that stand, flagged too",
            float(changed.drop(flips.index)["shift"].notna().mean()),
        ),
    )


def _means(people: pd.DataFrame, answered: BoolArray) -> dict[str, float]:
    """Bias of the organization's mean, in SD."""
    forms = people[answered].reset_index(drop=True)
    weight = rake(forms[list(MARGINS)], {name: people[name].value_counts() for name in MARGINS})
    sd, truth = people["value"].std(), people["value"].mean()
    raked = float(np.average(forms["value"], weights=weight))
    return {
        "bias_raked": (raked - truth) / sd,
        "bias_plain": (float(forms["value"].mean()) - truth) / sd,
    }


def _bias(what: str, values: pd.Series, most: float | None = None) -> Figure:
    error = float(values.std() / np.sqrt(len(values)))
    return Figure("M1", f"{what} (SD)", abs(float(values.mean())), None, most, slack=4.0 * error)


def _largest(what: str, values: pd.Series, most: float | None) -> Figure:
    return Figure("M1", f"{what} (SD)", float(values.abs().max()), None, most, slack=0.05)


def _word(verdict: pd.Series) -> pd.Series:
    """Watch and confirmed are one word here: the silent overturn a verdict, or they do not."""
    return verdict.str.replace("_watch", "", regex=False)


EXPERIMENTS = (
    Experiment(
        "silent",
        ("M1",),
        "Surveys in which three in ten are silent",
        silent_people,
        silence_found,
        full=100,
        quick=10,
    ),
    Experiment(
        "deleted",
        ("M2",),
        "A fifth of the people deleted",
        deleted_people,
        deletion_agreement,
        full=100,
        quick=10,
    ),
)
