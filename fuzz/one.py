"""One target under the fuzzer: `python -m fuzz.one TARGET [options of libFuzzer]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["ingest", "core.windows"]):
    from fuzz.targets import targets


def main() -> None:
    """Run one target until the time that was given is up or an exception is found."""
    name = sys.argv.pop(1)
    target = targets()[name]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


main()
