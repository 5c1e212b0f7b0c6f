"""ZIP archives: read as streams, hostile ones refused with the reason."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import LimitError, SourceError
from ingest.files.archives import open_zip
from ingest.limits import Limits

SMALL = Limits(archive_entries=5, entry_bytes=200_000, entry_ratio=20, ratio_after_bytes=10_000)


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read_all(path: Path) -> dict[str, bytes]:
    with open_zip(path, SMALL) as archive:
        return {name: archive.read(name) for name in archive.members}


def test_members_are_read_by_name_without_folders(tmp_path: Path) -> None:
    members = {"a.json": b"[]", "room/b.json": b"[1]", "room/": b""}
    found = read_all(pack(tmp_path / "x.zip", members))
    assert found == {"a.json": b"[]", "room/b.json": b"[1]"}


def test_a_name_in_utf8_that_does_not_say_so_is_read_as_utf8(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"cafe.json": b"[]"})
    raw = path.read_bytes().replace(b"cafe.json", "éfe.json".encode())
    path.write_bytes(raw)
    assert list(read_all(path)) == ["éfe.json"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../evil.json", "leaves its folder"),
        ("/etc/passwd", "leaves its folder"),
        ("C:/evil.json", "leaves its folder"),
        ("a\\..\\evil.json", "leaves its folder"),
        ("x" * 300, "too long"),
    ],
)
def test_an_entry_with_a_hostile_name_refuses_the_archive(
    tmp_path: Path, name: str, says: str
) -> None:
    with pytest.raises(SourceError, match=f"{says}.*E-ZIP-002"):
        read_all(pack(tmp_path / "x.zip", {name: b"[]"}))


def test_an_archive_inside_the_archive_may_lie_there_but_is_not_opened(tmp_path: Path) -> None:
    with open_zip(pack(tmp_path / "x.zip", {"a.json": b"[]", "i.zip": b"PK"}), SMALL) as archive:
        assert archive.read("a.json") == b"[]"
        with pytest.raises(SourceError, match=r"archive itself.*E-ZIP-003"):
            archive.read("i.zip")


def test_links_are_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(SourceError, match="is no plain file"):
        read_all(tmp_path / "x.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.json", "[]")
        archive.writestr("a.json", "[1]")
    with pytest.raises(SourceError, match="stands twice"):
        read_all(tmp_path / "x.zip")


def test_entries_that_overlap_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"a.json": b"[]" * 50, "b.json": b"[1]" * 50})
    with zipfile.ZipFile(path) as archive:
        second = archive.infolist()[1].header_offset
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")  # the directory entry of the second file
    assert int.from_bytes(raw[at + 42 : at + 46], "little") == second
    raw[at + 42 : at + 46] = (5).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(SourceError, match="overlaps"):
        read_all(path)


def test_a_bomb_is_stopped_by_its_real_size_and_by_its_ratio(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="entry_ratio = 20"):
        read_all(pack(tmp_path / "ratio.zip", {"a.json": b" " * 150_000}))
    noise = bytes(i * i % 251 for i in range(250_000))
    with pytest.raises(LimitError, match="entry_bytes = 200,000"):
        read_all(pack(tmp_path / "size.zip", {"a.json": noise}))


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="archive_entries = 5"):
        read_all(pack(tmp_path / "x.zip", {f"{n}.json": b"" for n in range(6)}))


def _truncated(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def _flipped(raw: bytes) -> bytes:
    at = raw.index(b"a.json") + 20
    return raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]


def _encrypted(raw: bytes) -> bytes:
    at = raw.rindex(b"PK\x01\x02")
    return raw[: at + 8] + b"\x01\x00" + raw[at + 10 :]


@pytest.mark.parametrize("damage", [_truncated, _flipped, _encrypted, lambda _: b"no zip"])
def test_a_damaged_archive_is_a_source_error(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = pack(tmp_path / "x.zip", {"a.json": bytes(range(256)) * 20})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceError, match="E-ZIP-00"):
        read_all(path)
    assert io.BytesIO(path.read_bytes()).read()  # the file itself is left as it was
