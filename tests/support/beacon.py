"""A listener on this machine that nobody may ask: what it hears is a leak."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Beacon:
    """Its address, and the paths that were asked for."""

    url: str = ""
    hits: list[str] = field(default_factory=list)


@contextmanager
def beacon() -> Iterator[Beacon]:
    """Listen until the block ends; every request is answered and noted."""
    heard = Beacon()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.hits.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    for verb in ("HEAD", "POST", "PUT", "OPTIONS"):
        setattr(Handler, f"do_{verb}", Handler.do_GET)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
