"""Keyed pseudonyms and the key file."""

from __future__ import annotations

import hmac
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigError
from ingest.keys.pseudonyms import Pseudonymiser, load_or_create_key

ROOT = bytes(range(32))


def test_a_person_is_the_hmac_of_the_identity_under_the_subkey_for_people() -> None:
    # oracle: the standard library's HMAC under a key drawn by HKDF (RFC 5869)
    subkey = HKDF(SHA256(), 32, salt=None, info=b"pseudonym/v1").derive(ROOT)
    expected = hmac.digest(subkey, b"person:id:E1", "sha256").hex()[:16]
    assert Pseudonymiser(ROOT).person("id:E1") == expected


def test_one_text_has_another_pseudonym_for_each_purpose_version_and_key() -> None:
    key, other = Pseudonymiser(ROOT), Pseudonymiser(bytes(32))
    found = {
        key.person("id:E1"), key.identity("id:E1")[:16], key.message("id:E1")[:16],
        key.form("2025-03", "id:E1")[:16], key.form("2025-06", "id:E1")[:16],
        Pseudonymiser(ROOT, version=2).person("id:E1"), other.person("id:E1"),
    }  # fmt: skip
    assert len(found) == 7


def test_nothing_printed_of_a_key_holds_the_key() -> None:
    key = Pseudonymiser(ROOT)
    assert ROOT.hex() not in repr(key) + str(vars(key).keys())
    assert len(key.check_value) == 4
    assert key.check_value == Pseudonymiser(ROOT).check_value


def test_a_missing_key_file_is_made_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.key"
    made, again = load_or_create_key(path), load_or_create_key(path)
    assert made.is_new
    assert not again.is_new
    assert made.root == again.root
    assert path.stat().st_mode & 0o777 == 0o600
    assert made.root.hex() not in repr(made)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    load_or_create_key(path)
    path.chmod(0o640)
    with pytest.raises(ConfigError, match=r"E-KEY-002.*chmod 600 audit\.key"):
        load_or_create_key(path)


@pytest.mark.parametrize("content", [b"", b"abc", b"zz" * 32, bytes(range(32)), b"00" * 31])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "audit.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="E-KEY-003"):
        load_or_create_key(path)
