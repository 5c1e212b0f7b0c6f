"""The record of processing (GDPR Art. 30) and the annex for a processor (Art. 28)."""

from __future__ import annotations

from audit.papers.facts import Facts
from core.roles import ROLES
from reports.paper import Bullets, Heading, Paper, Table, Text

_OPEN = "TO BE COMPLETED"


_DUTIES = (
    "Runs the audit only on an encrypted volume; the key lies on another device or in a keyring.",
    "Takes no export, table or key elsewhere; hands over reports only.",
    "Deletes the exports after the import and everything else with python -m audit purge --all, "
    "and hands over the certificate.",
    "Answers requests of persons within five working days with forget, access-request and "
    "object; each is on record.",
    "Names the functions to be left out before the first import, as given by the controller.",
    "Tells the controller of a breach without delay, at the latest within 24 hours.",
    "Uses no figure for another client; keys differ, so that engagements cannot be linked.",
    "Sub-processors: none.",
)


def processing_record(facts: Facts) -> Paper:
    """Return the entry in the record of processing activities of the controller."""
    kept = facts.kept()
    roles = ", ".join(role.title for role in ROLES.values())
    return Paper(
        key="record-of-processing",
        title=f"Record of processing: {facts.name}",
        lead="Art. 30(1) GDPR. One entry for the record of the controller.",
        foot=facts.foot,
        dated=facts.dated,
        blocks=(
            Table(
                ("item", "entry"),
                (
                    ("Controller, contact", _OPEN),
                    ("Data protection officer", _OPEN),
                    ("Purposes", "; ".join(facts.config.audit.purposes)),
                    ("People concerned", "employees and, as classes without names, people outside "
                     "who write to them"),
                    ("Categories of data", "; ".join(_categories(facts))),
                    ("Special categories", "none intended; contacts with protected functions are "
                     "filtered before storage where they are named; survey answers may hint at "
                     "health"),
                    ("Recipients", f"roles of the app: {roles}. Nobody outside the controller "
                     "but a processor named in an annex"),
                    ("Transfers to third countries", "none by the program: it makes no connection "
                     "beyond the machine. Where the machine stands: " + _OPEN),
                    ("Erasure", f"{facts.messages_kept}, surveys {kept['surveys']}, "
                     f"rejects {kept['rejects']}, published groups "
                     f"{facts.config.retention.aggregates_months} months"),
                    ("Technical and organizational measures", "keyed pseudonyms, encrypted vault, "
                     "key kept apart, publishing wall, roles, hash-chained audit log, deletion by "
                     "command with proof; docs/security.md lists them with their tests"),
                    ("Impact assessment", "dpia.md in this folder"),
                ),
                (3, 8),
            ),
        ),
    )  # fmt: skip


def processor_annex(facts: Facts) -> Paper:
    """Return the annex to a contract with a consultant who runs the audit (Art. 28(3))."""
    return Paper(
        key="processor-annex",
        title=f"Annex on processing: {facts.name}",
        lead="Art. 28(3) GDPR. For a consultant who runs the audit on a laptop of its own.",
        foot=facts.foot,
        dated=facts.dated,
        blocks=(
            Heading("Subject", 2),
            Bullets(facts.config.audit.purposes),
            Text(f"Period: {facts.period}. Duration of the processing: {_OPEN}."),
            Heading("Data", 2),
            Bullets(_categories(facts)),
            Heading("Duties of the processor", 2),
            Bullets((*_DUTIES, f"Keeps no longer: {facts.messages_kept}.")),
            Heading("Prohibited", 2),
            Text(
                "Evaluation of persons, pay, discipline, dismissal; bonus or target on an "
                "indicator; inference of emotion; attempts to read persons out of groups."
            ),
            Table(("signature", "name", "date"), (("controller", _OPEN, _OPEN),
                                                  ("processor", _OPEN, _OPEN))),
        ),
    )  # fmt: skip


def _categories(facts: Facts) -> tuple[str, ...]:
    found = {
        "messages": "metadata of messages: sender, recipients, time, channel, answer",
        "people": "roster: unit, site, level, manager, entry and leaving date, working time",
        "answers": f"survey answers, promised {facts.config.survey.mode}",
        "codings": "codes of interviews",
        "outcomes": "figures of units, such as turnover",
    }
    return tuple(words for table, words in found.items() if facts.gives(table))
