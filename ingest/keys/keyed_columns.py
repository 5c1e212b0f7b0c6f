"""Keyed hashes of a whole column at once: AES-CMAC, thirty times as fast as one HMAC a cell.

AES-CMAC (NIST SP 800-38B, RFC 4493) is a pseudo-random function like HMAC. It works in blocks of
16 bytes, so that one call of the cipher takes the next block of all cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from numpy.typing import NDArray

from ingest.cells import Bytes, Typed, cell_bytes, valid_bits

BLOCK = 16
CODE = pa.binary(BLOCK)
_HEX = 2 * BLOCK
_WORDS = BLOCK // 8
_AT_ONCE = 1 << 13  # cells: what is worked on stays in the processor's cache
_MOST = 64  # blocks: longer cells are rare, and hashed one by one
_REDUCTION = 0x87  # of the field that CMAC doubles its key blocks in
_PADDING = 0x80
_DIGITS = np.frombuffer(bytes(range(256)).hex().encode("ascii"), np.uint16)

Octets = NDArray[np.uint8]


class KeyedColumns:
    """AES-CMAC under one key, of single texts and of columns."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - CMAC is built of it
        self._mac = CMAC(algorithms.AES(key))
        start = self._cipher.encryptor().update(bytes(BLOCK))
        self._whole = _doubled(start)
        self._padded = _doubled(self._whole)

    def digits(self, text: str) -> str:
        """Return the 32 hex digits of one text."""
        mac = self._mac.copy()
        mac.update(text.encode("utf-8", "surrogatepass"))
        return mac.finalize().hex()

    def column(self, texts: pa.StringArray) -> pa.StringArray:
        """Return the hex digits of each cell; no value where there is none."""
        return hex_digits(self.codes(Typed("", texts)))

    def codes(self, texts: Typed) -> pa.FixedSizeBinaryArray:
        """Return the 16 bytes of each text; no value where there is none."""
        cells, n = texts.cells, len(texts.cells)
        macs = _Macs(self, texts.start.encode("utf-8", "surrogatepass"))
        out = np.empty((n, BLOCK), np.uint8)
        for at in range(0, n, _AT_ONCE):
            macs.fill(cells[at : at + _AT_ONCE], out[at : at + _AT_ONCE])
        buffers = [valid_bits(cells), pa.py_buffer(out)]
        return pa.FixedSizeBinaryArray.from_buffers(CODE, n, buffers)

    def chained(self, blocks: Octets) -> Octets:
        """Return the last block of each row, enciphered in a chain; padded and masked before."""
        encryptor, words = self._cipher.encryptor(), blocks.view(np.uint64)
        state = mixed = np.zeros((len(words), _WORDS), np.uint64)
        for at in range(0, words.shape[1], _WORDS):
            for word in range(_WORDS):  # a column is long, a row is short: numpy likes long loops
                np.bitwise_xor(state[:, word], words[:, at + word], out=mixed[:, word])
            made = encryptor.update(mixed.view(np.uint8).data)
            state = np.frombuffer(made, np.uint64).reshape(-1, _WORDS)
        return state.view(np.uint8)

    def last_mask(self, is_whole: bool) -> Octets:
        """Return what is mixed into the last block, whether filled to its end or padded."""
        return np.frombuffer(self._whole if is_whole else self._padded, np.uint8)


class _Macs:
    """Codes of cells that all begin with the same bytes, which are kept apart from them."""

    def __init__(self, key: KeyedColumns, start: bytes) -> None:
        self._key, self._start = key, start
        self._forms: dict[int, _Form] = {}

    def fill(self, texts: pa.StringArray, out: Octets) -> None:
        """Write the code of each cell."""
        cells = cell_bytes(texts)
        sizes = cells.lengths + np.int32(len(self._start))
        n_blocks = np.maximum((sizes + (BLOCK - 1)) // BLOCK, 1)
        if (most := int(n_blocks.max())) == n_blocks.min() and most <= _MOST:
            out[:] = self._same_size(cells, sizes, most)
            return
        for n in np.flatnonzero(np.bincount(np.minimum(n_blocks, _MOST + 1))).tolist():
            rows = np.flatnonzero(n_blocks == n if n <= _MOST else n_blocks >= n)
            if n > _MOST:
                out[rows] = self._one_by_one(texts.take(pa.array(rows)))
            else:
                out[rows] = self._same_size(cells.only(rows), sizes[rows], n)

    def _same_size(self, cells: Bytes, sizes: NDArray[np.int32], n_blocks: int) -> Octets:
        """The codes of cells that fill the same number of blocks."""
        form = self._forms.get(n_blocks)
        if form is None:
            form = self._forms[n_blocks] = _form(self._key, self._start, n_blocks)
        blocks = cells.windows(len(self._start), n_blocks * BLOCK)
        left = n_blocks * BLOCK - sizes
        blocks &= form.kept.take(left, axis=0)
        blocks ^= form.mixed.take(left, axis=0)
        return self._key.chained(blocks)

    def _one_by_one(self, texts: pa.StringArray) -> Octets:
        start = self._start.decode("utf-8", "surrogatepass")
        digits = "".join(self._key.digits(start + (text or "")) for text in texts.to_pylist())
        return np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(-1, BLOCK)


@dataclass(frozen=True)
class _Form:
    """What becomes of cells of some blocks, by the number of bytes left in the last one.

    `kept` says which bytes are those of the cell; `mixed` are start, padding and mask.
    """

    kept: Octets
    mixed: Octets


def _form(key: KeyedColumns, start: bytes, n_blocks: int) -> _Form:
    width = n_blocks * BLOCK
    place, end = np.arange(width), width - np.arange(BLOCK + 1)[:, None]
    kept = np.where((place >= len(start)) & (place < end), 0xFF, 0).astype(np.uint8)
    mixed = np.where(place == end, _PADDING, 0).astype(np.uint8)
    mixed[:, : len(start)] = np.frombuffer(start, np.uint8)
    mixed[0, -BLOCK:] ^= key.last_mask(is_whole=True)
    mixed[1:, -BLOCK:] ^= key.last_mask(is_whole=False)
    return _Form(kept, mixed)


def hex_digits(codes: pa.FixedSizeBinaryArray) -> pa.StringArray:
    """Return codes of 16 bytes as 32 hex digits each; no value where there is none."""
    n = len(codes)
    held = np.frombuffer(codes.buffers()[1] or b"", np.uint8)
    octets = held[codes.offset * BLOCK : (codes.offset + n) * BLOCK]
    ends = np.arange(0, _HEX * n + 1, _HEX, dtype=np.int32)
    made = pa.StringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(_DIGITS[octets]))
    return made if not codes.null_count else pc.if_else(codes.is_valid(), made, None)


def _doubled(block: bytes) -> bytes:
    number = int.from_bytes(block, "big") << 1
    carried = _REDUCTION if number >> (8 * BLOCK) else 0
    return ((number & ((1 << (8 * BLOCK)) - 1)) ^ carried).to_bytes(BLOCK, "big")
