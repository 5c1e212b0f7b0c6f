"""The audit file `audit.toml`: read, validated whole, every problem named by its TOML path."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from audit.config.interviews import InterviewsPart
from audit.config.limits import LimitsPart
from audit.config.parts import (
    AuditPart,
    AutomationPart,
    EnginePart,
    IndicatorsPart,
    JudgementPart,
    MeasurementPart,
    OneOrMore,
    OrganizationPart,
    Part,
    PrivacyPart,
    ReportsPart,
    SourcePart,
    StakeholderPart,
    SurveyPart,
)
from audit.config.retention import RetentionPart
from core.errors import ConfigError, UsageError

_NOT_VALUES = "Value error, "


class AuditConfig(Part):
    """The whole audit file; paths are absolute, everything else as written or the default."""

    audit: AuditPart = Field(description="what this audit is")
    organization: OrganizationPart = Field(OrganizationPart(), description="whose organization")
    source: OneOrMore[SourcePart] = Field(description="the exports to read")
    stakeholder: tuple[StakeholderPart, ...] = Field((), description="classes of outside people")
    automation: AutomationPart = Field(AutomationPart(), description="known bots, known humans")
    survey: SurveyPart = Field(SurveyPart(), description="what was asked, and what was promised")
    interviews: InterviewsPart = Field(InterviewsPart(), description="the code book of interviews")
    measurement: MeasurementPart = Field(MeasurementPart(), description="messages to observations")
    judgement: JudgementPart = Field(JudgementPart(), description="observations to verdicts")
    privacy: PrivacyPart = Field(PrivacyPart(), description="who stays unseen")
    retention: RetentionPart = Field(RetentionPart(), description="what is kept, and how long")
    limits: LimitsPart = Field(LimitsPart(), description="when a run stops")
    engine: EnginePart = Field(EnginePart(), description="memory and threads")
    indicators: IndicatorsPart = Field(IndicatorsPart(), description="what is computed")
    reports: ReportsPart = Field(ReportsPart(), description="what is written at the end")

    @property
    def is_weekly(self) -> bool:
        """Whether messages are dropped once a week of them has been condensed to sums."""
        wanted = self.retention.weekly
        return self.privacy.policy == "strict" if wanted is None else wanted

    def digest(self) -> str:
        """Return a hash of every setting; where files and keys lie does not enter it."""
        hidden = {
            "audit": {"log_copy"},
            "privacy": {"key_file"},
            "organization": {"alias_file"},
        }
        plain = self.model_dump(mode="json", by_alias=True, exclude=hidden)
        return hashlib.sha256(
            json.dumps(_without_folders(plain), sort_keys=True).encode()
        ).hexdigest()[:16]


def load_config(path: Path, *, may_be_gone: bool = False) -> AuditConfig:
    """Return the validated audit file, or raise one `ConfigError` that lists every problem.

    Relative paths in the file are relative to the file itself. Array entries are counted from 1:
    `source[2].path` is the path of the second `[[source]]`. `may_be_gone`: files and folders it
    names need not be there any more, for commands that look after what was read.
    """
    if not path.is_file():
        raise UsageError(
            f"There is no audit file {path.name}.",
            hint="Start from examples/audit.toml, which explains every key.",
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: not UTF-8 text.", code="E-CFG-001") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not valid TOML: {error}.", code="E-CFG-002") from error
    try:
        context = {"base": path.resolve().parent, "may_be_gone": may_be_gone}
        return AuditConfig.model_validate(raw, context=context)
    except ValidationError as error:
        problems = [
            f"{_toml_path(item['loc'])}: {item['msg'].removeprefix(_NOT_VALUES)}"
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise _refused(path, problems) from None


def _without_folders(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: Path(str(item)).name if name == "path" else _without_folders(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without_folders(item) for item in value]
    return value


def _refused(path: Path, problems: Sequence[str]) -> ConfigError:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    listed = "\n".join(f"  - {problem}" for problem in problems)
    return ConfigError(
        f"{path.name}: {count}. Nothing was read.\n{listed}\n",
        code="E-CFG-003",
        hint="examples/audit.toml explains every key.",
    )


def _toml_path(place: Sequence[str | int]) -> str:
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif step not in ("str", "int", "float", "bool"):
            text += f".{step}" if text else step
    return text or "the file"
