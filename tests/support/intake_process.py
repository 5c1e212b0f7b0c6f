"""An import as a process of its own, to be killed: `intake_process.py RUN EXPORTS`.

EXPORTS is the folder of a made-up company with its `audit.toml`. Tables are staged and put in
their place as a run does; nothing is judged or published.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from audit.cli import _unforeseen
from audit.config.audit_file import load_config
from audit.sources import intake_settings, key_of, source_specs
from core.engine import DuckDBEngine
from core.errors import AuditError
from core.progress import Silent
from core.store import RunFolder, locked
from ingest.intake import take_in


def main(run: Path, exports: Path) -> int:
    """Import and return the exit code of a run."""
    config = load_config(exports / "audit.toml")
    try:
        with locked(run):
            folder = RunFolder.create(run, is_staged=True)
            try:
                with DuckDBEngine(threads=1, spill=folder.spool) as engine:
                    settings = intake_settings(config, key_of(config).pseudonyms)
                    take_in(source_specs(config), settings, folder, engine, Silent())
                folder.commit()
            finally:
                folder.clear()
    except AuditError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    except OSError as error:
        return _unforeseen(error)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as `python -m audit` does
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
