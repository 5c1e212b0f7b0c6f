"""JSON files of exports, decoded into typed records one by one, so that one bad record is one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

import msgspec

from ingest.limits import Limits

Record = TypeVar("Record", bound=msgspec.Struct)
Shape = TypeVar("Shape")
Hook = Callable[[type, object], object]
"""Makes a value of a type that JSON does not know, such as the ids named in a text."""
_PATH = re.compile(r" - at `([^`]*)`")


class JsonError(Exception):
    """What is wrong with a JSON text: where, a code, and words; never a value of it."""

    def __init__(self, place: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.code = code
        self.reason = reason


def records(
    content: bytes, kind: type[Record], hook: Hook | None = None
) -> Iterator[Record | JsonError]:
    """Return the records of a JSON list; a record of another shape comes as its fault.

    Fields that `kind` does not declare are skipped while decoding and never become objects.
    Raises `JsonError` where the whole text is no JSON list.
    """
    text = _as_utf8(content)
    _check_shape(text, b"{", "an_object_perhaps_an_error_answer_not_a_list")
    try:
        # Nearly all lists are sound, and a sound one is decoded at once.
        whole = msgspec.json.decode(text, type=list[kind], dec_hook=hook)  # type: ignore[valid-type]
    except (msgspec.DecodeError, RecursionError):
        yield from records_of(_decoded(text, list[msgspec.Raw]), kind, hook=hook)
    else:
        yield from whole


def document(content: bytes, kind: type[Record]) -> Record:
    """Return a JSON object as one typed record; undeclared fields are skipped while decoding.

    Lists whose records may be bad one by one are declared as `list[msgspec.Raw]` and handed to
    `records_of`. Raises `JsonError` where the text is no such object.
    """
    text = _as_utf8(content)
    _check_shape(text, b"[", "a_list_not_an_object")
    return _decoded(text, kind)


def records_of(
    raws: Iterable[msgspec.Raw],
    kind: type[Record],
    path: str = "$",
    hook: Hook | None = None,
) -> Iterator[Record | JsonError]:
    """Return raw records decoded one by one; one of another shape comes as its fault."""
    decoder = msgspec.json.Decoder(kind, dec_hook=hook)
    for place, raw in enumerate(raws):
        yield _one(decoder, raw, f"{path}[{place}]")


def line_records(
    stream: IO[bytes], kind: type[Record], limits: Limits
) -> Iterator[tuple[int, Record | JsonError]]:
    """Return the number and the record of each line of an NDJSON stream; blank lines are none.

    A line over the limit `row_bytes` comes as its fault and is skipped to its end.
    """
    decoder = msgspec.json.Decoder(kind)
    number = 0
    while line := stream.readline(limits.row_bytes + 1):
        number += 1
        if len(line) > limits.row_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(limits.row_bytes)
            yield number, JsonError(f"line {number}", "E-JSON-006", "line_too_long")
            continue
        text = line.removeprefix(codecs.BOM_UTF8).strip()
        if text:
            yield number, _one(decoder, text, f"line {number}")


def _one(
    decoder: msgspec.json.Decoder[Record], text: bytes | msgspec.Raw, place: str
) -> Record | JsonError:
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        return JsonError(f"{place}{_field(error)}", "E-JSON-002", "record_of_another_shape")
    except (msgspec.DecodeError, RecursionError):
        return JsonError(place, "E-JSON-001", "json_damaged")


def _decoded(text: bytes, kind: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(text, type=kind)
    except RecursionError as error:
        raise JsonError("", "E-JSON-005", "nested_too_deep") from error
    except msgspec.ValidationError as error:
        raise JsonError(f"${_field(error)}", "E-JSON-002", "document_of_another_shape") from error
    except msgspec.DecodeError as error:
        raise JsonError(_byte(error), "E-JSON-001", "json_damaged") from error


def _as_utf8(content: bytes) -> bytes:
    try:
        if content.startswith(codecs.BOM_UTF8):
            return content[3:]
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16").encode()
    except UnicodeError as error:
        raise JsonError("", "E-JSON-001", "json_damaged") from error
    return content


def _check_shape(text: bytes, wrong: bytes, says: str) -> None:
    start = text.lstrip()[:1]
    if start == b"<":
        raise JsonError("", "E-JSON-003", "a_web_page_not_json")
    if start == wrong:
        raise JsonError("", "E-JSON-004", says)


def _byte(error: Exception) -> str:
    found = re.search(r"byte (\d+)", str(error))
    return f"byte {found.group(1)}" if found else ""


def _field(error: Exception) -> str:
    found = _PATH.search(str(error))
    return found.group(1).removeprefix("$") if found else ""
