"""How many inputs a property is tried on: a third on every change, all with the slow tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

THOROUGH = "thorough"
LEAST = 3


def tried(n: int, one_folder: bool = False) -> settings:
    """Return settings for `n` inputs, or a third of them without `--hypothesis-profile=thorough`.

    With `one_folder` all inputs of a test share its temporary folder.
    """
    few = settings.get_current_profile_name() != THOROUGH
    return settings(
        max_examples=min(n, max(LEAST, n // 3)) if few else n,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture] if one_folder else [],
    )
