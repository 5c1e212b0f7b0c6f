"""The run folder that the app speaks of."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

SAMPLE_RUN = Path("runs") / "sample"


def run_folder(arguments: Sequence[str] | None = None) -> Path:
    """Return the run folder named by `-- --run FOLDER`, or that of the sample company."""
    words = sys.argv[1:] if arguments is None else arguments
    for place, word in enumerate(words):
        if word == "--run" and place + 1 < len(words):
            return Path(words[place + 1])
        if word.startswith("--run="):
            return Path(word.partition("=")[2])
    return SAMPLE_RUN
