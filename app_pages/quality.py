"""Data and quality: what came in, what it covers, what was hidden and why."""

from __future__ import annotations

from app_pages import _access, _parts, _quality

release = _parts.need_release("quality")
_access.viewed("quality")
quality = release.brief().quality

_parts.page_head("Data and quality", "Every row that came in is accounted for here.")
_quality.checks(quality)
_quality.balance_sheet(quality)
for section in _quality.SECTIONS:
    _quality.section(quality, section)
_parts.foot(release)
