"""The sample company and a real company's mail, fed week by week: the results of a whole run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from weekly_feed import condensed, simulated_until, tsv_until

from audit import pipeline
from audit.config.audit_file import load_config
from audit.week_store import STORED
from core.progress import Silent
from core.store import RunFolder
from core.tables.results import INDICATOR_VALUES, RESULTS, VERDICTS
from ingest.simulate.scenarios import simulate

WEEKLY = "\n[retention]\nweekly = true\n"
LIGHT = """
[judgement]
permutations = 199
[indicators]
use = ["response_rate", "felt_listening", "psychological_safety"]
"""
"""Nothing of this decides what is condensed: only the last run is judged in full."""
JUDGED = 12
"""Every twelfth import is a whole run, and the last; the others read and condense alone."""
WEEK, REACH = dt.timedelta(days=7), dt.timedelta(days=21)

pytestmark = pytest.mark.slow


def whole(text: str, root: Path) -> RunFolder:
    root.mkdir(parents=True, exist_ok=True)
    (root / "whole.toml").write_text(text)
    pipeline.run(load_config(root / "whole.toml"), root / "run", Silent())
    return RunFolder.open(root / "run")


def fed(
    text: str,
    root: Path,
    days: tuple[dt.date, dt.date],
    export: Callable[[dt.date, dt.date], None],
) -> RunFolder:
    """Audit the last 21 days on each Monday; what was exported before is not there any more."""
    n_imports = (days[1] - days[0] - REACH) // WEEK + 1
    for number in range(1, n_imports + 1):
        end = days[0] + REACH + (number - 1) * WEEK
        export(end - REACH, end)
        path = root / "fed.toml"
        path.write_text(text if number == n_imports else text + LIGHT)
        if number == n_imports or number % JUDGED == 0:
            pipeline.run(load_config(path), root / "run", Silent())
        else:
            condensed(load_config(path), root / "run")
    assert end == days[1]
    return RunFolder.open(root / "run")


def same(ours: RunFolder, theirs: RunFolder) -> int:
    """Hold every result and every kept sum of two runs to each other; return how many verdicts."""
    for contract in RESULTS.values():
        tables = [contract.read(run.results) for run in (ours, theirs)]
        pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-9, obj=contract.name)
    for contract in STORED.values():
        tables = [contract.read(run.weeks) for run in (ours, theirs)]
        pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-9, obj=contract.name)
    effects = [INDICATOR_VALUES.read(run.results)["effect"] for run in (ours, theirs)]
    assert np.nanmax(np.abs(effects[0] - effects[1])) <= 1e-9
    verdicts = [VERDICTS.read(run.results)["verdict"] for run in (ours, theirs)]
    assert verdicts[0].tolist() == verdicts[1].tolist()
    return len(verdicts[0])


def test_the_sample_company_fed_week_by_week(tmp_path: Path) -> None:
    exports, part = tmp_path / "exports", tmp_path / "fed"
    simulate("planted", 7, exports)
    text = (exports / "audit.toml").read_text() + WEEKLY
    (exports / "whole.toml").write_text(text)
    pipeline.run(load_config(exports / "whole.toml"), tmp_path / "run", Silent())
    days = (dt.date(2025, 3, 31), dt.date(2025, 9, 29))
    weekly = fed(text, part, days, lambda a, b: simulated_until(exports, part, a, b))
    assert same(RunFolder.open(tmp_path / "run"), weekly) > 200


def test_real_mail_fed_week_by_week(shared_dir: Path, checkout: Path, tmp_path: Path) -> None:
    data, part = shared_dir / "data" / "enron", tmp_path / "fed"
    text = (checkout / "examples" / "enron.toml").read_text() + WEEKLY
    text += f'\n[privacy]\nkey_file = "{tmp_path / "enron.key"}"\n'
    ours = whole(text.replace("../../shared/data/enron", str(data)), tmp_path / "whole")
    days = (dt.date(2001, 7, 16), dt.date(2001, 12, 31))
    weekly = fed(
        text.replace("../../shared/data/enron", str(part)),
        part,
        days,
        lambda a, b: tsv_until(data, part, a, b),
    )
    assert same(ours, weekly) > 20
