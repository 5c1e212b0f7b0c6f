"""What the product is made of: listed, licensed, unchanged, and nothing of it unsafe to load."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import pyvis
from shared_data import CHECKOUT

from core.engine import DuckDBEngine
from core.errors import EngineError
from deploy import audit_deps, licence_gate

PINS = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", PINS, re.MULTILINE))


def test_the_bill_of_materials_lists_every_pinned_package_with_its_hashes(tmp_path) -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    line = re.search(r"cyclonedx-py (requirements requirements.txt .+?) -o", makefile)
    assert line
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), *line[1].split()]
    out = tmp_path / "sbom.json"
    # As `make sbom`, but for the check against the schema, which takes its time.
    command = ["--no-validate" if word == "--validate" else word for word in command]
    subprocess.run([*command, "-o", str(out)], cwd=CHECKOUT, check=True, capture_output=True)
    told = json.loads(out.read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert {c["name"]: c["version"] for c in told["components"]} == PINNED
    parts = re.split(r"^(?=[a-z0-9])", PINS, flags=re.MULTILINE)[1:]
    blocks = {part.partition("==")[0]: part for part in parts}
    for component in told["components"]:
        hashes = {
            h["content"] for r in component["externalReferences"] for h in r.get("hashes", ())
        }
        wanted = set(re.findall(r"sha256:([0-9a-f]{64})", blocks[component["name"]]))
        assert wanted, component["name"]
        assert hashes == wanted, component["name"]


def test_every_package_passes_the_licence_gate() -> None:
    stated = licence_gate.licences(PINS)
    assert len(stated) > 50
    assert [n for n, licence in stated.items() if not licence] == []
    assert {n for n, licence in stated.items() if licence_gate.is_refused(licence)} == {"igraph"}
    assert licence_gate.main() == 0


@pytest.mark.parametrize(
    ("licence", "is_refused"),
    [
        ("GPL-3.0-or-later", True),
        ("GNU Affero General Public License v3", True),
        ("AGPL-3.0-only", True),
        ("GNU General Public License (GPL)", True),
        ("LGPL-3.0-or-later", False),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", False),
        ("GPL-2.0-or-later OR MIT", False),
        ("MIT", False),
        ("Mozilla Public License 2.0 (MPL 2.0)", False),
    ],
)
def test_the_gate_refuses_what_leaves_no_way_around_the_gpl(licence, is_refused) -> None:
    assert licence_gate.is_refused(licence) is is_refused


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        ("", audit_deps.UNKNOWN, "could not be audited"),
        ("not json", audit_deps.UNKNOWN, "This counts as a failure"),
        ('{"dependencies": [{"name": "a", "skip_reason": "x"}]}', audit_deps.UNKNOWN, "2 of 2"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": []},'
            '{"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}]}]}',
            audit_deps.HOLES,
            "b 2: CVE-1",
        ),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": []},'
            '{"name": "b", "version": "2", "vulns": []}]}',
            audit_deps.CLEAN,
            "no known hole",
        ),
    ],
)
def test_what_could_not_be_audited_counts_as_a_failure(answer, code, says) -> None:
    assert audit_deps.verdict(answer, 2)[0] == code
    assert says in audit_deps.verdict(answer, 2)[1]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("allow_unsigned_extensions", "false"),
        ("lock_configuration", "true"),
        ("custom_extension_repository", "/dev/null"),
        ("autoinstall_extension_repository", "/dev/null"),
    ],
)
def test_the_engine_is_locked(setting: str, value: str, tmp_path) -> None:
    query = f"select current_setting('{setting}') as value"
    with DuckDBEngine() as engine:
        assert str(engine.fetch(query, {})["value"].iloc[0]).lower() == value
    free = duckdb.connect(":memory:").execute(query).fetchone()
    assert free is not None
    if setting not in ("allow_unsigned_extensions",):
        assert str(free[0]).lower() != value, "the engine's own default is another"


@pytest.mark.parametrize(
    "sql", ["install httpfs", "load httpfs", "set autoload_known_extensions = true"]
)
def test_the_engine_loads_and_changes_nothing(sql: str) -> None:
    with DuckDBEngine() as engine, pytest.raises(EngineError):
        engine.fetch(sql, {})


def test_the_script_in_the_network_page_is_the_recorded_one() -> None:
    page = (CHECKOUT / "docs" / "licences.md").read_text(encoding="utf-8")
    row = re.search(r"^\| vis-network (\S+) \| (\S+) \| `([0-9a-f]{64})` \|", page, re.MULTILINE)
    assert row, "docs/licences.md lists the script with version, path and hash"
    script = Path(pyvis.__file__).parent / row[2]
    assert hashlib.sha256(script.read_bytes()).hexdigest() == row[3]
    assert f"@version {row[1]}" in script.read_text(encoding="utf-8")[:1000]
