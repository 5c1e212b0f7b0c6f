"""BSON: wanted fields alone, every size checked, damage told with its place."""

from __future__ import annotations

import io
import random
import struct

import pytest
from bson_writer import Millis, ObjectId, Raw, bson_of

from ingest.chat.bson import BsonError, documents, looks_like_bson

SHAPE = {"a": None, "d": {"x": None}, "l": [{"x": None}], "m": {"*": {"n": [None]}}}


def read(content: bytes, shape: object = None) -> list[object]:
    return list(documents(io.BytesIO(content), shape or SHAPE))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Zoë", "Zoë"),
        ("", ""),
        (7, 7),
        (-7, -7),
        (2**40, 2**40),
        (1.5, 1.5),
        (True, True),
        (False, False),
        (None, None),
        (Millis(1_767_603_600_000), 1_767_603_600_000),
        (ObjectId(bytes(range(12))), "000102030405060708090a0b"),
        (b"bytes", None),
        ({"deep": 1}, {}),
        ([1, 2], []),
    ],
)
def test_a_value_of_each_type_is_read(value: object, expected: object) -> None:
    assert read(bson_of({"z": "other", "a": value, "y": 1})) == [{"a": expected}]


@pytest.mark.parametrize(
    "other",
    [
        Raw(b"\x0b" + b"pattern\x00i\x00"),
        Raw(b"\x0d" + struct.pack("<i", 3) + b"x1\x00"),
        Raw(b"\x0f" + struct.pack("<i", 14) + struct.pack("<i", 1) + b"\x00" + bson_of({})),
        Raw(b"\x0c" + struct.pack("<i", 2) + b"c\x00" + bytes(12)),
        Raw(b"\x13" + bytes(16)),
        Raw(b"\x11" + bytes(8)),
        Raw(b"\xff"),
        Raw(b"\x7f"),
        Raw(b"\x06"),
    ],
)
def test_types_that_nobody_wants_are_stepped_over(other: Raw) -> None:
    assert read(bson_of({"o": other, "a": "after"})) == [{"a": "after"}]


def test_only_what_the_shape_names_becomes_an_object() -> None:
    document = {
        "d": {"x": 1, "secret": "s"},
        "l": [{"x": 1, "secret": "s"}, {"x": 2}],
        "m": {":smile:": {"n": ["p", "q"], "secret": "s"}},
        "secret": {"a": "s"},
    }
    assert read(bson_of(document)) == [
        {"d": {"x": 1}, "l": [{"x": 1}, {"x": 2}], "m": {":smile:": {"n": ["p", "q"]}}}
    ]


def test_a_field_of_another_type_than_the_shape_is_no_document() -> None:
    assert read(bson_of({"d": "text", "l": {"x": 1}})) == [{"d": "text", "l": {}}]


def test_a_deep_document_that_nobody_wants_costs_nothing() -> None:
    deep = bson_of({})
    for _ in range(5_000):
        deep = bson_of({"k": Raw(b"\x03" + deep)})
    assert read(bson_of({"o": Raw(b"\x03" + deep), "a": 1})) == [{"a": 1}]


def test_a_file_that_ends_inside_a_document_says_where() -> None:
    content = bson_of({"a": 1}) + bson_of({"a": 2})
    found = read(content[:-3])
    assert found[0] == {"a": 1}
    assert isinstance(found[1], BsonError)
    assert (found[1].code, found[1].place) == ("E-BSON-001", f"byte {len(bson_of({'a': 1}))}")


@pytest.mark.parametrize("size", [0, 4, -1, 2**31 - 1, 18 * 1024 * 1024])
def test_a_size_that_cannot_be_true_ends_the_file(size: int) -> None:
    found = read(struct.pack("<i", size) + bytes(100))
    assert [error.code for error in found if isinstance(error, BsonError)] == ["E-BSON-001"]


def test_a_damaged_document_leaves_the_next_one_readable() -> None:
    bad = bytearray(bson_of({"a": "text", "b": 1}))
    bad[7] = 0xFF  # the length of the text, far beyond the document
    bad[8] = 0xFF
    found = read(bytes(bad) + bson_of({"a": 2}))
    assert isinstance(found[0], BsonError)
    assert found[0].code == "E-BSON-002"
    assert found[1:] == [{"a": 2}]


def test_no_damage_of_single_bytes_raises_anything() -> None:
    rng = random.Random(7)  # noqa: S311 - damage to try, no secret
    good = bson_of({"a": "text", "d": {"x": 1.5}, "l": [{"x": True}], "m": {"k": {"n": ["p"]}}})
    for _ in range(3_000):
        bad = bytearray(good * 2)
        for _ in range(rng.randint(1, 3)):
            bad[rng.randrange(len(bad))] = rng.randrange(256)
        assert len(read(bytes(bad))) <= len(bad)


def test_bson_is_told_from_other_files() -> None:
    assert looks_like_bson(bson_of({"a": 1}))
    assert not looks_like_bson(b"{}")
    assert not looks_like_bson(b"PK\x03\x04 and so on")
