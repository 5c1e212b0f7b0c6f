"""New audit: add exports, check them, run the audit on this machine, open the result."""

from __future__ import annotations

from app_pages import _access, _new_audit, _parts

_access.require("new_audit")
_parts.page_head(
    "New audit",
    "From exports to a map in three steps. Nothing leaves this machine.",
)
if not _new_audit.watch():
    _new_audit.add_exports()
    _new_audit.describe()
