"""Everything that a user or a developer can name is documented, and no page points nowhere."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel
from shared_data import CHECKOUT

from core.contracts import Contract

DOCS = CHECKOUT / "docs"
PAGES = sorted([*CHECKOUT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PLUG_INS = [
    ("ingest.registry", "readers", "readers.md"),
    ("audit.registry", "indicators", "indicators.md"),
    ("reports.registry", "writers", "writers.md"),
]


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        capture_output=True, text=True, cwd=CHECKOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("module", "name", "page"), PLUG_INS)
def test_every_plug_in_is_documented(module: str, name: str, page: str) -> None:
    registry = getattr(importlib.import_module(module), name)
    assert len(registry.names()) >= 5
    headings = re.findall(r"^## `(.+)`$", _read(DOCS / page), re.MULTILINE)
    assert headings == registry.names()
    for entry in registry:
        assert inspect.getdoc(entry.function), f"{entry.name} has no docstring"


def test_every_reader_is_in_the_guide_for_administrators() -> None:
    guide = _read(DOCS / "exports.md")
    readers = importlib.import_module("ingest.registry").readers
    assert [name for name in readers.names() if f"`{name}`" not in guide] == []


def test_every_option_of_a_reader_is_explained_to_administrators() -> None:
    explained: dict[str, set[str]] = {}
    same: dict[str, list[str]] = {}
    for section in _read(DOCS / "exports.md").split("\n## "):
        headings = [line for line in f"## {section}".splitlines() if line.startswith("##")]
        for name in re.findall(r"`(\w+)`", " ".join(headings)):
            explained[name] = set(re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE))
            same[name] = re.findall(r"options are\s+those\s+of\s+`(\w+)`", section)
    for name, others in same.items():
        explained[name] = explained[name].union(*(explained[other] for other in others))
    common = {"separator", "encoding", "quote", "header", "skip_rows"}
    for entry in importlib.import_module("ingest.registry").readers:
        named = " ".join(explained[entry.name])
        missing = {o for o in entry.meta.options if f"`{o}`" not in named} - common
        assert missing == set(), f"{entry.name}: {missing}"
    assert common <= set(re.findall(r"`(\w+)`", " ".join(explained["messages_csv"])))


def test_every_table_and_column_is_documented() -> None:
    page = _read(DOCS / "tables.md")
    contracts = list(_contracts())
    assert len(contracts) > 30
    for contract in contracts:
        parts = page.split(f"### `{contract.name}` ({contract.audience})")
        assert len(parts) == 2, f"{contract.name} is documented {len(parts) - 1} times"
        part = parts[1].split("\n#")[0]
        assert [c.name for c in contract.columns if f"| `{c.name}`" not in part] == []


def test_every_command_and_option_is_documented() -> None:
    page = _read(DOCS / "cli.md")
    cli = importlib.import_module("audit.cli").cli
    commands = {name for name, _ in _commands(cli, "python -m audit")}
    assert {f"python -m audit {c}" for c in ("demo", "check", "run", "report")} <= commands
    for name, command in _commands(cli, "python -m audit"):
        part = page.split(f" `{name}`\n")[1].split("\n#")[0]
        options = [p.opts[0] for p in command.params if isinstance(p, click.Option)]
        assert [option for option in options if option not in part] == []
        assert command.help, f"{name} has no help"


def test_every_setting_is_documented_with_its_meaning() -> None:
    page = _read(DOCS / "configuration.md")
    root = importlib.import_module("audit.config.audit_file").AuditConfig
    settings = list(_settings(root, ""))
    assert len(settings) > 30
    for section, key, description in settings:
        assert description, f"{section}.{key} has no description"
        part = re.split(rf"`\[+{re.escape(section)}\]+`\n", page)[1].split("\n#")[0]
        assert f"| `{key}` |" in part, f"{section}.{key}"


def test_the_commented_example_names_every_setting() -> None:
    example = _read(CHECKOUT / "examples" / "audit.toml")
    root = importlib.import_module("audit.config.audit_file").AuditConfig
    missing = [
        f"{section}.{key}"
        for section, key, _ in _settings(root, "")
        if not re.search(rf"\b{key}\s*=|\.{key}\]", example)
    ]
    assert missing == []


def test_every_make_target_has_help_and_is_described() -> None:
    makefile = _read(CHECKOUT / "Makefile")
    declared = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert declared
    targets = set(declared[1].split())
    assert {"setup", "app", "demo", "test", "check", "lock", "docs", "clean"} <= targets
    assert set(re.findall(r"^([a-z-]+):.*  ## \S", makefile, re.MULTILINE)) == targets
    guide = _read(CHECKOUT / "CONTRIBUTING.md")
    assert {target for target in targets if f"`make {target}`" not in guide} == set()


def test_the_quick_start_is_two_commands() -> None:
    quick_start = _read(CHECKOUT / "README.md").split("## Quick start")[1].split("\n## ")[0]
    assert re.findall(r"```\n(.*?)```", quick_start, re.DOTALL) == ["make app\nmake test\n"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(_read(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_page_is_reached_from_the_first_one(page: Path) -> None:
    assert page.resolve() in _reached(CHECKOUT / "README.md")


def test_igraph_is_the_only_package_under_the_gpl() -> None:
    pinned = re.findall(r"^([a-z0-9-]+)==", _read(CHECKOUT / "requirements.txt"), re.MULTILINE)
    assert len(pinned) > 50
    under_gpl = {name for name in pinned if _is_gpl(name)}
    assert under_gpl == {"igraph"}
    assert "igraph" in _read(CHECKOUT / "LICENSE")
    assert "igraph" in _read(DOCS / "licences.md")


def test_every_pinned_package_has_a_hash_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = _read(CHECKOUT / name)
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
        assert "://" not in text
        assert "--index" not in text


def test_every_chosen_package_has_a_reason_and_is_pinned() -> None:
    for file in ("requirements", "requirements-dev"):
        pinned = _read(CHECKOUT / f"{file}.txt")
        for line in _read(CHECKOUT / f"{file}.in").splitlines():
            if not line or line.startswith(("#", "-")):
                continue
            package, _, reason = (part.strip() for part in line.partition("#"))
            assert reason, f"{package} has no reason"
            name = package.partition("[")[0]  # an extra is pinned by the packages it brings
            assert re.search(rf"^{name}==", pinned, re.MULTILINE), package


def test_the_app_is_served_to_this_machine_only() -> None:
    config = tomllib.loads(_read(CHECKOUT / ".streamlit" / "config.toml"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["enableStaticServing"] is False
    assert config["server"]["enableAgentApi"] is False
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["disableDataExport"] is True
    assert "cookieSecret" not in config["server"]


def test_streamlit_knows_every_setting_of_the_app() -> None:
    config = importlib.import_module("streamlit.config")
    known = set(config.get_config_options())
    ours = tomllib.loads(_read(CHECKOUT / ".streamlit" / "config.toml"))
    assert {key for key in _flat(ours, "") if key not in known} == set()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _contracts() -> Iterator[Contract]:
    package = importlib.import_module("core.tables")
    seen = set()
    for module in pkgutil.iter_modules(package.__path__, "core.tables."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Contract) and id(value) not in seen:
                seen.add(id(value))
                yield value


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, name
            yield from _commands(child, f"{path} {name}")


def _settings(model: type[BaseModel], path: str) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and meaning of every setting below a model."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        part = _model_of(field.annotation)
        if part is None:
            yield path, key, field.description or ""
        else:
            yield from _settings(part, f"{path}.{key}".lstrip("."))


def _model_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_of, get_args(annotation))), None)


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", _read(page), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in titles}


def _reached(start: Path) -> set[Path]:
    found: set[Path] = set()
    ahead = [start.resolve()]
    while ahead:
        page = ahead.pop()
        if page in found or page.suffix != ".md" or not page.exists():
            continue
        found.add(page)
        paths = (link.partition("#")[0] for link in LINK.findall(_read(page)))
        ahead += [(page.parent / path).resolve() for path in paths if path and "://" not in path]
    return found


def _is_gpl(package: str) -> bool:
    metadata = importlib.metadata.metadata(package)
    said = [metadata.get("License-Expression") or "", (metadata.get("License") or "")[:200]]
    said += [line for line in metadata.get_all("Classifier") or [] if "License" in line]
    return any(re.search(r"(?<!L)GPL|GNU (Affero )?General", text) for text in said)


def _flat(settings: dict[str, object], path: str) -> Iterator[str]:
    for name, value in settings.items():
        key = f"{path}.{name}".lstrip(".")
        if isinstance(value, dict):
            yield from _flat(value, key)
        else:
            yield key
