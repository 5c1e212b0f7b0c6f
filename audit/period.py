"""One period of an audit: its groups, its coverage, every indicator, both verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.describing import Described
from audit.groups import Groups
from audit.inputs import lacking
from audit.judging import Judged, judge_behaviour
from audit.perception import SURVEY, judge_perception
from audit.plan import Plugin
from audit.profiles import profile_rows
from audit.qualitative import agreement, reliability_row, themes
from audit.results import (
    NO_MESSAGES,
    NOBODY_ASKED,
    joint_rows,
    not_judged,
    not_observed,
    verdict_rows,
)
from audit.robustness import Lead
from audit.second_looks import second_looks
from audit.statistics.convergent import convergent_rows
from audit.statistics.raking import Raking
from audit.survey_response import survey_coverage
from audit.view import WindowView

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class PeriodResults:
    """Everything a period gives; `tables` by the name of their contract, with window_id."""

    window_id: int
    tables: Frames
    leads: dict[str, str]
    is_felt: bool
    """Whether the survey of this period passed its gates."""
    has_messages: bool = True
    raking: Raking | None = None
    """How the answers of this period were weighted, if any were."""
    described: Mapping[str, Described] = field(default_factory=dict)
    """What values of other sets of people are made of, by indicator."""


@dataclass
class _Found:
    """Judgements of a period by indicator, as they come in."""

    judged: dict[str, Judged] = field(default_factory=dict)
    silent: dict[str, Judged] = field(default_factory=dict)
    """Values without a number of what the run does not hold."""

    def joined(self, part: str) -> pd.DataFrame:
        frames = [
            getattr(judged, part).assign(indicator=name)
            for name, judged in (self.judged | self.silent).items()
        ]
        frames = [frame for frame in frames if len(frame)]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def judge_period(
    view: WindowView, plugins: Sequence[Plugin], coverage: pd.DataFrame, config: AuditConfig
) -> PeriodResults:
    """Compute and judge every indicator of a period and read both layers together.

    `coverage` holds the COVERAGE rows of the network in this period.
    """
    shares = _shares(coverage)
    found = _Found()
    for plugin in plugins:
        why = lacking(plugin.meta.needs, view.tables.has)
        judged = None if why else _judged(plugin, view, shares, config)
        if judged is None:
            found.silent[plugin.name] = Judged(not_observed(view.groups, why or NOBODY_ASKED))
        else:
            found.judged[plugin.name] = judged
    leads = lead_indicators(config, set(found.judged))
    layers = {
        "behaviour": _judgement(found, leads["behaviour"], view.groups, NO_MESSAGES),
        "perception": _judgement(found, leads["perception"], view.groups, NOBODY_ASKED),
    }
    verdicts = [
        verdict_rows(rows, view.groups, name, leads[name]) for name, rows in layers.items()
    ]
    tables = {
        "indicator_values": found.joined("measured"),
        "reliability": _reliability(found, layers, leads, view),
        "verdicts": pd.concat(verdicts, ignore_index=True),
        "joint_verdicts": joint_rows(
            layers["behaviour"], layers["perception"], view.groups, config
        ),
        "coverage": _with_survey(coverage, view),
        **second_looks(view, _judged_leads(plugins, found, leads)),
        "themes": _themes(view, plugins, config),
        "profiles": _profiles(found, plugins, view, config),
    }
    window = view.period.period_id
    return PeriodResults(
        window,
        {name: table.assign(window_id=window) for name, table in tables.items() if len(table)},
        leads,
        bool(layers["perception"]["effect"].notna().any()),
        has_messages=not view.tables.edges.empty,
        raking=view.tables.answers.raking if view.tables.answers else None,
        described={name: j.described for name, j in found.judged.items() if j.described},
    )


def _judged(
    plugin: Plugin, view: WindowView, shares: pd.Series, config: AuditConfig
) -> Judged | None:
    if plugin.meta.layer == "perception":
        return judge_perception(plugin, view, config)
    if plugin.meta.layer == "interviews":
        # Themes are words: there is no value to show and none to judge.
        return Judged(pd.DataFrame(), reliability=reliability_row(agreement(view.tables.codes)))
    return judge_behaviour(plugin, view, shares, config)


def _reliability(
    found: _Found, layers: Mapping[str, pd.DataFrame], leads: dict[str, str], view: WindowView
) -> pd.DataFrame:
    rows = found.joined("reliability")
    if rows.empty:
        return rows
    rng = view.named(leads["behaviour"]).generator("convergent")
    both = convergent_rows(layers, rows, leads, view.groups.table, rng)
    return pd.concat([rows, both], ignore_index=True) if len(both) else rows


def _profiles(
    found: _Found, plugins: Sequence[Plugin], view: WindowView, config: AuditConfig
) -> pd.DataFrame:
    measured = found.joined("measured")
    if measured.empty:
        return measured
    rng = view.named("profiles").generator("weightings")
    return profile_rows(measured, view.groups.table, plugins, config.privacy.min_people, rng)


def _themes(view: WindowView, plugins: Sequence[Plugin], config: AuditConfig) -> pd.DataFrame:
    spoken = [plugin.function(view) for plugin in plugins if plugin.meta.layer == "interviews"]
    if not spoken or spoken[0].empty:
        return pd.DataFrame()
    return themes(spoken[0], agreement(view.tables.codes), config.privacy.min_people)


def _judged_leads(plugins: Sequence[Plugin], found: _Found, leads: dict[str, str]) -> list[Lead]:
    return [
        Lead(plugin, found.judged[plugin.name])
        for plugin in plugins
        if plugin.name in leads.values() and plugin.name in found.judged
    ]


def lead_indicators(config: AuditConfig, observed: set[str]) -> dict[str, str]:
    """Return the indicator behind each layer's verdict: named before the run.

    Of the perception leads the first that was asked is taken; none asked: the first named.
    """
    wanted = config.judgement.lead_perception
    asked = [name for name in wanted if name in observed]
    return {
        "behaviour": config.judgement.lead_behaviour,
        "perception": asked[0] if asked else wanted[0],
    }


def _judgement(found: _Found, lead: str, groups: Groups, why: str) -> pd.DataFrame:
    if lead in found.silent:
        why = str(found.silent[lead].measured["why"].iloc[0])
    judged = found.judged.get(lead)
    if judged is None or judged.judgement.empty:
        return not_judged(groups, why)
    return judged.judgement


def _shares(coverage: pd.DataFrame) -> pd.Series:
    if coverage.empty:
        return pd.Series(dtype="float64")
    rows = coverage[coverage["channel"] == "any"].set_index("group_id")
    return (rows["n_with_data"] / rows["n_people"].clip(lower=1)).astype("float64")


def _with_survey(coverage: pd.DataFrame, view: WindowView) -> pd.DataFrame:
    if view.tables.answers is None:
        return coverage
    survey = survey_coverage(view.tables.answers, view).reset_index().assign(channel=SURVEY)
    return pd.concat([coverage, survey], ignore_index=True)
