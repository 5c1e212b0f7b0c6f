"""`python -m audit`: the command line of Isotherm."""

from __future__ import annotations

import signal
import sys

from audit.cli import main

if __name__ == "__main__":
    # Both mean: stop and leave no half state. In the background a shell lets them be ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
