"""The audit file as the plain values that intake takes: sources, settings, key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from audit.config.audit_file import AuditConfig
from audit.config.parts import ScalePart
from audit.engagement import check_before_key
from core.errors import ConfigError
from core.text import slug
from core.windows import day_of
from ingest.keys.pseudonyms import LoadedKey, Pseudonymiser, load_key, load_or_create_key
from ingest.limits import Limits
from ingest.registry import readers
from ingest.settings import (
    AutomationSettings,
    IntakeSettings,
    ItemSettings,
    ScaleSettings,
    SourceSpec,
    SurveySettings,
    WeeklyRules,
)
from ingest.working_hours import EVERYWHERE, WorkCalendar

KEY_FOLDER = Path(".isotherm")
ALL_SITES = "all"
LEAST_ANSWERED = 0.7


@dataclass(frozen=True)
class Key:
    """The key of a run and what to say about it, empty where nothing needs saying."""

    pseudonyms: Pseudonymiser
    says: str


def source_specs(config: AuditConfig) -> list[SourceSpec]:
    """Return the sources for intake; unknown readers and options are all named at once."""
    problems = []
    for number, part in enumerate(config.source, start=1):
        if part.reader not in readers.names():
            known = ", ".join(readers.names())
            problems.append(f"source[{number}].reader: no reader {part.reader!r}; known: {known}")
            continue
        taken = readers.get(part.reader).meta.options
        problems += [
            f"source[{number}].{name}: the reader {part.reader} has no such option; "
            f"it takes: {', '.join(taken) or 'none'}"
            for name in part.options
            if name not in taken
        ]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise ConfigError(f"The sources cannot be read.\n{listed}\n", code="E-CFG-004")
    return [
        SourceSpec(number, part.reader, part.path, part.options)
        for number, part in enumerate(config.source, start=1)
    ]


def intake_settings(config: AuditConfig, key: Pseudonymiser) -> IntakeSettings:
    """Return everything intake must know that is not in the exports."""
    organization, period = config.organization, config.audit.period
    limits = {k: v for k, v in config.limits.model_dump().items() if v is not None}
    return IntakeSettings(
        key=key,
        own_domains=organization.own_domains,
        aliases=organization.alias_file,
        roster_is_complete=organization.roster_is_complete,
        stakeholders=tuple((part.kind, part.domains) for part in config.stakeholder),
        excluded_roles=config.privacy.excluded_roles,
        calendar=WorkCalendar(
            time_zone=organization.time_zone,
            start_hour=organization.start_hour,
            end_hour=organization.end_hour,
            days=tuple(day - 1 for day in organization.workdays),
            holidays={
                EVERYWHERE if site == ALL_SITES else site: days
                for site, days in organization.holidays.items()
            },
        ),
        survey=_survey(config),
        codebook=config.interviews.codebook,
        automation=AutomationSettings(
            automated=config.automation.automated, human=config.automation.human
        ),
        first_day=day_of(period.first) if period else None,
        last_day=day_of(period.last) if period else None,
        mass_max=config.measurement.mass_max,
        horizon_h=config.measurement.horizon_h,
        organization=config.audit.name,
        weekly=WeeklyRules(config.retention.event_days) if config.is_weekly else None,
        limits=replace(Limits(), **limits),
    )


def key_of(config: AuditConfig, root: Path | None = None) -> Key:
    """Return the key of an audit: from its key file, which is made where there is none.

    With the run folder `root` it is the key of the engagement in it, in its present epoch: another
    key, a missing one and a destroyed one are refused with `ConfigError`, before anything is read.
    The sample company is made up; its key follows from the seed, so that a demo can be repeated
    byte by byte.
    """
    known = check_before_key(root) if root is not None else None
    epoch = known.epoch if known is not None else 1
    key = _key(config, epoch, is_known=known is not None)
    if known is not None:
        known.check_key(key.pseudonyms)
    return key


def key_path(config: AuditConfig) -> Path:
    """Return where the key of an audit lies."""
    return config.privacy.key_file or Path.home() / KEY_FOLDER / f"{slug(config.audit.name)}.key"


def _key(config: AuditConfig, epoch: int, *, is_known: bool) -> Key:
    if config.audit.is_sample:
        root = hashlib.sha256(f"isotherm sample {config.audit.seed}".encode()).digest()
        return Key(Pseudonymiser(root, epoch), "")
    path = key_path(config)
    loaded = LoadedKey(load_key(path), is_new=False) if is_known else load_or_create_key(path)
    pseudonyms = Pseudonymiser(loaded.root, epoch)
    says = (
        f"A new key was made: {path} (check value {pseudonyms.check_value}). Keep it apart from "
        "the runs: who holds both can link pseudonyms to addresses. Without it this audit cannot "
        "be continued."
        if loaded.is_new
        else f"Key {pseudonyms.check_value} from {path}."
    )
    return Key(pseudonyms, says)


def _survey(config: AuditConfig) -> SurveySettings:
    scales = config.survey.scale
    return SurveySettings(
        mode=config.survey.mode,
        scales=tuple(_scale(part) for part in scales),
        items=tuple(item for part in scales for item in _items(part)),
        min_people=config.survey.min_people,
    )


def _scale(part: ScalePart) -> ScaleSettings:
    least = part.min_items or max(1, round(LEAST_ANSWERED * len(part.items)))
    return ScaleSettings(
        scale_id=part.id,
        title=part.title or part.id.replace("_", " ").capitalize(),
        construct=part.measures or part.id,
        min_items=least,
        source=part.source,
        licence=part.licence,
    )


def _items(part: ScalePart) -> list[ItemSettings]:
    return [
        ItemSettings(
            item_id=f"{part.id}_{number}",
            scale_id=part.id,
            column=column,
            item_no=number,
            lowest=part.lowest,
            highest=part.highest,
            is_reversed=column in part.reversed,
            is_anchor=column not in part.changed,
            referent=part.referent,
        )
        for number, column in enumerate(part.items, start=1)
    ]
