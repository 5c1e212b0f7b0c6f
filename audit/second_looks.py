"""A second look at the verdicts of a period: what they rest on, and what lies around them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from audit.regions import region_rows
from audit.robustness import Lead, robustness_rows
from audit.view import WindowView


def second_looks(view: WindowView, leads: Sequence[Lead]) -> dict[str, pd.DataFrame]:
    """Return ROBUSTNESS and REGIONS rows of a period (without window_id) by contract name."""
    checks = [rows for lead in leads if len(rows := robustness_rows(view, lead))]
    regions = [
        region_rows(view, lead.judged.basis, lead.judged.judgement)
        for lead in leads
        if lead.plugin.meta.layer == "behaviour" and lead.judged.basis is not None
    ]
    return {
        "robustness": pd.concat(checks, ignore_index=True) if checks else pd.DataFrame(),
        "regions": regions[0] if regions else pd.DataFrame(),
    }
