"""A period's replies to weekly sums per person: all that later steps need of the messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from audit.reply_model import ReplyFit, fit_reply_model, person_sums
from core.engine import Engine
from core.tables.canonical import STAKEHOLDERS
from core.windows import Period

QUALITIES = ("explicit", "pseudo")

REPLIES_SQL = """
select
    week, sender_id, recipient_id, relation, stakeholder, is_same_unit, channel, inbound_load,
    fan_out, hour_block, weekday, is_off_hours, is_answered, is_censored, is_neglected,
    is_neglect_censored, is_from_senior, is_pulled
from replies
where reply_quality = $quality
    and week >= $first_day
    and week < $end_day
order by week, recipient_id, sender_id, message_id
"""

QUALITY_SQL = """
select reply_quality, cast(sum(n) as bigint) as n
from answer_channels
group by reply_quality
"""

NAMES = {"excess1": "excess_own", "info1": "info_own"}

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Family:
    """Outcomes that share one fitted model: which messages, and what counts as a yes.

    `outcomes` pairs an outcome with the column and value that pick its messages; None for all.
    `as_peer` are outcomes whose expectation is that of a message between peers.
    """

    name: str
    yes: str
    outcomes: tuple[tuple[str, tuple[str, str] | None], ...]
    as_peer: tuple[tuple[str, tuple[str, str]], ...] = ()

    def messages(self, rows: pd.DataFrame) -> Mask:
        """Return which observations the model is fitted on."""
        outside = (rows["relation"] == "outside").to_numpy()
        early = ~rows["is_censored"].to_numpy(dtype=np.bool_)
        if self.name == "outside":
            mask: Mask = outside & early
        elif self.name == "neglected":
            mask = ~outside & ~rows["is_neglect_censored"].to_numpy(dtype=np.bool_)
        elif self.name == "answered_off_hours":
            senior = rows["is_from_senior"].to_numpy(dtype=np.bool_)
            mask = ~outside & early & senior & rows["is_off_hours"].to_numpy(dtype=np.bool_)
        else:
            mask = ~outside & early
        return mask


UP, DOWN = ("relation", "up"), ("relation", "down")
FAMILIES = (
    Family(
        "answered",
        "is_answered",
        (("answered", None), ("answered_up", UP), ("answered_down", DOWN)),
        (("answered_up_as_peer", UP), ("answered_down_as_peer", DOWN)),
    ),
    Family("neglected", "is_neglected", (("neglected", None),)),
    Family("answered_off_hours", "is_pulled", (("answered_off_hours", None),)),
    Family(
        "outside",
        "is_answered",
        tuple((f"answered_{name}", ("stakeholder", name)) for name in STAKEHOLDERS),
    ),
)


@dataclass(frozen=True)
class Condensed:
    """Weekly sums of a period and what the fitted models say about the organization.

    `fits` holds the model of colleagues' answers, by reply quality.
    """

    person_weeks: pd.DataFrame
    fits: dict[str, ReplyFit]


def choose_quality(engine: Engine, network: Path, wanted: str) -> str:
    """Return how answers are known in this run: explicit, pseudo, or none.

    One quality serves the whole run, so that linked and inferred answers never meet in one
    comparison. `auto` takes the export's own links where they cover at least half of the
    addressed messages, else inferred ones.
    """
    counts = engine.fetch(QUALITY_SQL, {"answer_channels": network / "answer_channels.parquet"})
    found = {str(q): int(n) for q, n in zip(counts["reply_quality"], counts["n"], strict=True)}
    if not found:
        return "none"
    if wanted != "auto":
        return wanted if wanted in found else "none"
    explicit = found.get("explicit", 0)
    return "explicit" if explicit >= found.get("pseudo", 0) else "pseudo"


def condense(engine: Engine, network: Path, period: Period) -> Condensed:
    """Fit the reply model of each outcome and quality and return PERSON_WEEKS rows.

    Each family of outcomes has a fit of its own: colleagues' answers, messages left without an
    answer for four working days and followed up, answers before the next work start to what
    seniors send after hours, and answers to people outside. Messages too close to the data end for
    the outcome do not enter. What nobody was in a position to do has no rows.
    """
    span = (period.first_day, period.end_day)
    return _condensed(engine, network, span, str(period.period_id), keeps_unseen=False)


def condense_week(engine: Engine, network: Path, week: int) -> pd.DataFrame:
    """Fit the reply model on one week and return PERSON_WEEKS rows: nothing else is needed of it.

    As `condense`, with one difference: a week in which nobody followed up or answered in the
    evening has its rows, for only the weeks of a period together can tell whether that shows
    (`only_seen`).
    """
    span = (week, week + 7)
    return _condensed(engine, network, span, f"week-{week}", keeps_unseen=True).person_weeks


def only_seen(weeks: pd.DataFrame) -> pd.DataFrame:
    """Return the PERSON_WEEKS rows of a period without the outcomes of which it shows no trace."""
    traced = [family.name for family in FAMILIES if family.yes != "is_answered"]
    n_yes = weeks.groupby(["outcome", "reply_quality"])["n_yes"].transform("sum")
    return weeks[~weeks["outcome"].isin(traced) | (n_yes > 0)]


def _condensed(
    engine: Engine, network: Path, span: tuple[int, int], label: str, *, keeps_unseen: bool
) -> Condensed:
    parts, fits = [], {}
    for quality in QUALITIES:
        rows = engine.fetch(
            REPLIES_SQL,
            {"replies": network / "replies.parquet"},
            {"quality": quality, "first_day": span[0], "end_day": span[1]},
        )
        for family in FAMILIES:
            chosen = rows[family.messages(rows)].reset_index(drop=True)
            if chosen.empty or not (keeps_unseen or _is_seen(chosen, family)):
                continue
            chosen = chosen.assign(is_answered=chosen[family.yes])
            fit = fit_reply_model(chosen)
            if family.name == "answered":
                fits[quality] = fit
            model = f"{label}-{quality}-{family.name}"
            parts += [
                sums.assign(reply_quality=quality, model_id=model)
                for sums in _outcomes(chosen, fit, family)
            ]
    sums = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return Condensed(sums, fits)


def _is_seen(rows: pd.DataFrame, family: Family) -> bool:
    """Say whether an outcome can be seen: follow-ups and evening answers leave a trace or not.

    Where nobody ever follows up or answers in the evening, the exports do not show it; that is
    not the same as 0.
    """
    return family.yes == "is_answered" or bool(rows[family.yes].any())


def _outcomes(rows: pd.DataFrame, fit: ReplyFit, family: Family) -> Iterator[pd.DataFrame]:
    for outcome, where in family.outcomes:
        yield from _sums(rows, fit, outcome, where)
    for outcome, where in family.as_peer:
        yield from _sums(rows, _between_peers(fit, where[1]), outcome, where)


def _sums(
    rows: pd.DataFrame, fit: ReplyFit, outcome: str, where: tuple[str, str] | None
) -> Iterator[pd.DataFrame]:
    chosen = np.ones(len(rows), dtype=np.bool_)
    if where is not None:
        chosen = (rows[where[0]] == where[1]).to_numpy(dtype=np.bool_)
    if not chosen.any():
        return
    part = replace(fit, p0=fit.p0[chosen], p1=fit.p1[chosen], n=int(chosen.sum()))
    yield person_sums(rows[chosen], part).rename(columns=NAMES).assign(outcome=outcome)


def _between_peers(fit: ReplyFit, relation: str) -> ReplyFit:
    """Return the fit with the expectations that messages of one relation had between peers.

    What the model gives a relation for all of the organization is taken out, so that it stays in
    the excess; sender, load, time and the rest are still allowed for.
    """
    beta = fit.coefficients()
    shift = float(beta.get(f"relation={relation}", 0.0)) - float(beta.get("relation=peer", 0.0))
    return replace(fit, p0=expit(logit(fit.p0) - shift), p1=expit(logit(fit.p1) - shift))
