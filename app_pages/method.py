"""Method and privacy: what a verdict is, how chance is ruled out, what is never done."""

from __future__ import annotations

from app_pages import _access, _data, _method, _parts

looking = _access.require("method")
release = _data.find_release(looking)
about = release.about if release else None
floor = about.min_people if about else 8

_parts.page_head(
    "Method and privacy",
    "What is measured, how chance is ruled out, and what is never done.",
)
_method.claims()
_method.verdicts()
_method.layers()
_method.chance()
_method.suppression(floor)
if release is not None:
    _method.certificate(release)
_method.promises()
_method.who_sees(looking)
_method.glossary()
if release is not None and about is not None:
    _method.measured(release)
    _method.versions(about)
