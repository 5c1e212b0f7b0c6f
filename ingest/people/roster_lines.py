"""Reporting lines as plain maps from person to manager: circles, and depth below the top."""

from __future__ import annotations

from collections.abc import Collection, Mapping

Above = Mapping[str, str | None]


def in_circle(above: Above) -> set[str]:
    """Return the people whose managers lead back to themselves."""
    bad: set[str] = set()
    done: set[str] = set()
    for person in above:
        chain: dict[str, None] = {}
        step: str | None = person
        while step is not None and step not in done and step not in chain:
            chain[step] = None
            step = above.get(step)
        if step is not None and step in chain:
            people = list(chain)
            bad.update(people[people.index(step) :])
        done.update(chain)
    return bad


def depths(above: Above, has_lost: Collection[str]) -> dict[str, int]:
    """Return the depth in the reporting line, 0 at its top.

    Nobody has one where the roster knows no managers, nor has who stands below somebody whose
    manager was lost (`has_lost`).
    """
    if not any(above.values()):
        return {}
    found: dict[str, int] = {}
    for person in above:
        chain = [person]
        while (manager := above.get(chain[-1])) is not None and manager not in found:
            if len(chain) > len(above):
                break
            chain.append(manager)
        top = chain[-1]
        if top in has_lost or (manager is not None and manager not in found):
            continue
        depth = found[manager] + 1 if manager is not None else 0
        for step in reversed(chain):
            found[step] = depth
            depth += 1
    return found
