"""Ask the advisory service about every pinned package; what could not be asked is a failure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).parents[1] / "requirements.txt"
CLEAN, HOLES, UNKNOWN = 0, 1, 2
_COMMAND = ("-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "-f", "json")


def main() -> int:
    """Say what is known to be unsafe: 0 nothing, 1 something, 2 that nobody could say."""
    done = subprocess.run(  # noqa: S603 - a fixed command, no shell
        [sys.executable, *_COMMAND, "--progress-spinner", "off", "-r", str(PINS)],
        capture_output=True,
        text=True,
        check=False,
    )
    code, says = verdict(done.stdout, PINS.read_text(encoding="utf-8").count("=="))
    sys.stdout.write(says)
    return code


def verdict(answer: str, n_pinned: int) -> tuple[int, str]:
    """Return exit code and words for the answer of the advisory service; none is a failure."""
    try:
        asked = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        asked = []
    known = [entry for entry in asked if "vulns" in entry]
    if len(known) < n_pinned:
        return UNKNOWN, (
            f"{n_pinned - len(known)} of {n_pinned} packages could not be audited: no answer from "
            "the advisory service. This counts as a failure, not as a pass.\n"
        )
    holes = [
        f"{entry['name']} {entry['version']}: {hole['id']}"
        for entry in known
        for hole in entry["vulns"]
    ]
    if holes:
        return HOLES, "".join(f"{hole}\n" for hole in holes)
    return CLEAN, f"{n_pinned} packages audited, no known hole.\n"


if __name__ == "__main__":
    raise SystemExit(main())
