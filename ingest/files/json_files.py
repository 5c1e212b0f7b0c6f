"""JSON files of exports, decoded into typed records one by one, so that one bad record is one."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

import msgspec
import numpy as np

from ingest.limits import Limits

Record = TypeVar("Record", bound=msgspec.Struct)
Shape = TypeVar("Shape")
Hook = Callable[[type, object], object]
"""Makes a value of a type that JSON does not know, such as the ids named in a text."""
DEPTH = Limits().json_depth
_PATH = re.compile(r" - at `([^`]*)`")
_BYTE = re.compile(r"\(byte (\d+)\)")
_QUOTE = 34
_NO_MARKS = bytes(set(range(256)) - set(b'"[]{}'))
_LONE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_UNKNOWN, _UNKNOWN_ESCAPED = "\ufffd", b"\\ufffd"
_FAULTS = (msgspec.DecodeError, RecursionError, UnicodeError)


class JsonError(Exception):
    """What is wrong with a JSON text: where, a code, and words; never a value of it."""

    def __init__(self, place: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.code = code
        self.reason = reason


def records(
    content: bytes, kind: type[Record], hook: Hook | None = None, depth: int = DEPTH
) -> Iterator[Record | JsonError]:
    """Return the records of a JSON list; a record of another shape comes as its fault.

    Fields that `kind` does not declare are skipped while decoding and never become objects.
    Raises `JsonError` where the whole text is no JSON list.
    """
    text = _as_utf8(content)
    _check_shape(text, b"{", "an_object_perhaps_an_error_answer_not_a_list")
    _refuse_deep(text, depth)
    try:
        # Nearly all lists are sound, and a sound one is decoded at once.
        whole = msgspec.json.decode(text, type=list[kind], dec_hook=hook)  # type: ignore[valid-type]
    except _FAULTS:
        yield from records_of(_decoded(text, list[msgspec.Raw]), kind, hook=hook)
    else:
        yield from whole


def document(content: bytes, kind: type[Record], depth: int = DEPTH) -> Record:
    """Return a JSON object as one typed record; undeclared fields are skipped while decoding.

    Lists whose records may be bad one by one are declared as `list[msgspec.Raw]` and handed to
    `records_of`. Raises `JsonError` where the text is no such object.
    """
    text = _as_utf8(content)
    _check_shape(text, b"[", "a_list_not_an_object")
    _refuse_deep(text, depth)
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
            yield number, _line(decoder, text, number, limits)


def _line(
    decoder: msgspec.json.Decoder[Record], text: bytes, number: int, limits: Limits
) -> Record | JsonError:
    place = f"line {number}"
    try:
        _refuse_deep(text, limits.json_depth)
    except JsonError as fault:
        return JsonError(place, fault.code, fault.reason)
    return _one(decoder, text, place)


def any_records(
    content: bytes, kind: type[Record], limits: Limits
) -> Iterator[Record | JsonError]:
    """Return the records of a JSON text that is a list, one object, or an object a line.

    Raises `JsonError` where it is none of these.
    """
    text = _as_utf8(content)
    if not text.lstrip().startswith(b"{"):
        yield from records(text, kind)
        return
    try:
        yield document(text, kind)
    except JsonError:
        if not text.partition(b"\n")[2].lstrip().startswith(b"{"):
            raise
        for _, found in line_records(io.BytesIO(text), kind, limits):
            yield found


def _one(
    decoder: msgspec.json.Decoder[Record], text: bytes | msgspec.Raw, place: str
) -> Record | JsonError:
    whole = bytes(text)
    try:
        found = _or_mended(decoder.decode, whole)
    except msgspec.ValidationError as error:
        return JsonError(f"{place}{_field(error)}", "E-JSON-002", "record_of_another_shape")
    except _FAULTS:
        return JsonError(place, "E-JSON-001", "json_damaged")
    if _UNKNOWN_ESCAPED in whole and _UNKNOWN in repr(found):
        # Half a character in a text that nobody reads is no harm; in an id it is.
        return JsonError(place, "E-JSON-001", "json_damaged")
    return found


def _or_mended(decode: Callable[[bytes], Shape], text: bytes) -> Shape:
    try:
        return decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        mended = _mended(text)
        if mended == text:
            raise
        return decode(mended)


def _mended(text: bytes) -> bytes:
    """Return JSON with a sign for the unknown in place of half a character.

    Tools that cut a text after so many units leave half an emoji behind, and with it the whole
    file would be no JSON.
    """
    return _LONE.sub(lambda _: _UNKNOWN_ESCAPED, text)


def _decoded(text: bytes, kind: type[Shape]) -> Shape:
    try:
        return _or_mended(msgspec.json.Decoder(kind).decode, text)
    except RecursionError as error:
        raise JsonError("", "E-JSON-005", "nested_too_deep") from error
    except msgspec.ValidationError as error:
        raise JsonError(f"${_field(error)}", "E-JSON-002", "document_of_another_shape") from error
    except _FAULTS as error:
        raise JsonError(_place(text, error), "E-JSON-001", "json_damaged") from error


def _as_utf8(content: bytes) -> bytes:
    try:
        if content.startswith(codecs.BOM_UTF8):
            return content[3:]
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16").encode()
        # Every JSON text begins with a character of ASCII: a zero beside it is UTF-16.
        if content[1:2] == b"\x00" != content[:1]:
            return content.decode("utf-16-le").encode()
        if content[:1] == b"\x00" != content[1:2]:
            return content.decode("utf-16-be").encode()
    except UnicodeError as error:
        raise JsonError("", "E-JSON-001", "json_damaged") from error
    return content


def _check_shape(text: bytes, wrong: bytes, says: str) -> None:
    start = text.lstrip()[:1]
    if start == b"<":
        raise JsonError("", "E-JSON-003", "a_web_page_not_json")
    if start == wrong:
        raise JsonError("", "E-JSON-004", says)


def _refuse_deep(text: bytes, limit: int) -> None:
    """Raise `JsonError` for a text nested deeper than the limit, however large the text is.

    What stands in strings is cut out first; of the rest only the brackets are looked at.
    """
    if text.count(b"[") + text.count(b"{") <= limit:
        return
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = np.frombuffer(text.translate(None, _NO_MARKS), dtype=np.uint8)
    is_quote = marks == _QUOTE
    brackets = marks[~(np.logical_xor.accumulate(is_quote) | is_quote)]
    steps = (brackets & 2).astype(np.int8) - 1  # `[` and `{` are ...011, `]` and `}` are ...101
    if steps.size and int(np.cumsum(steps, dtype=np.int32).max()) > limit:
        raise JsonError("", "E-JSON-005", f"nested_deeper_than_json_depth_=_{limit}")


def _place(text: bytes, error: Exception) -> str:
    """Line and column of the damage; the end of the text where it stops too early."""
    found = _BYTE.search(str(error))
    at = int(found.group(1)) if found else len(text)
    line = text.count(b"\n", 0, at) + 1
    column = at - text.rfind(b"\n", 0, at)
    return f"line {line} column {column}"


def _field(error: Exception) -> str:
    found = _PATH.search(str(error))
    return found.group(1).removeprefix("$") if found else ""
