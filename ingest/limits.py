"""How much of an input is read before we stop and say so."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import LimitError

KILO = 1024
MEGA = 1024 * KILO
GIGA = 1024 * MEGA


@dataclass(frozen=True)
class Limits:
    """Size, depth and count limits of inputs; every message names limit, value and remedy."""

    file_bytes: int = 50 * GIGA
    archive_entries: int = 2_000_000
    archive_bytes: int = 200 * GIGA
    entry_bytes: int = 2 * GIGA
    entry_ratio: int = 200
    ratio_after_bytes: int = 10 * MEGA
    entry_name_bytes: int = 255
    header_bytes: int = MEGA
    mail_recipients: int = 10_000
    json_bytes: int = 256 * MEGA
    json_depth: int = 64
    row_bytes: int = MEGA
    field_chars: int = 64 * KILO
    columns: int = 2_000
    xlsx_bytes: int = 200 * MEGA
    xlsx_rows: int = 1_048_576
    child_bytes: int = 2 * GIGA
    child_cpu_s: int = 120
    child_wall_s: int = 300
    rejects: int = 10_000
    reject_share: float = 0.05


def check_limit(value: int, limit: int, name: str, file: str, place: str = "") -> None:
    """Raise `LimitError` where a value is over its limit; `name` is the limit's name."""
    if value > limit:
        raise LimitError(
            f"{value:,} is more than the limit {name} = {limit:,}",
            file=file,
            place=place,
            code="E-LIMIT-001",
            hint=f"Nothing more was read of it. Split the file, or raise {name} under [limits].",
        )
