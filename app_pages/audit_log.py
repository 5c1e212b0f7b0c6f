"""Audit log: what was run, seen and exported; whether the log is whole; papers and commands."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app_pages import _access, _audit_log, _parts
from core.journal_place import open_journal

looking = _access.require("audit_log")
run = _access.opened_run(looking)
_access.viewed("audit_log")

_parts.page_head(
    "Audit log",
    "What was run, seen and exported, and by which role. Entries are chained: none can be "
    "changed, added or taken out unseen.",
)
if open_journal(run) is None:
    _parts.notice("It begins with the first run.", strong="There is no audit log here yet.")
else:
    read = _audit_log.read_log(run)
    _audit_log.verdict(read)
    _audit_log.table(read)
    ticket = _access.ticket("log")
    if ticket:
        st.download_button(
            "Download the log",
            partial(ticket.make, partial(_audit_log.as_csv, run), "csv"),
            "audit-log.csv",
            "text/csv",
            key="get-log",
            icon=":material/download:",
            on_click="ignore",
        )
_parts.link("method", "The certificate of this release", ":material/verified_user:")
_audit_log.papers(run, _access.ticket("pack"))
_audit_log.commands()
