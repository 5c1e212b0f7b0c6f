"""The section `[limits]` of the audit file: every bound of what is read of an input."""

from __future__ import annotations

from pydantic import Field

from audit.config.parts import Part


class LimitsPart(Part):
    """`[limits]`: how much is read of an input and may go wrong; left out: as built in."""

    file_bytes: int | None = Field(None, ge=1, description="bytes of one file")
    archive_entries: int | None = Field(None, ge=1, description="files in an archive or folder")
    archive_bytes: int | None = Field(None, ge=1, description="unpacked bytes of an archive")
    entry_bytes: int | None = Field(None, ge=1, description="unpacked bytes of one archived file")
    entry_ratio: int | None = Field(None, ge=1, description="unpacked to packed bytes")
    ratio_after_bytes: int | None = Field(
        None, ge=1, description="unpacked bytes from which on that ratio counts"
    )
    entry_name_bytes: int | None = Field(None, ge=1, description="bytes of a name in an archive")
    header_bytes: int | None = Field(None, ge=1, description="bytes of one mail's headers")
    mail_recipients: int | None = Field(None, ge=1, description="recipients of one mail")
    json_bytes: int | None = Field(None, ge=1, description="bytes of one JSON document")
    json_depth: int | None = Field(None, ge=1, le=500, description="brackets inside one another")
    row_bytes: int | None = Field(None, ge=1, description="bytes of one line or CSV row")
    field_chars: int | None = Field(None, ge=1, description="characters of one CSV cell")
    columns: int | None = Field(None, ge=1, description="columns of a table")
    xlsx_bytes: int | None = Field(None, ge=1, description="unpacked bytes of a workbook")
    xlsx_rows: int | None = Field(None, ge=1, description="rows of a sheet")
    child_bytes: int | None = Field(
        None, ge=2**29, description="memory of the process that reads a hostile format"
    )
    child_cpu_s: int | None = Field(
        None, ge=1, description="seconds of work of that process, and one more for each 10 MB"
    )
    child_wall_s: int | None = Field(
        None, ge=1, description="seconds by the clock that it may give nothing"
    )
    rejects: int | None = Field(None, ge=0, description="rows not understood in one file")
    reject_share: float | None = Field(None, ge=0, le=1, description="the same as a share")
