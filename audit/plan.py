"""Which indicators a run computes, and whether the leads it names can lead."""

from __future__ import annotations

from audit.config.audit_file import AuditConfig
from audit.registry import Compute, Indicator, indicators
from core.errors import ConfigError
from core.registry import Entry

Plugin = Entry[Indicator, Compute]


def planned(config: AuditConfig) -> list[Plugin]:
    """Return the indicators of a run in the order of their codes, or say all that is wrong.

    A layer's lead must be computed, belong to the layer, have a direction and split into persons.
    """
    known = indicators.names()
    wanted = config.indicators.use or tuple(known)
    problems = [
        f"indicators.use[{number}]: no indicator {name!r}; known: {', '.join(known)}"
        for number, name in enumerate(wanted, start=1)
        if name not in known
    ]
    plugins = [entry for entry in indicators if entry.name in wanted]
    leads = [("judgement.lead_behaviour", config.judgement.lead_behaviour, "behaviour")]
    leads += [
        (f"judgement.lead_perception[{number}]", name, "perception")
        for number, name in enumerate(config.judgement.lead_perception, start=1)
    ]
    problems += [
        f"{place}: {name!r} cannot lead the {layer} layer; these can: {_leaders(plugins, layer)}"
        for place, name, layer in leads
        if name not in _leaders(plugins, layer)
    ]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise ConfigError(f"The indicators do not fit.\n{listed}\n", code="E-CFG-005")
    return sorted(plugins, key=lambda entry: entry.meta.code)


def _leaders(plugins: list[Plugin], layer: str) -> list[str]:
    return [
        entry.name
        for entry in plugins
        if entry.meta.layer == layer
        and entry.meta.higher_is != "neither"
        and entry.meta.gives != "unit_values"
    ]
