"""Which mail was not written by a human act of sending, by what its headers say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.merging.known import LIST_MAIL

# The headers that `header_reason` looks at.
AUTOMATION = frozenset(
    {
        "auto-submitted",
        "precedence",
        "content-type",
        "return-path",
        "x-failed-recipients",
        "feedback-id",
        "list-id",
        "list-unsubscribe",
    }
)
_COMMENT = re.compile(r"\([^()]*\)")


def header_reason(headers: Mapping[str, str]) -> str | None:
    """Return why a mail counts as automated, or None.

    `headers` holds the wanted headers by lower-case name. List headers alone give the reason
    "list": intake decides by who wrote, because discussion lists put them on human mail.
    `X-Auto-Response-Suppress` only asks others not to answer by themselves: no reason alone.
    """
    submitted = _word(headers.get("auto-submitted", "no"))
    precedence = _word(headers.get("precedence", ""))
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return_path = headers.get("return-path")
    if submitted not in {"no", ""}:
        return "header"
    if content_type == "multipart/report" or "x-failed-recipients" in headers:
        return "bounce"
    if return_path is not None and return_path.strip() == "<>":
        return "bounce"
    if precedence in {"bulk", "junk"} or "feedback-id" in headers:
        return "bulk"
    if precedence == "list" or "list-id" in headers or "list-unsubscribe" in headers:
        return LIST_MAIL
    return None


def _word(value: str) -> str:
    return _COMMENT.sub("", value).partition(";")[0].strip().lower()
