"""Write the ASVS table of docs/security.md anew from docs/asvs.csv; `--check` only compares."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

DOCS = Path(__file__).parent
SOURCE = DOCS / "asvs.csv"
PAGE = DOCS / "security.md"
START, END = "<!-- table: docs/asvs.csv -->\n", "<!-- end of table -->"
STATES = {
    "shown": "shown by a test",
    "page": "documented",
    "deployment": "the operator's duty",
    "provider": "the identity provider's duty",
    "absent": "does not apply",
    "open": "not met, or not shown",
}
CHAPTERS = {
    "1": "Encoding and sanitization",
    "2": "Validation and business logic",
    "3": "Web front end",
    "4": "Web services",
    "5": "Files",
    "6": "Authentication",
    "7": "Sessions",
    "8": "Authorization",
    "9": "Self-contained tokens",
    "10": "OAuth and OpenID Connect",
    "11": "Cryptography",
    "12": "Secure communication",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Coding and architecture",
    "16": "Logs and errors",
    "17": "WebRTC",
}
Line = Mapping[str, str]


def main() -> int:
    """Write or compare; 1 where the page is out of date."""
    text = PAGE.read_text(encoding="utf-8")
    new = with_table(text, lines())
    if "--check" in sys.argv:
        return int(new != text)
    PAGE.write_text(new, encoding="utf-8")
    return 0


def lines() -> list[Line]:
    """Return the requirements with what is said of each."""
    with SOURCE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def with_table(page: str, told: Iterable[Line]) -> str:
    """Return the page with its table written anew."""
    before, _, rest = page.partition(START)
    return f"{before}{START}{_table(list(told))}{END}{rest.partition(END)[2]}"


def _table(told: list[Line]) -> str:
    counts = Counter(line["state"] for line in told)
    out = ["", "| state | lines |", "| --- | --- |"]
    out += [f"| {words} | {counts[state]} |" for state, words in STATES.items()]
    for number, title in CHAPTERS.items():
        own = [line for line in told if line["requirement"].partition(".")[0] == number]
        out += ["", f"### V{number} {title}", ""]
        out += [
            "| id | level | in short | state | test or reason |",
            "| --- | --- | --- | --- | --- |",
        ]
        out += [
            f"| {line['requirement']} | {line['level']} | {line['about']} | "
            f"{STATES[line['state']]} | {_evidence(line)} |"
            for line in own
        ]
    return "\n".join([*out, "", ""])


def _evidence(line: Line) -> str:
    if line["state"] != "shown":
        return line["evidence"]
    return ", ".join(f"`{test.removeprefix('tests/')}`" for test in line["evidence"].split())


if __name__ == "__main__":
    raise SystemExit(main())
