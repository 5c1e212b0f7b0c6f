"""A process that may speak to itself only: any look-up or connection beyond loopback ends it.

Run as `python -c "import offline_guard" ...` through `command()`. The guard is an audit hook, so
code cannot get past it by keeping an older reference to `socket`, and it ends the process, so
code cannot swallow it as an ordinary error.
"""

from __future__ import annotations

import os
import sys

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", ""})  # noqa: S104
GUARDED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
EXIT = 97


def command(*arguments: str) -> list[str]:
    """Return the command line that runs `python <arguments>` behind the guard.

    `arguments` is `-m module ...` or `-c code ...`, as for Python itself.
    """
    start = (
        "import sys, runpy; sys.path[:0] = ['', 'tests/support']\n"
        "import offline_guard; offline_guard.arm()\n"
        "kind, name, *rest = sys.argv[1:]; sys.argv = [name, *rest]\n"
        "if kind == '-m': runpy.run_module(name, run_name='__main__', alter_sys=True)\n"
        "else: exec(compile(name, '<code>', 'exec'), {'__name__': '__main__'})\n"
    )
    return [sys.executable, "-c", start, *arguments]


def arm() -> None:
    """Forbid this process every connection and look-up beyond loopback, from now on."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in GUARDED:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else ""
    elif event in LOOK_UPS:
        host = arguments[0]
    else:
        return
    text = host.decode() if isinstance(host, bytes) else str(host or "")
    if text not in LOOPBACK:
        sys.stderr.write(f"offline guard: {event} to {text}\n")
        sys.stderr.flush()
        os._exit(EXIT)
