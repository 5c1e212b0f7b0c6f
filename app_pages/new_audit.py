"""New audit: add exports, check them, run the audit on this machine, open the result."""

from __future__ import annotations

from app_pages import _new_audit, _parts

_parts.page_head(
    "New audit",
    "From exports to a map in three steps. Nothing leaves this machine.",
)
if not _new_audit.watch():
    _new_audit.add_exports()
    _new_audit.describe()
