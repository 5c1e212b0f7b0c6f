"""Archives made by hand: members with a mode, many entries at once, and hostile tar archives."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
from collections.abc import Iterator

MEGA = 1 << 20


def zipped(members: dict[str, bytes], mode: int = 0) -> bytes:
    """Return a ZIP archive; `mode` is that of its first member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(members.items()):
            info = zipfile.ZipInfo(name, (2026, 1, 5, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16 if number == 0 else 0
            archive.writestr(info, content)
    return target.getvalue()


def many_entries(n: int) -> bytes:
    """Return an archive of many empty entries."""
    local, central = io.BytesIO(), io.BytesIO()
    for number in range(n):
        name = b"%07d.json" % number
        at = local.tell()
        head = (20, 0, 0, 0, 0, 0, 0, 0, len(name), 0)
        local.write(struct.pack("<4s5H3L2H", b"PK\x03\x04", *head) + name)
        more = (20, *head, 0, 0, 0, 0, at)
        central.write(struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *more) + name)
    ends = min(n, 0xFFFF)
    size, at = central.tell(), local.tell()
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, n, n, size, at)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + size, 1)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, ends, ends, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local.getvalue() + central.getvalue() + wide + locator + last


def tars(rng: random.Random) -> Iterator[tuple[str, bytes, str, int, tuple[str, ...]]]:
    """Return bad tar archives: file name, content, reader, exit code, what is said."""

    def packed(info: tarfile.TarInfo, content: bytes = b"") -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w") as archive:
            archive.addfile(info, io.BytesIO(content))
        return target.getvalue()

    for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE)):
        info = tarfile.TarInfo("realm.json")
        info.type, info.linkname = kind, "/etc/passwd"
        yield f"A4_{number}.tar", packed(info), "zulip", 3, ("entry 1", "is no plain file")
    for number, name in enumerate(("../realm.json", "/realm.json")):
        says = ("leaves its folder", "E-ZIP-002")
        yield f"A3_{number}.tar", packed(tarfile.TarInfo(name)), "zulip", 3, says
    info = tarfile.TarInfo("realm.json")
    info.size = 30 * MEGA
    bomb = gzip.compress(packed(info, b" " * info.size))
    yield "A1_bomb.tar.gz", bomb, "zulip", 3, ("entry_ratio = 200", "[limits]")
    info = tarfile.TarInfo("realm.json")
    info.size = 4000
    sound = packed(info, rng.randbytes(4000))
    for name, content in (
        ("A6_cut.tar", sound[:3000]),
        ("A6_cut_between.tar", sound[:4608]),
        ("A6_cut.tar.gz", gzip.compress(sound)[:-900]),
        ("A6_flipped.tar", sound[:100] + b"\xff\xff" + sound[102:]),
    ):
        yield name, content, "zulip", 3, ("damaged", "E-ZIP-001", "copy it again")
    extra = bytearray(packed(tarfile.TarInfo("realm.json")))
    extra[156:157] = tarfile.XHDTYPE
    extra[124:136] = b"%011o\x00" % (30 * MEGA)
    extra[148:156] = b"%06o\x00 " % (sum(extra[:148]) + 8 * 32 + sum(extra[156:512]))
    yield "A1_attributes.tar", bytes(extra), "zulip", 3, ("damaged", "E-ZIP-001")
