"""Where the test data beside the checkout lies; a test that needs it skips, or fails on CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = CHECKOUT.parent / "shared"


def shared_path(*parts: str) -> Path:
    """Return a file or folder of the shared test data.

    Where it is absent the test is skipped, except with `CI=true`: there it fails, so that a
    missing folder cannot pass for a green run.
    """
    path = SHARED.joinpath(*parts)
    if path.exists():
        return path
    message = f"the test data has no {'/'.join(parts) or 'folder'} beside the checkout"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
