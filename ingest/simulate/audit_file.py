"""The `audit.toml` beside the exports, so that the company is audited like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.windows import date_of
from ingest.simulate.exports import ROSTER, SLACK, TRACE
from ingest.simulate.interviews import CODEBOOK, CODES
from ingest.simulate.names import EXCLUDED_ROLES, OWN_DOMAIN, SITES, STAKEHOLDERS
from ingest.simulate.org import Company
from ingest.simulate.survey import LISTENING_ITEMS, SAFETY_ITEMS, SAFETY_REVERSED

_HEAD = """\
# Audit of a made-up company. Nothing in these files belongs to a real person.
[audit]
name = {title}
seed = {seed}
is_sample = true
period = {{ first = {first}, last = {last} }}

[organization]
own_domains = [{domain}]
time_zone = {zone}

[[source]]
reader = "roster_csv"
path = {roster}

[[source]]
reader = "messages_csv"
path = {trace}
channel = "email"
time = "iso"
identity = "email"
[source.columns]
message_id = "Message ID"
reply_to = "In-Reply-To"
thread_id = "Conversation ID"
sender = "Sender Address"
recipients = "Recipient Address"
sent = "Sent (UTC)"

[[source]]
reader = "slack"
path = {slack}
"""
_WAVE = """
[[source]]
reader = "survey_csv"
path = {path}
wave = {wave}
first_day = {first}
last_day = {last}
"""
_CODES = """
[[source]]
reader = "codes_csv"
path = {path}
"""
_STAKEHOLDER = """
[[stakeholder]]
class = {kind}
domains = [{domains}]
"""
_SURVEY = """
[survey]
mode = "anonymous"

[[survey.scale]]
id = "psychological_safety"
title = "Psychological safety"
items = [{safety}]
reversed = [{reversed_items}]
lowest = 1
highest = 7
source = "Edmondson 1999"

[[survey.scale]]
id = "felt_listening"
title = "Felt listening"
items = [{listening}]
lowest = 1
highest = 5
source = "Kluger and Itzchakov 2022"

[privacy]
excluded_roles = [{roles}]
"""


def write_audit_file(
    company: Company,
    seed: int,
    waves: Sequence[tuple[str, int, int]],
    path: Path,
    *,
    has_interviews: bool = False,
) -> None:
    """Write the configuration; `waves` gives file, first and last day of each survey."""
    text = _HEAD.format(
        title=_quoted(company.plan.title),
        seed=seed,
        first=date_of(company.first_day).isoformat(),
        last=date_of(company.end_day - 1).isoformat(),
        domain=_quoted(OWN_DOMAIN),
        zone=_quoted(SITES[0].time_zone),
        roster=_quoted(ROSTER),
        trace=_quoted(TRACE),
        slack=_quoted(SLACK),
    )
    for file, first, last in waves:
        text += _WAVE.format(
            path=_quoted(file),
            wave=_quoted(date_of(first).strftime("%Y-%m")),
            first=_quoted(date_of(first).isoformat()),
            last=_quoted(date_of(last).isoformat()),
        )
    if has_interviews:
        text += _CODES.format(path=_quoted(CODES))
    for kind, domains in STAKEHOLDERS:
        text += _STAKEHOLDER.format(kind=_quoted(kind), domains=_listed(domains))
    text += _SURVEY.format(
        safety=_listed(SAFETY_ITEMS),
        reversed_items=_listed(SAFETY_REVERSED),
        listening=_listed(LISTENING_ITEMS),
        roles=_listed([f"{role}@{OWN_DOMAIN}" for role in EXCLUDED_ROLES]),
    )
    if has_interviews:
        book = (f"{_quoted(code.label)} = {_quoted(code.element)}\n" for code in CODEBOOK)
        text += "\n[interviews.codebook]\n" + "".join(book)
    path.write_text(text, encoding="utf-8", newline="\n")


def _quoted(text: str) -> str:
    return f'"{text}"'


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(_quoted(text) for text in texts)
