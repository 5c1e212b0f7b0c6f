"""What is kept of a run beside its tables: identity, quality, versions, seconds."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version as version_of

import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.period import PeriodResults
from audit.qualitative import Agreement, agreement
from audit.release import IdentityFacts, PublishOptions, SourceBalance
from audit.survey_facts import responses_of, survey_facts
from audit.version import VERSION
from audit.wording import NOT_VALIDATED, validated
from core.progress import Stage
from core.rows import rows
from core.store import Json, RunFolder
from core.tables.canonical import IMPORT_REASONS, IMPORTS
from core.tables.survey import CODES
from ingest.balance import IntakeReport
from ingest.keys.left_out import FORGOTTEN, OBJECTED, PURGED
from ingest.people.identity_report import RULES, IdentityReport
from ingest.registry import readers

SMALL_COMPANY = 150
_UNSAID = [FORGOTTEN, OBJECTED, PURGED]
LIBRARIES = ("duckdb", "igraph", "numpy", "pandas", "pyarrow", "pydantic", "scipy")


@dataclass(frozen=True)
class Record:
    """A finished judgement with everything that says how it came about."""

    config: AuditConfig
    intake: IntakeReport
    reply_quality: str
    latest: PeriodResults
    homes: pd.DataFrame
    key_check: str


def publish_options(record: Record, folder: RunFolder) -> PublishOptions:
    """Return identity, policy and quality of a run, as the publisher needs them."""
    config = record.config
    leads_with, leads_why = leading_layer(
        len(record.homes), record.latest.is_felt, has_messages=record.latest.has_messages
    )
    automated = record.intake.automated
    return PublishOptions(
        run_id=run_id(record, folder),
        title=config.reports.title or config.audit.name,
        is_sample=config.audit.is_sample,
        min_people=config.privacy.min_people,
        policy=config.privacy.policy,
        seed=config.audit.seed,
        version=VERSION,
        config_hash=config.digest(),
        weeks_per_window=config.measurement.weeks_per_window,
        windows_per_period=config.measurement.windows_per_verdict,
        lead_behaviour=record.latest.leads["behaviour"],
        lead_perception=record.latest.leads["perception"],
        leads_with=leads_with,
        leads_why=leads_why,
        reply_quality=record.reply_quality,
        balance=balance_of(folder),
        responses=responses_of(folder),
        survey=survey_facts(folder, record.latest.raking, config.privacy.min_people),
        interviews=interviews_of(folder),
        resolved_share=record.intake.resolved_share,
        identities=_identities(record.intake.identity),
        automated=tuple(sorted(automated.items())),
        n_human=record.intake.n_messages - sum(automated.values()),
        notes=_notes(record),
    )


def _identities(report: IdentityReport) -> IdentityFacts | None:
    if not report.by_rule:
        return None
    return IdentityFacts(
        by_source=tuple((name, *counts) for name, counts in sorted(report.by_source.items())),
        by_rule=tuple((words, report.by_rule.get(rule, 0)) for rule, words in RULES.items()),
        n_domains=len(report.domains),
    )


def leading_layer(n_people: int, is_felt: bool, *, has_messages: bool = True) -> tuple[str, str]:
    """Return which layer to read first, and why."""
    if not has_messages:
        return "perception", (
            "This audit holds no messages: only the survey speaks."
            if is_felt
            else "This audit holds no messages, and its survey did not pass its gates for groups: "
            "see how far to trust it."
        )
    if n_people < SMALL_COMPANY and is_felt:
        return "perception", (
            "In an organization of fewer than 150 people a survey says more than messages, "
            "because every verdict rests on few people; this survey passed its gates."
        )
    if is_felt:
        return "behaviour", "There are enough people for messages to carry verdicts of their own."
    return "behaviour", (
        "No survey near this period passed its gates, so messages are all there is to read."
    )


def _notes(record: Record) -> tuple[str, ...]:
    """Return how far the behaviour layer is borne out by what people here say."""
    if not record.latest.has_messages:
        return ()
    rows = record.latest.tables.get("reliability", pd.DataFrame())
    if rows.empty or not rows["kind"].eq("convergent").any():
        return (NOT_VALIDATED,)
    found = rows[rows["kind"] == "convergent"].iloc[0]
    return (validated(float(found["value"]), float(found["low"]), float(found["high"])),)


def run_id(record: Record, folder: RunFolder) -> str:
    """Return a hash of the data read, the configuration, the key and the version."""
    imports = IMPORTS.read(folder.canonical, ["file_sha256"])["file_sha256"]
    parts = [VERSION, record.config.digest(), record.key_check, *sorted(imports)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def balance_of(folder: RunFolder) -> tuple[SourceBalance, ...]:
    """Return the balance sheet of every source, named by reader and number.

    Units of people who were forgotten or objected are in no published count: how much one person
    wrote could be told from them.
    """
    imports = IMPORTS.read(folder.canonical).sort_values("source")
    reasons = IMPORT_REASONS.read(folder.canonical)
    reasons = reasons[reasons["part"].isin(["filtered", "rejected"])]
    found = []
    for row in rows(imports):
        label = row.text("source")
        own = reasons[reasons["source"] == label].groupby("reason")["n"].sum()
        n_unsaid = int(own.reindex(_UNSAID, fill_value=0).sum())
        own = own.drop(index=_UNSAID, errors="ignore")
        found.append(
            SourceBalance(
                label=_label(label),
                n_seen=row.whole("n_seen") - n_unsaid,
                n_accepted=row.whole("n_accepted"),
                n_duplicate=row.whole("n_duplicate"),
                n_filtered=row.whole("n_filtered") - n_unsaid,
                n_rejected=row.whole("n_rejected"),
                is_complete=row.flag("is_complete"),
                reasons=tuple((str(reason), int(n)) for reason, n in own.items()),
            )
        )
    return tuple(found)


def interviews_of(folder: RunFolder) -> Agreement | None:
    """Return how far the coders of a run's interviews agree; None where there were none."""
    codes = CODES.read(folder.canonical)
    return agreement(codes) if len(codes) else None


def manifest(
    record: Record, options: PublishOptions, stages: Sequence[Stage], folder: RunFolder
) -> dict[str, Json]:
    """Return the private record of a run: inputs, counts, versions, seed, seconds."""
    config = record.config
    inputs = IMPORTS.read(folder.canonical)
    hashes: list[Json] = [
        {
            "source": row.text("source"),
            "sha256": row.text("file_sha256"),
            "rows": row.whole("n_rows"),
        }
        for row in rows(inputs.sort_values("source"))
    ]
    return {
        "run_id": options.run_id,
        "title": options.title,
        "version": VERSION,
        "config_hash": options.config_hash,
        "seed": config.audit.seed,
        "key_check": record.key_check,
        "policy": config.privacy.policy,
        "min_people": config.privacy.min_people,
        "reply_quality": record.reply_quality,
        "inputs": hashes,
        "intake": record.intake.as_json(),
        "stages": [{k: v for k, v in asdict(done).items() if k != "notes"} for done in stages],
        "python": platform.python_version(),
        "libraries": {name: version_of(name) for name in LIBRARIES},
    }


def _label(source: str) -> str:
    """Return a source as people call it: "HR roster (source 1)", never a file name."""
    reader, _, number = source.partition(" #")
    return f"{readers.get(reader).meta.title} (source {number})"
