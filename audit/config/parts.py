"""The sections of `audit.toml` as frozen models: every key with its meaning and its bounds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar, cast
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    model_validator,
)

Option = str | int | float | bool | Sequence["Option"] | Mapping[str, "Option"]

_DOMAIN = re.compile(r"^(?=.{3,253}$)([a-z0-9_-]+\.)+[a-z0-9-]{2,}$")
_MEMORY = re.compile(r"^[1-9][0-9]*(MB|GB)$")


def _from_base(path: Path, info: ValidationInfo) -> Path:
    base: Path = (info.context or {}).get("base", Path())
    return base / path.expanduser()


def _existing(path: Path, info: ValidationInfo) -> Path:
    full = _from_base(path, info)
    if not full.exists() and not (info.context or {}).get("may_be_gone"):
        raise ValueError(f"there is no file or folder {path.as_posix()!r} beside the audit file")
    return full


def _domain(text: str) -> str:
    plain = text.strip().lower().lstrip("@")
    if not _DOMAIN.match(plain):
        raise ValueError("a domain looks like `example.com`")
    return plain


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(f"{text!r} is no time zone; write a name such as `Europe/Rome`")
    return ZoneInfo(text).key


def _memory(text: str) -> str:
    if not _MEMORY.match(text):
        raise ValueError("write a size such as `4GB` or `800MB`")
    return text


AnyPath = Annotated[Path, AfterValidator(_from_base)]
InputPath = Annotated[Path, AfterValidator(_existing)]
Domain = Annotated[str, AfterValidator(_domain)]
Zone = Annotated[str, AfterValidator(_zone)]
Item = TypeVar("Item")
OneOrMore = Annotated[tuple[Item, ...], Field(min_length=1)]


class Part(BaseModel):
    """A section: frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(Part):
    """The days that are analysed, both included."""

    first: dt.date = Field(description="first day of the analysed period")
    last: dt.date = Field(description="last day of the analysed period")

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.last < self.first:
            raise ValueError("`last` lies before `first`")
        return self


class AuditPart(Part):
    """`[audit]`: what this audit is called and which days it looks at."""

    name: str = Field(min_length=1, max_length=80, description="name shown on every page")
    period: Period | None = Field(
        None, description="first and last day; left out: from the first to the last message"
    )
    seed: int = Field(7, ge=0, lt=2**63, description="seed of every random draw")
    is_sample: bool = Field(False, description="made-up company; its key is no secret")
    log_copy: AnyPath | None = Field(
        None, description="file elsewhere that the head of the audit log is copied to"
    )
    purposes: OneOrMore[Annotated[str, Field(min_length=1, max_length=300)]] = Field(
        (
            "To find which groups lack the conditions that empathy needs: answers, inclusion, "
            "recognition, time to rest.",
            "To decide with these groups what to change, and to see later whether it changed.",
        ),
        description="what the audit is for; another set needs the approval of two roles",
    )


class OrganizationPart(Part):
    """`[organization]`: whose people count as employees, and when they work."""

    own_domains: tuple[Domain, ...] = Field((), description="mail domains of the organization")
    alias_file: InputPath | None = Field(
        None, description="CSV of further addresses: person_id, alias"
    )
    roster_is_complete: bool = Field(
        False,
        description="the roster names everybody who works here: then an account without an "
        "address is given to the one person of its full name",
    )
    time_zone: Zone = Field("UTC", description="zone where the roster names none")
    start_hour: int = Field(9, ge=0, le=23, description="scheduled work begins")
    end_hour: int = Field(17, ge=1, le=24, description="scheduled work ends")
    workdays: OneOrMore[Annotated[int, Field(ge=1, le=7)]] = Field(
        (1, 2, 3, 4, 5), description="scheduled days, 1 is Monday"
    )
    holidays: dict[str, tuple[dt.date, ...]] = Field(
        default_factory=dict, description="days off by site; `all` holds everywhere"
    )

    @model_validator(mode="after")
    def _day_has_hours(self) -> OrganizationPart:
        if self.end_hour <= self.start_hour:
            raise ValueError("`end_hour` must be later than `start_hour`")
        return self


class SourcePart(BaseModel):
    """`[[source]]`: one export; every further key is an option of its reader."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    reader: str = Field(description="how to read it; `python -m audit list readers` names all")
    path: InputPath = Field(description="file or folder, relative to the audit file")

    @property
    def options(self) -> dict[str, Option]:
        """Options of the reader: every key beside `reader` and `path`."""
        return cast("dict[str, Option]", dict(self.__pydantic_extra__))  # TOML knows no null

    @model_validator(mode="before")
    @classmethod
    def _dates_as_text(cls, raw: dict[str, object]) -> dict[str, object]:
        return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in raw.items()}

    @model_validator(mode="after")
    def _nested_paths(self, info: ValidationInfo) -> SourcePart:
        for name, value in self.__pydantic_extra__.items():
            if isinstance(value, dict) and isinstance(value.get("path"), str):
                try:
                    full = _existing(Path(str(value["path"])), info)
                except ValueError as error:
                    raise ValueError(f"{name}.path: {error}") from None
                self.__pydantic_extra__[name] = {**value, "path": str(full)}
        return self


class StakeholderPart(Part):
    """`[[stakeholder]]`: which outside domains belong to which class of people."""

    kind: Literal["customer", "supplier", "partner", "community", "other"] = Field(
        alias="class", description="class of the people behind these domains"
    )
    domains: OneOrMore[Domain] = Field(description="their mail domains")


class ScalePart(Part):
    """`[[survey.scale]]`: items that measure one construct; polarity is never guessed."""

    id: str = Field(min_length=1, description="name of the scale, such as psychological_safety")
    title: str = Field("", description="plain title; left out: that of the shipped scale")
    measures: str = Field("", alias="construct", description="what it measures; left out: the id")
    items: OneOrMore[str] = Field(description="column names or item ids, in order")
    reversed: tuple[str, ...] = Field((), description="items where agreement means less of it")
    changed: tuple[str, ...] = Field((), description="items worded otherwise in another wave")
    lowest: int = Field(1, description="lowest answer")
    highest: int = Field(7, description="highest answer")
    min_items: int | None = Field(
        None, ge=1, description="answers a form needs; left out: 70 % of the items"
    )
    referent: Literal["team", "person", "organization"] = Field(
        "team", description="about whom the items ask"
    )
    source: str = Field("", description="paper or owner of the scale")
    licence: str = Field("", description="terms of use")

    @model_validator(mode="after")
    def _consistent(self) -> ScalePart:
        if self.highest <= self.lowest:
            raise ValueError("`highest` must be above `lowest`")
        for name, named in (("reversed", self.reversed), ("changed", self.changed)):
            if strange := sorted(set(named) - set(self.items)):
                raise ValueError(f"`{name}` names items that are not in `items`: {strange}")
        if len(set(self.items)) < len(self.items):
            raise ValueError("an item stands twice in `items`")
        if self.min_items is not None and self.min_items > len(self.items):
            raise ValueError("`min_items` is more than there are items")
        return self


class SurveyPart(Part):
    """`[survey]`: what was promised, and which items make which scale."""

    mode: Literal["anonymous", "confidential"] = Field(
        "anonymous", description="what was promised to those who answered"
    )
    min_people: int = Field(8, ge=5, description="floor promised when the survey was launched")
    min_response: float = Field(
        0.5, ge=0.3, le=1, description="response share under which a group is not observed"
    )
    scale: tuple[ScalePart, ...] = Field((), description="scales that are in the files")


class MeasurementPart(Part):
    """`[measurement]`: rules that turn messages into observations."""

    addressed_max: int = Field(5, ge=1, description="up to so many recipients are addressed")
    mass_max: int = Field(30, ge=2, description="more recipients make no ties")
    horizon_h: int = Field(16, ge=1, le=160, description="scheduled hours an answer may take")
    weeks_per_window: int = Field(4, ge=1, le=13, description="weeks in a window")
    windows_per_verdict: int = Field(3, ge=1, le=13, description="windows pooled by a verdict")
    min_inbound: int = Field(8, ge=1, description="addressed messages a person must have received")
    min_tenure_weeks: int = Field(4, ge=0, description="weeks in the organization before a window")
    min_employed: float = Field(0.6, gt=0, le=1, description="share of a window employed")
    min_coverage: float = Field(0.70, ge=0, le=1, description="share of members with data")
    reply_quality: Literal["auto", "explicit", "pseudo"] = Field(
        "auto", description="how answers are known: by link, inferred, or whichever covers more"
    )


class JudgementPart(Part):
    """`[judgement]`: rules of the verdicts, named before the run."""

    lead_behaviour: str = Field("response_rate", description="indicator behind the verdict")
    lead_perception: tuple[str, ...] = Field(
        ("felt_listening", "psychological_safety"), description="first of these that was asked"
    )
    material: float = Field(0.25, gt=0, description="smallest log-odds effect that matters")
    material_survey: float = Field(0.30, gt=0, description="smallest effect in SD that matters")
    family_alpha: float = Field(0.05, gt=0, le=0.2, description="familywise error of confirmed")
    fdr: float = Field(0.10, gt=0, le=0.3, description="false discovery rate of watch")
    permutations: int = Field(4999, ge=199, le=999_999, description="least number of draws")


class PrivacyPart(Part):
    """`[privacy]`: floor, policy, key and who is left out."""

    min_people: int = Field(8, ge=5, le=100, description="people a shown group must have")
    policy: Literal["standard", "strict"] = Field("standard", description="disclosure policy")
    key_file: AnyPath | None = Field(
        None, description="32-byte key, readable by its owner only; left out: in the home folder"
    )
    excluded_roles: tuple[str, ...] = Field(
        (), description="roles on the roster that are never read: works council, medical, ..."
    )


class AutomationPart(Part):
    """`[automation]`: senders that are known not to be a human act, or known to be one."""

    automated: tuple[str, ...] = Field((), description="addresses or ids of bots and systems")
    human: tuple[str, ...] = Field(
        (), description="addresses or ids that look like one, but are not"
    )


class EnginePart(Part):
    """`[engine]`: memory and threads of the SQL engine."""

    memory: Annotated[str, AfterValidator(_memory)] = Field("4GB", description="largest memory")
    threads: int = Field(2, ge=1, le=256, description="threads")


class IndicatorsPart(Part):
    """`[indicators]`: which ones are computed."""

    use: tuple[str, ...] = Field((), description="names; left out: all")


class ReportsPart(Part):
    """`[reports]`: what `run` writes at its end."""

    formats: tuple[str, ...] = Field((), description="writers; left out: all")
    title: str = Field("", max_length=80, description="title of the documents; left out: the name")
