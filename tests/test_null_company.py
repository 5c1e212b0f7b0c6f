"""Whole audits of companies without any planted difference: almost nothing is confirmed.

`docs/method.md` gives the command. The bound: a confirmed verdict anywhere (both layers, both
periods) in at most 7 % of the runs, within binomial error (95 %).
"""

from __future__ import annotations

import pytest
from scipy.stats import binom

from audit.validate.null_runs import null_runs

SEEDS = range(1, 41)
TARGET = 0.07


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_company_without_differences_yields_almost_no_confirmed_verdict() -> None:
    runs = null_runs(SEEDS)
    assert len(runs) == len(SEEDS)
    # The runs had something to judge; a layer that fails its own gates is not judged.
    assert sum(run.n_judged >= 100 for run in runs) > len(runs) / 2
    with_any = [run for run in runs if run.confirmed]
    assert len(with_any) <= binom.ppf(0.95, len(runs), TARGET), with_any
