"""A reverse proxy of a few lines: sets headers on every answer, passes WebSockets through."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlparse

_END = b"\r\n\r\n"
_CHUNK = 1 << 16


@dataclass(frozen=True)
class _Front:
    """Where answers come from, and what is added to each."""

    port: int
    headers: Mapping[str, str]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(_END)
            back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.port)
            is_socket = b"upgrade: websocket" in head.lower()
            back_writer.write(head if is_socket else _closing(head))
            upward = asyncio.create_task(_pour(reader, back_writer))
            answer = await back_reader.readuntil(_END)
            writer.write(self._dressed(answer))
            await _pour(back_reader, writer)
            upward.cancel()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _dressed(self, answer: bytes) -> bytes:
        lines = answer[: -len(_END)].split(b"\r\n")
        named = {name.lower().encode() for name in self.headers}
        kept = [line for line in lines if line.partition(b":")[0].lower() not in named]
        added = [f"{name}: {value}".encode() for name, value in self.headers.items()]
        return b"\r\n".join([*kept, *added]) + _END


@contextmanager
def front_proxy(behind: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Stand in front of an address until the block ends, with these headers on every answer."""
    loop = asyncio.new_event_loop()
    front = _Front(urlparse(behind).port or 80, headers)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = asyncio.start_server(front.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(timeout=10)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _closing(head: bytes) -> bytes:
    """Ask for one answer a connection, so that each can be told from the next."""
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([lines[0], b"Connection: close", *lines[1:]])


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        target.write(chunk)
        await target.drain()
