"""ZIP archives made by hand: members with a mode, and many entries at once."""

from __future__ import annotations

import io
import struct
import zipfile


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
