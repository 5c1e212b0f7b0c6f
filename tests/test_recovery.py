"""The validation plan itself, in its quick form; `python -m audit validate` runs it whole.

Error rates, recovery of planted truth, coverage, odds: every bound of the quick plan holds. What
the plan's own machinery does is tested in `tests/audit/test_validate.py`.
"""

from pathlib import Path

import pytest

from audit.cli import main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def test_every_bound_of_the_quick_plan_holds(tmp_path: Path) -> None:
    assert main(["validate", "--quick", "--out", str(tmp_path)]) == 0
    assert "Every bound holds" in (tmp_path / "validation.md").read_text(encoding="utf-8")
