"""The licence gate: no pinned package is under the GPL or AGPL alone, igraph excepted by name."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

PINS = Path(__file__).parents[1] / "requirements.txt"
EXCEPTED = {"igraph"}  # docs/licences.md says what follows from it
_PIN = re.compile(r"^([a-zA-Z0-9._-]+)==", re.MULTILINE)
_LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)
_GENERAL = re.compile(r"\bA?GPL|(?:Affero )?General Public Licen[sc]e", re.IGNORECASE)
_CHOICE = re.compile(r"\bOR\b")


def main() -> int:
    """Say what is refused; 0 when nothing is."""
    refused = {
        name: licence
        for name, licence in licences(PINS.read_text(encoding="utf-8")).items()
        if name not in EXCEPTED and (not licence or is_refused(licence))
    }
    for name, licence in sorted(refused.items()):
        sys.stdout.write(f"refused: {name}: {licence or 'no licence is stated'}\n")
    if not refused:
        sys.stdout.write("Licences: nothing under GPL or AGPL but igraph.\n")
    return 1 if refused else 0


def licences(requirements: str) -> dict[str, str]:
    """Return what each pinned package that is installed says of its licence."""
    found = {}
    for name in _PIN.findall(requirements):
        try:
            found[name] = _licence(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # pinned for another system
    return found


def is_refused(licence: str) -> bool:
    """Return whether a licence leaves no way around GPL or AGPL; a choice of another is one."""
    ways = [part for line in licence.split("; ") for part in _CHOICE.split(line)]
    return all(_GENERAL.search(way) and not _LESSER.search(way) for way in ways)


def _licence(name: str) -> str:
    told = importlib.metadata.metadata(name)
    for expression in told.get_all("License-Expression") or []:
        return str(expression)
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    own = "".join(told.get_all("License") or [])
    return "; ".join(classified) or own.strip().partition("\n")[0]


if __name__ == "__main__":
    raise SystemExit(main())
