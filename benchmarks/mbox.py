"""How fast an mbox becomes batches, as a ratio to the standard library in one run.

Both read the same file from end to end and find senders, recipients and the time of every mail; on
a sample they must agree. The library first looks for all beginnings, then parses bodies too.
Run from the root: `python -m benchmarks.mbox` (100 MB) or `python -m benchmarks.mbox --gb 1`.
"""

from __future__ import annotations

import argparse
import base64
import mailbox
import os
import platform
import quopri
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.header import Header
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from pathlib import Path

from ingest.readers.mbox import read_mbox
from ingest.source import Source
from ingest.tally import Tally

FIRST = datetime(2025, 3, 3, 8, tzinfo=UTC)
PEOPLE = 500
SAMPLE = 10_000_000
LATEST_S = 4_000_000_000
NAMES = ("Ana", "Bruno", "Carla", "Dario", "Élodie", "Jürgen", "Kim", "Łukasz", "Maria", "Sören")
WORDS = ("budget", "Termin", "réunion", "progetto", "plan", "review", "release", "order", "note")
HOSTS = ("mx1", "mx2", "relay", "filter", "store")


def main() -> None:
    """Print messages a second, the ratio, and the private memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=100)
    parser.add_argument("--gb", type=float, default=0)
    parser.add_argument("--folder", type=Path, help="where the made file goes")
    asked = parser.parse_args()
    size = int((asked.gb * 1000 or asked.mb) * 1e6)
    with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
        whole, sample = Path(scratch, "whole.mbox"), Path(scratch, "sample.mbox")
        n_whole, _ = write_mbox(whole, size), write_mbox(sample, SAMPLE)
        print(f"{whole.stat().st_size / 1e6:,.0f} MB, {n_whole:,} mails; Python "
              f"{platform.python_version()}, {os.cpu_count()} cores, {date.today()}")  # fmt: skip
        # First, so that what is loaded once is loaded.
        if time_ours(sample, is_compared=True).digest != time_standard(sample).digest:
            raise SystemExit("the two do not agree on who wrote to whom, and when")
        ours, standard = time_ours(whole), time_standard(whole)
        if (ours.n, standard.n) != (n_whole, n_whole):
            raise SystemExit(f"mails lost: {ours.n} and {standard.n} of {n_whole}")
    print(f"ours              {ours.rate:10,.0f} mails/s  {size / 1e6 / ours.seconds:7.0f} MB/s  "
          f"{ours.wall:6.1f} s wall  {ours.private_mb:,.0f} MB private at most")  # fmt: skip
    print(f"mailbox.mbox      {standard.rate:10,.0f} mails/s  {size / 1e6 / standard.seconds:7.0f} "  # noqa: E501
          f"MB/s  {standard.wall:6.1f} s wall")  # fmt: skip
    print(f"ratio             {ours.rate / standard.rate:10.1f}")


@dataclass
class Timed:
    """What one side found, how long it took, and the private memory it needed.

    Rates are by processor seconds: both sides use one processor, and others may use it too.
    """

    n: int = 0
    digest: int = 0
    seconds: float = 0.0
    wall: float = 0.0
    private_mb: float = 0.0

    @property
    def rate(self) -> float:
        """Return mails a second."""
        return self.n / self.seconds

    def add(self, sender: str, recipients: list[str], sent_s: int) -> None:
        """Add one mail to a digest that no order changes."""
        self.digest = (self.digest + hash((sender, tuple(recipients), sent_s))) % 2**64


def time_ours(path: Path, is_compared: bool = False) -> Timed:
    """Read a file to batches; the digest, if one is wanted, is made outside of the time."""
    source = Source(0, path, Tally(path.name), latest_s=LATEST_S)
    found, batches, before = Timed(), [], private_mb()
    started, clock = time.process_time(), time.perf_counter()
    for batch in read_mbox(source):
        found.n += batch.rows.num_rows if batch.table == "messages" else 0
        found.private_mb = max(found.private_mb, private_mb() - before)
        if is_compared:
            batches.append(batch)
    found.seconds, found.wall = time.process_time() - started, time.perf_counter() - clock
    to: dict[int, list[str]] = {}
    for row in (r for b in batches if b.table == "recipients" for r in b.rows.to_pylist()):
        to.setdefault(row["unit"], []).append(row["recipient"][6:])
    for row in (r for b in batches if b.table == "messages" for r in b.rows.to_pylist()):
        found.add(row["sender"][6:], to.get(row["unit"], []), row["sent_s"])
    return found


def time_standard(path: Path) -> Timed:
    """Read a file with the standard library, as its documentation shows."""
    found = Timed()
    started, clock = time.process_time(), time.perf_counter()
    for message in mailbox.mbox(path, create=False):
        senders = getaddresses(message.get_all("from", []))
        others = getaddresses(message.get_all("to", []) + message.get_all("cc", []))
        sent = parsedate_to_datetime(message["date"])
        found.n += 1
        found.add(senders[0][1], [address for _, address in others], int(sent.timestamp()))
    found.seconds, found.wall = time.process_time() - started, time.perf_counter() - clock
    return found


def private_mb() -> float:
    """Return the memory of this process that no file backs."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0


def write_mbox(path: Path, size: int) -> int:
    """Write an mbox of about `size` bytes and return how many mails it holds; seeded."""
    pick = random.Random(20250303)  # noqa: S311 - made-up mail, no secret
    bodies = [body(pick) for _ in range(64)]
    people = [person(pick, n) for n in range(PEOPLE)]
    written = n = 0
    with path.open("wb") as stream:
        while written < size:
            head = "\n".join(headers(pick, people, n)).encode()
            written += stream.write(head + b"\n\n" + pick.choice(bodies) + b"\n\n")
            n += 1
    return n


def person(pick: random.Random, n: int) -> str:
    """Return an address with a display name in one of the usual notations."""
    first, last = pick.choice(NAMES), f"{pick.choice(WORDS).title()}er{n}"
    address = f"{pick.choice(WORDS).replace('é', 'e')}.{n}@acme.example"
    if not f"{first}{last}".isascii():
        return f"{Header(f'{first} {last}', 'utf-8').encode()} <{address}>"
    written = (f"{first} {last} <{address}>", f'"{last}, {first}" <{address}>', address)
    return written[n % 3]


def headers(pick: random.Random, people: list[str], n: int) -> Iterator[str]:
    """Return the header lines of mail number n: some 3 kB, as mail of today has them."""
    sender, *others = pick.sample(people, 2 + min(int(pick.expovariate(0.5)), 12))
    sent = FIRST + timedelta(seconds=37 * n)
    bare = getaddresses([sender])[0][1]
    yield f"From {bare} {sent.strftime('%a %b %e %H:%M:%S %Y')}"
    yield f"Return-Path: <{bare}>"
    for hop, host in enumerate(HOSTS):
        when = format_datetime(sent + timedelta(seconds=5 - hop))
        yield (f"Received: from {host}.acme.example ({host}.acme.example [192.0.2.{hop + 1}])\n"
               f"\tby in{hop}.acme.example (Postfix) with ESMTPS id {pick.getrandbits(48):012X}\n"
               f"\tfor <somebody@acme.example>; {when}")  # fmt: skip
    for seal in ("ARC-Seal", "ARC-Message-Signature", "DKIM-Signature"):
        signature = base64.b64encode(pick.randbytes(256)).decode()
        lines = "\n\t ".join(signature[at : at + 68] for at in range(0, len(signature), 68))
        yield f"{seal}: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example;\n\tb={lines}"
    yield "Authentication-Results: in0.acme.example; dkim=pass header.d=acme.example; spf=pass"
    yield "X-Spam-Status: No, score=-2.1 required=5.0\n\ttests=BAYES_00,DKIM_SIGNED,DKIM_VALID"
    yield f"From: {sender}"
    n_to = 1 + pick.randrange(len(others))
    yield f"To: {_folded(others[:n_to])}"
    if others[n_to:]:
        yield f"Cc: {_folded(others[n_to:])}"
    yield f"Subject: {' '.join(pick.choices(WORDS, k=6)).encode('ascii', 'ignore').decode()}"
    yield f"Date: {format_datetime(sent.astimezone())}"
    yield f"Message-ID: <{n}.{pick.getrandbits(64):016x}@acme.example>"
    if n % 3:
        links = "\n ".join(f"<{n - back}.mail@acme.example>" for back in range(1 + n % 4))
        yield f"In-Reply-To: <{n}.mail@acme.example>\nReferences: {links}"
    yield "MIME-Version: 1.0\nX-Mailer: Mail 12.4\nThread-Index: AdX1\nContent-Language: en-GB"
    yield 'Content-Type: multipart/mixed;\n boundary="=_part"'


def body(pick: random.Random) -> bytes:
    """Return a body as mail programs write it: text, the same as HTML, now and then a file."""
    lines = [" ".join(pick.choices(WORDS, k=9)) for _ in range(pick.randrange(8, 45))]
    text = "\n".join(line + "\n" * (n % 7 == 0) for n, line in enumerate(lines))
    marked = (f'<p class="MsoNormal"><span lang="EN">{line}</span></p>\n' for line in lines)
    parts = [
        'Content-Type: multipart/alternative;\n boundary="=_both"\n\n--=_both\n'
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{text}\n--=_both\n"
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"{quopri.encodestring(''.join(marked).encode()).decode()}\n--=_both--\n"
    ]
    if pick.random() < 0.1:
        attached = base64.encodebytes(pick.randbytes(pick.randrange(5_000, 45_000))).decode()
        parts.append(f"Content-Transfer-Encoding: base64\n\n{attached}")
    return "".join(f"--=_part\n{part}" for part in parts).encode() + b"--=_part--"


def _folded(people: list[str]) -> str:
    return ",\n ".join(people)


if __name__ == "__main__":
    main()
