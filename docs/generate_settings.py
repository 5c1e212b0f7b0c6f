"""The page of settings, told by the models of `audit.toml`."""

from __future__ import annotations

import importlib
import inspect
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

WORDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "date": "date",
    "Path": "path",
}


def configuration_page() -> str:
    """Return every setting of audit.toml with its type, default and meaning."""
    module = importlib.import_module("audit.config.audit_file")
    models = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, BaseModel)
    ]
    root = max(models, key=lambda model: sum(1 for _ in _sections(model)))
    text = [
        "# Configuration\n\nAn audit is described by one TOML file. Unknown keys are refused; an "
        "error names the place, for example `source[2].path`. A commented example: "
        "`examples/audit.toml`.\n"
    ]
    text += list(_settings(root, "", 2))
    return "\n".join(text)


def cell(text: str) -> str:
    """Return text that stays inside one cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


def _settings(model: type[BaseModel], path: str, depth: int) -> Iterator[str]:
    nested = dict(_sections(model))
    plain = {n: f for n, f in model.model_fields.items() if n not in nested}
    if plain:
        yield "| key | type | default | meaning |\n| --- | --- | --- | --- |"
        yield from (_setting(field.alias or name, field) for name, field in plain.items())
        yield ""
    for name, part in nested.items():
        field = model.model_fields[name]
        inner = f"{path}.{field.alias or name}".lstrip(".")
        head = f"[[{inner}]]" if get_origin(field.annotation) in (tuple, list) else f"[{inner}]"
        yield f"{'#' * depth} `{head}`\n"
        says = (inspect.getdoc(part) or "").partition("\n")[0]
        yield f"{_sentence(says.removeprefix(f'`{head}`: '))}\n"
        yield from _settings(part, inner, depth + 1)


def _sections(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the fields that hold models, with those models."""
    for name, field in model.model_fields.items():
        part = _model_in(field.annotation)
        if part is not None:
            yield name, part


def _model_in(annotation: object) -> type[BaseModel] | None:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _setting(name: str, field: FieldInfo) -> str:
    default = "required" if field.is_required() else f"`{_default(field)}`"
    cells = (_type(field.annotation), default, _sentence(field.description or ""))
    return f"| `{name}` | " + " | ".join(cell(text) for text in cells) + " |"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(str(part) for part in value) + "]"
    return str(value) or '""'


def _type(annotation: object) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (types.UnionType, Union):
        return " or ".join(_type(part) for part in inner if part is not type(None))
    if origin in (tuple, list):
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"table of {_type(inner[1])}"
    name = getattr(annotation, "__name__", str(annotation))
    return WORDS.get(name, name)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
