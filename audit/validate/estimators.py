"""The estimator under validation, and three that are broken on purpose.

A plan that stays green with a broken estimator proves nothing: each break must turn it red.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from audit.reply_model import fit_reply_model, person_sums
from audit.statistics.effects import GroupSet, PersonEffects, build_groups
from audit.statistics.pooling import reply_effects
from audit.statistics.variance import within_team_sd
from audit.validate.planted import PlantedCompany

Estimator = Callable[[PlantedCompany], tuple[PersonEffects, GroupSet]]


def prepared(company: PlantedCompany) -> tuple[PersonEffects, GroupSet]:
    """Person effects and groups of a made-up company, by the steps of a real audit."""
    fit = fit_reply_model(company.observations)
    effects = reply_effects(person_sums(company.observations, fit), company.members)
    return effects, build_groups(company.groups, company.group_people, effects)


def without_senders(company: PlantedCompany) -> tuple[PersonEffects, GroupSet]:
    """Break: who writes no longer matters to what is expected."""
    rows = company.observations.assign(sender_id=-1)
    return prepared(replace(company, observations=rows))


def without_shocks(company: PlantedCompany) -> tuple[PersonEffects, GroupSet]:
    """Break: what hit a whole team in one window counts as the team's habit."""
    effects, groups = prepared(company)
    return replace(effects, var_shock=0.0), groups


def with_messages_as_people(company: PlantedCompany) -> tuple[PersonEffects, GroupSet]:
    """Break: every message counts as an independent observation, and is what is permuted."""
    rows = company.observations
    fit = fit_reply_model(rows)
    info = fit.p0 * (1.0 - fit.p0)
    windows, window = np.unique(rows["window_id"], return_inverse=True)
    home = company.members.drop_duplicates("subject_id").set_index("subject_id")
    own = home.loc[rows["recipient_id"]]
    residual = (rows["is_answered"].to_numpy(dtype=np.float64) - fit.p0) / info
    persons = pd.DataFrame(
        {
            "subject_id": np.arange(len(rows)),
            "unit_id": own["unit_id"].to_numpy(),
            "stratum": own["stratum"].to_numpy(),
            "effect": residual,
            "variance": 1.0 / info,
            "info": info,
            "n": 1,
            "home_window": rows["window_id"].to_numpy(),
        }
    )
    by_window = np.arange(windows.size)[:, None] == window[None, :]
    effects = PersonEffects(
        persons=persons,
        weight=info,
        spread=1.0 / info,
        window_ids=tuple(int(w) for w in windows),
        window_effect=np.where(by_window, residual, np.nan),
        window_weight=np.where(by_window, info, 0.0),
        var_between=0.0,
        var_shock=prepared(company)[0].var_shock,
        unit_sd=within_team_sd(residual, pd.factorize(own["unit_id"])[0].astype(np.int64)),
    )
    places = company.group_people.rename(columns={"subject_id": "recipient_id"})
    sent = pd.DataFrame(
        {"recipient_id": rows["recipient_id"], "subject_id": persons["subject_id"]}
    )
    places = places.merge(sent, on="recipient_id", validate="m:m")
    return effects, build_groups(company.groups, places, effects)


ESTIMATORS: dict[str, Estimator] = {
    "": prepared,
    "senders": without_senders,
    "messages": with_messages_as_people,
    "shocks": without_shocks,
}
"""By the name of what is broken; "" is the product."""
BREAKS = tuple(name for name in ESTIMATORS if name)
