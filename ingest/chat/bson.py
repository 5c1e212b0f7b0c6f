"""BSON files as mongodump writes them: wanted fields of each document, everything else skipped.

A shape names the fields: a mapping is an embedded document, `[shape]` a list of them, None a
plain value. Under the name `*` stands the shape of every other field. What the shape does not
name is stepped over by its size and never becomes an object, however deep it is nested.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

Shape = Mapping[str, "Inner"]
Inner = Shape | list["Inner"] | None
Value = str | int | float | bool | None | dict[str, "Value"] | list["Value"]
Document = dict[str, Value]

LONGEST_DOCUMENT = 17 * 1024 * 1024  # the database holds 16 MB a document
DEEPEST = 64
_SHORTEST_DOCUMENT = 5
_CHUNK = 1 << 20
_INT, _LONG, _DOUBLE = struct.Struct("<i"), struct.Struct("<q"), struct.Struct("<d")
_TEXT, _DOCUMENT, _ARRAY, _BINARY, _SCOPED_CODE = 0x02, 0x03, 0x04, 0x05, 0x0F
_OBJECT_ID, _BOOLEAN, _DATE, _INT32, _INT64, _REAL = 0x07, 0x08, 0x09, 0x10, 0x12, 0x01
_POINTER, _REGULAR_EXPRESSION = 0x0C, 0x0B
_FIXED = {
    0x01: 8,  # double
    0x06: 0,  # undefined
    0x07: 12,  # object id
    0x08: 1,  # boolean
    0x09: 8,  # date
    0x0A: 0,  # null
    0x10: 4,  # int32
    0x11: 8,  # timestamp
    0x12: 8,  # int64
    0x13: 16,  # decimal
    0x7F: 0,  # largest key
    0xFF: 0,  # smallest key
}
_FIXED_SIZES = [_FIXED.get(kind, -1) for kind in range(256)]
_PREFIXED = (0x02, 0x0D, 0x0E)  # text, code, symbol: a length, then the bytes


class _Fields(NamedTuple):
    """A shape by the bytes of its names: the name as text, and what is wanted inside."""

    named: dict[bytes, tuple[str, _Wanted]]
    others: _Wanted
    takes_others: bool
    is_list: bool = False


_Wanted = _Fields | None


class BsonError(Exception):
    """What is wrong with a document: the byte it begins at, a code, and words."""

    def __init__(self, byte: int, code: str, reason: str) -> None:
        super().__init__(reason)
        self.place = f"byte {byte}"
        self.code = code
        self.reason = reason


def documents(stream: IO[bytes], shape: Shape) -> Iterator[Document | BsonError]:
    """Return the documents of a file, wanted fields only; a damaged one comes as its fault.

    Dates are milliseconds since 1970, object ids text. Where the size of a document cannot be
    trusted, its fault ends the file (`E-BSON-001`): there is no telling where the next begins.
    """
    fields = _fields(shape)
    at = 0
    while head := _exactly(stream, _INT.size):
        size = _INT.unpack(head)[0] if len(head) == _INT.size else 0
        if not _SHORTEST_DOCUMENT <= size <= LONGEST_DOCUMENT:
            yield BsonError(at, "E-BSON-001", "document_size_damaged")
            return
        body = _exactly(stream, size - _INT.size)
        if len(body) < size - _INT.size:
            yield BsonError(at, "E-BSON-001", "file_cut_off")
            return
        try:
            yield _document(body, 0, len(body), fields, 0)
        except (ValueError, IndexError, struct.error, RecursionError):
            yield BsonError(at, "E-BSON-002", "document_damaged")
        at += size


def looks_like_bson(start: bytes) -> bool:
    """Return whether bytes begin with a document: a sane size, then the type of a field."""
    if len(start) < _SHORTEST_DOCUMENT:
        return False
    size = _INT.unpack_from(start)[0]
    known = start[4] in _FIXED or start[4] in (*_PREFIXED, _DOCUMENT, _ARRAY, _BINARY)
    return _SHORTEST_DOCUMENT <= size <= LONGEST_DOCUMENT and (known or start[4] == 0)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """That many bytes, or fewer at the end; a false size is not allocated in advance."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(min(size, _CHUNK))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _fields(shape: Shape) -> _Fields:
    named = {name.encode(): (name, _wanted(inner)) for name, inner in shape.items() if name != "*"}
    return _Fields(named, _wanted(shape.get("*")), "*" in shape)


def _wanted(inner: Inner) -> _Wanted:
    if isinstance(inner, list):
        return _Fields({}, _wanted(inner[0]), takes_others=True, is_list=True)
    return None if inner is None else _fields(inner)


def _document(body: bytes, at: int, end: int, fields: _Fields, depth: int) -> Document:
    """The wanted fields of a document whose elements lie between `at` and `end`."""
    if depth >= DEEPEST or body[end - 1] != 0:
        raise ValueError("the document has no end")
    found: Document = {}
    while at < end - 1:
        kind = body[at]
        stop = body.index(0, at + 1, end)
        raw, at = body[at + 1 : stop], stop + 1
        size = _FIXED_SIZES[kind]
        after = at + (size if size >= 0 else _size(body, at, kind, end))
        if after > end - 1:
            raise ValueError("a field leaves its document")
        if named := fields.named.get(raw):
            found[named[0]] = _value(body, at, kind, named[1], depth)
        elif fields.takes_others:
            name = raw.decode("utf-8", "replace")
            found[name] = _value(body, at, kind, fields.others, depth)
        at = after
    return found


def _size(body: bytes, at: int, kind: int, end: int) -> int:
    """How many bytes a value of a type without a fixed size takes."""
    if kind == _REGULAR_EXPRESSION:
        pattern_end = body.index(b"\x00", at, end)
        return body.index(b"\x00", pattern_end + 1, end) + 1 - at
    if kind not in (*_PREFIXED, _DOCUMENT, _ARRAY, _BINARY, _SCOPED_CODE, _POINTER):
        raise ValueError("a field is of no known type")
    size: int = _INT.unpack_from(body, at)[0]
    least = {_DOCUMENT: 5, _ARRAY: 5, _SCOPED_CODE: 14, _BINARY: 0}.get(kind, 1)
    if size < least:
        raise ValueError("a field has no size")
    more = {_BINARY: 5, _POINTER: 16}.get(kind, 4 if kind in _PREFIXED else 0)
    return size + more


def _value(body: bytes, at: int, kind: int, inner: _Wanted, depth: int) -> Value:
    if kind in (_DOCUMENT, _ARRAY):
        return _embedded(body, at, kind, inner, depth)
    if kind == _TEXT:
        size: int = _INT.unpack_from(body, at)[0]
        return body[at + 4 : at + 3 + size].decode("utf-8", "replace")
    if kind == _OBJECT_ID:
        return body[at : at + 12].hex()
    if kind == _BOOLEAN:
        return body[at] != 0
    return _number(body, at, kind)


def _number(body: bytes, at: int, kind: int) -> int | float | None:
    if kind == _INT32:
        return int(_INT.unpack_from(body, at)[0])
    if kind in (_INT64, _DATE):
        return int(_LONG.unpack_from(body, at)[0])
    if kind == _REAL:
        return float(_DOUBLE.unpack_from(body, at)[0])
    return None


def _embedded(body: bytes, at: int, kind: int, inner: _Wanted, depth: int) -> Value:
    """An embedded document or list; empty where the shape wants to know only that it is there."""
    end = at + int(_INT.unpack_from(body, at)[0])
    is_list = kind == _ARRAY
    if inner is None or inner.is_list != is_list:
        return [] if is_list else {}
    found = _document(body, at + 4, end, inner, depth + 1)
    return list(found.values()) if is_list else found
