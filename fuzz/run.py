"""Fuzz every target for some minutes each: `python -m fuzz.run --minutes 10 --workers 2`."""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fuzz.targets import seeds, targets

KEPT = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "crashers"
LIMITS = ("-timeout=10", "-rss_limit_mb=1500", "-max_len=8192", "-print_final_stats=1")
_RUNS = re.compile(r"^(?:stat::number_of_executed_units:\s*|#)(\d+)", re.MULTILINE)


_UNCAUGHT = "Uncaught Python exception"


@dataclass(frozen=True)
class Result:
    """What one target did."""

    name: str
    executions: int
    seconds: float
    findings: tuple[str, ...]


def main() -> int:
    """Print a table of targets, executions and findings; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/fuzz"))
    parser.add_argument("--targets", nargs="*", help="names; left out: all")
    given = parser.parse_args()
    names = given.targets or sorted(targets())
    with ThreadPoolExecutor(given.workers) as pool:
        jobs = [pool.submit(fuzz_one, name, given.minutes, given.out) for name in names]
        results = [job.result() for job in jobs]
    print(f"{'target':<28} {'executions':>12} {'minutes':>8}  findings")
    for result in results:
        found = ", ".join(result.findings) or "none"
        minutes = result.seconds / 60
        print(f"{result.name:<28} {result.executions:>12,} {minutes:>8.1f}  {found}")
    return 1 if any(result.findings for result in results) else 0


def fuzz_one(name: str, minutes: float, out: Path) -> Result:
    """Fuzz one target in a process of its own; it goes on after a finding until time is up."""
    folder = out / name
    corpus, crashes = folder / "corpus", folder / "crashes"
    for path in (corpus, crashes):
        path.mkdir(parents=True, exist_ok=True)
    _plant(name, corpus)
    before = set(crashes.iterdir())
    start, executions, uncaught = time.monotonic(), 0, 0
    while (left := minutes * 60 - (time.monotonic() - start)) > 1:
        log = folder / "log"
        with log.open("ab") as stream:
            begins = stream.tell()
            command = [sys.executable, "-m", "fuzz.one", name, str(corpus), *LIMITS]
            options = [f"-max_total_time={int(left)}", f"-artifact_prefix={crashes}/"]
            subprocess.run([*command, *options], stdout=stream, stderr=stream, check=False)
        told = log.read_bytes()[begins:].decode("utf-8", "replace")
        done = max((int(n) for n in _RUNS.findall(told)), default=0)
        executions += done
        uncaught += told.count(_UNCAUGHT)
        if not done:
            break  # it did not even start
    seconds = time.monotonic() - start
    findings = tuple(path.name for path in sorted(set(crashes.iterdir()) - before))
    if uncaught and not findings:
        findings = (f"{uncaught} uncaught, see {folder / 'log'}",)
    return Result(name, executions, seconds, findings)


def _plant(name: str, corpus: Path) -> None:
    kept = KEPT / name
    found = [path.read_bytes() for path in sorted(kept.glob("*"))] if kept.is_dir() else []
    for seed in (*seeds(name), *found):
        target = corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()
        target.write_bytes(seed)


if __name__ == "__main__":
    sys.exit(main())
