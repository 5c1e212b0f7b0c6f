"""All that can be read in a written file, whatever its container compresses."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyarrow.parquet as pq
from pypdf import PdfReader


def every_text(path: Path) -> str:
    """Return a file as text: Parquet as CSV with its metadata, ZIP members and PDFs unpacked."""
    if path.suffix == ".parquet" or path.name.endswith(".parquet.partial"):
        table = pq.read_table(path)
        return f"{table.schema.metadata} {table.to_pandas().to_csv()}"
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        pages = "\n".join(page.extract_text() for page in reader.pages)
        return f"{reader.metadata} {pages}\n{path.read_bytes().decode('utf-8', 'replace')}"
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(
                f"{name}\n{archive.read(name).decode('utf-8', 'replace')}"
                for name in archive.namelist()
            )
    return path.read_bytes().decode("utf-8", "replace")
