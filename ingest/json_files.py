"""JSON files of exports, decoded into typed records one by one, so that one bad record is one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

Record = TypeVar("Record", bound=msgspec.Struct)
_PATH = re.compile(r" - at `([^`]*)`")


class JsonError(Exception):
    """What is wrong with a JSON text: where, a code, and words; never a value of it."""

    def __init__(self, place: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.code = code
        self.reason = reason


def records(content: bytes, kind: type[Record]) -> Iterator[Record | JsonError]:
    """Return the records of a JSON list; a record of another shape comes as its fault.

    Fields that `kind` does not declare are skipped while decoding and never become objects.
    Raises `JsonError` where the whole text is no JSON list.
    """
    text = _as_utf8(content)
    _check_shape(text)
    decoder = msgspec.json.Decoder(kind)
    try:
        raws = msgspec.json.decode(text, type=list[msgspec.Raw])
    except RecursionError as error:
        raise JsonError("", "E-JSON-005", "nested_too_deep") from error
    except msgspec.DecodeError as error:
        raise JsonError(_byte(error), "E-JSON-001", "json_damaged") from error
    for place, raw in enumerate(raws):
        try:
            yield decoder.decode(raw)
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
            yield JsonError(f"$[{place}]{_field(error)}", "E-JSON-002", "record_of_another_shape")


def _as_utf8(content: bytes) -> bytes:
    try:
        if content.startswith(codecs.BOM_UTF8):
            return content[3:]
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16").encode()
    except UnicodeError as error:
        raise JsonError("", "E-JSON-001", "json_damaged") from error
    return content


def _check_shape(text: bytes) -> None:
    start = text.lstrip()[:1]
    if start == b"<":
        raise JsonError("", "E-JSON-003", "a_web_page_not_json")
    if start == b"{":
        raise JsonError("", "E-JSON-004", "an_object_perhaps_an_error_answer_not_a_list")


def _byte(error: Exception) -> str:
    found = re.search(r"byte (\d+)", str(error))
    return f"byte {found.group(1)}" if found else ""


def _field(error: Exception) -> str:
    found = _PATH.search(str(error))
    return found.group(1).removeprefix("$") if found else ""
