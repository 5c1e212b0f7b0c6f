"""`check` of an audit file: what it declares, and what each of its sources holds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

from audit.config.audit_file import load_config
from audit.plan import planned
from audit.sources import intake_settings, source_specs
from core.errors import AuditError, SourceError
from core.progress import Reporter
from ingest.checking import check_source
from ingest.keys.pseudonyms import KEY_BYTES, Pseudonymiser
from reports.registry import writers


def check_config(path: Path, reporter: Reporter) -> Iterator[str]:
    """Yield what an audit file declares and what each of its sources holds; write nothing.

    A source that cannot be read is told in its place; the others are read all the same. Then
    one `SourceError` says how many failed.
    """
    config = load_config(path)
    planned(config)
    specs = source_specs(config)
    for name in config.reports.formats:
        writers.get(name)
    yield f"{path.name}: valid. {config.audit.name}, configuration {config.digest()}."
    settings = intake_settings(config, Pseudonymiser(secrets.token_bytes(KEY_BYTES)))
    failed = 0
    for spec in specs:
        reporter.start(f"Reading source {spec.number}", None)
        try:
            lines = check_source(spec, settings).lines()
        except AuditError as error:
            failed += 1
            lines = [f"Source {spec.number}, {spec.reader}: {error}"]
        finally:
            reporter.finish()
        yield from ["", *lines]
    if failed:
        raise SourceError(
            f"{failed} of {len(specs)} sources cannot be read.",
            code="E-CHECK-001",
            hint="Nothing was written. Mend what is said above and check again.",
        )
