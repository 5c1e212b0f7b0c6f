"""Keyed pseudonyms: one root key per engagement, one subkey per purpose, nothing unkeyed."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigError
from ingest.cells import Typed
from ingest.keys.keyed_columns import KeyedColumns

KEY_BYTES = 32
PERSON_HEX = 16
MESSAGE_HEX = 32


@dataclass(frozen=True)
class LoadedKey:
    """A root key and whether it was made just now."""

    root: bytes
    is_new: bool

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"LoadedKey(is_new={self.is_new})"


class Pseudonymiser:
    """Turns clear identities and message keys into keyed pseudonyms.

    HMAC-SHA-256, and AES-CMAC for the keys of messages and threads, of which there are many;
    subkeys are drawn from one root key by HKDF. Without the root key nothing can be
    linked back, and two engagements with different keys cannot be linked to each other.
    `version` is the epoch: with the next one every pseudonym of a person is another.
    """

    def __init__(self, root: bytes, version: int = 1) -> None:
        if len(root) != KEY_BYTES:
            raise ConfigError(
                f"The key has {len(root)} bytes, not {KEY_BYTES}.",
                code="E-KEY-003",
                hint="Name the key file that this engagement was started with.",
            )
        self._root = root
        self.version = version
        self._people = _Keyed(self.subkey(f"pseudonym/v{version}"))
        self._identities = _Identities(self, version)
        self._threads = KeyedColumns(self._epoch_key("thread"))
        self._names = _Keyed(self._epoch_key("names"))
        self._domains = _Keyed(self.subkey("domain"))
        self._settings = _Keyed(self._epoch_key("settings"))

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Pseudonymiser({self.check_value})"

    @property
    def check_value(self) -> str:
        """Four hex digits that tell keys apart and say nothing about them."""
        return self.long_check_value[:4]

    @property
    def long_check_value(self) -> str:
        """Sixteen hex digits that tell keys apart where four might not."""
        return _Keyed(self.subkey("audit")).digits("key check", PERSON_HEX)

    @property
    def engagement(self) -> str:
        """Sixteen hex digits that stand for the engagement and say nothing about its key."""
        return _Keyed(self.subkey("engagement")).digits("engagement", PERSON_HEX)

    def subkey(self, purpose: str) -> bytes:
        """Return the key of one purpose, such as "survey/2026-1"."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self._root)

    def in_epoch(self, version: int) -> Pseudonymiser:
        """Return the same key in another epoch."""
        return Pseudonymiser(self._root, version)

    def person(self, identity: str) -> str:
        """Return the 16 hex digits of a person, from the identity that stands for the person."""
        return self._people.digits(f"person:{identity}", PERSON_HEX)

    def identity(self, identity: str) -> str:
        """Return the 32 hex digits of one canonical address or account."""
        return self._identities.digits(identity)

    def steady(self, digest: str) -> str:
        """Return what `identity` gave in the first epoch for the same identity."""
        return self._identities.steady(digest)

    def name(self, key: str) -> str:
        """Return the 32 hex digits of a normalised full name; another key than that of people."""
        return self._names.digits(f"name:{key}", MESSAGE_HEX)

    def domain(self, domain: str) -> str:
        """Return the 32 hex digits of a declared own domain."""
        return self._domains.digits(domain, MESSAGE_HEX)

    def state(self, text: str) -> str:
        """Return the 32 hex digits of settings that decided what was read."""
        return self._settings.digits(text, MESSAGE_HEX)

    def message(self, key: str) -> str:
        """Return the 32 hex digits of a message or thread key of an export."""
        return self._threads.digits(key)

    def messages(self, keys: pa.StringArray) -> pa.StringArray:
        """Return the hex digits of a column of message or thread keys; no value for none."""
        return self._threads.column(keys)

    def message_codes(self, keys: Typed) -> pa.FixedSizeBinaryArray:
        """Return the same as 16 bytes each, which are written and read faster."""
        return self._threads.codes(keys)

    def form(self, survey: str, form: str) -> str:
        """Return the id of a survey form under a key that only this survey uses."""
        return _Keyed(self._epoch_key(f"survey/{survey}")).digits(form, MESSAGE_HEX)

    def _epoch_key(self, purpose: str) -> bytes:
        return self.subkey(purpose if self.version == 1 else f"{purpose}/v{self.version}")


class _Identities:
    """Keyed hashes of identities: one and the same under all epochs, enciphered by the epoch.

    Whoever holds the root key can tell a forgotten identity again after a rotation; nobody else
    can link two epochs. AES on one block is a permutation of the 16 bytes.
    """

    def __init__(self, key: Pseudonymiser, version: int) -> None:
        self._first = _Keyed(key.subkey("pseudonym/v1"))
        self._cipher: Cipher[modes.ECB] | None = None
        if version > 1:
            epoch = AES(key.subkey(f"identity/v{version}"))
            # One block of a hash that is random by itself: no mode has anything to add.
            self._cipher = Cipher(epoch, modes.ECB())  # noqa: S305

    def digits(self, identity: str) -> str:
        digest = self._first.digits(f"identity:{identity}", MESSAGE_HEX)
        if self._cipher is None:
            return digest
        return self._cipher.encryptor().update(bytes.fromhex(digest)).hex()

    def steady(self, digest: str) -> str:
        if self._cipher is None:
            return digest
        return self._cipher.decryptor().update(bytes.fromhex(digest)).hex()


def load_key(path: Path) -> bytes:
    """Return the root key in a file, as `load_or_create_key`; a missing file is refused."""
    if not path.exists():
        raise ConfigError(
            f"The key file {path.name} is missing, and this engagement was begun with it.",
            code="E-KEY-006",
            hint="Nothing was read, and no new key was made: its pseudonyms would be others. Put "
            "the file back from where you keep it.",
        )
    return load_or_create_key(path).root


def load_or_create_key(path: Path) -> LoadedKey:
    """Return the root key in a file; a missing file is made, readable by its owner only.

    A file that others may read, that belongs to somebody else, or that holds no key of 32 bytes
    is refused with `ConfigError`. A pipe, fed by a keyring, is read as it is.
    """
    if not path.exists():
        return LoadedKey(_create(path), is_new=True)
    state = path.stat()
    if stat.S_ISREG(state.st_mode):
        _check_owner(path.name, state)
    return LoadedKey(_decoded(path.read_bytes(), path.name), is_new=False)


def _create(path: Path) -> bytes:
    root = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(root.hex().encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return root


def _check_owner(name: str, state: os.stat_result) -> None:
    if state.st_uid != os.getuid():
        raise ConfigError(
            f"The key file {name} belongs to another user.",
            code="E-KEY-001",
            hint="Run as its owner, or take a copy that you own.",
        )
    if state.st_mode & 0o077:
        raise ConfigError(
            f"The key file {name} can be read by other users.",
            code="E-KEY-002",
            hint=f"Nothing was read. Run: chmod 600 {name}",
        )


def _decoded(content: bytes, name: str) -> bytes:
    try:
        root = bytes.fromhex(content.decode("ascii").strip())
    except (UnicodeDecodeError, ValueError):
        root = b""
    if len(root) != KEY_BYTES:
        raise ConfigError(
            f"The key file {name} holds no key of {KEY_BYTES * 2} hex digits.",
            code="E-KEY-003",
            hint="Name the key file that this engagement was started with.",
        )
    return root


class _Keyed:
    """HMAC-SHA-256 (RFC 2104) with its two key blocks hashed once: three times as fast."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(SHA256.block_size, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digits(self, text: str, n: int) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.hexdigest()[:n]
