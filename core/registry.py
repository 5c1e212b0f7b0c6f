"""Plug-ins: one decorated function in one file, found by scanning its folder on first use."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.errors import UsageError

Meta = TypeVar("Meta")
Function = TypeVar("Function")


@dataclass(frozen=True)
class Entry(Generic[Meta, Function]):
    """One plug-in: its name, what it declares about itself, and the function."""

    name: str
    meta: Meta
    function: Function


@dataclass
class Registry(Generic[Meta, Function]):
    """All plug-ins of one kind that live in one package.

    The package is imported, module by module in the order of their names, when the registry is
    first read. A name may be given once; asking for an unknown name lists the known ones.
    """

    kind: str
    package: str
    _entries: dict[str, Entry[Meta, Function]] = field(default_factory=dict)
    _scanned: bool = False

    def add(self, name: str, meta: Meta) -> Callable[[Function], Function]:
        """Return the decorator that registers a function under `name`."""

        def register(function: Function) -> Function:
            if name in self._entries:
                raise ValueError(f"two {self.kind}s are named {name!r}")
            self._entries[name] = Entry(name, meta, function)
            return function

        return register

    def get(self, name: str) -> Entry[Meta, Function]:
        """Return one plug-in by name, or raise `UsageError` that lists the known names."""
        self._scan()
        if name not in self._entries:
            known = ", ".join(sorted(self._entries))
            raise UsageError(
                f"There is no {self.kind} named {name!r}.", hint=f"Known {self.kind}s: {known}."
            )
        return self._entries[name]

    def names(self) -> list[str]:
        """Return the names of all plug-ins, A to Z."""
        self._scan()
        return sorted(self._entries)

    def __iter__(self) -> Iterator[Entry[Meta, Function]]:
        """Iterate over all plug-ins, A to Z."""
        return iter([self._entries[name] for name in self.names()])

    def _scan(self) -> None:
        if self._scanned:
            return
        package = importlib.import_module(self.package)
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            importlib.import_module(f"{self.package}.{module.name}")
        self._scanned = True
