"""The periods that verdicts are about, named for people."""

from __future__ import annotations

import pandas as pd

from core.windows import date_of

_PERIOD_NAMES = {1: ["Now"], 2: ["Before", "After"]}


def window_rows(windows: pd.DataFrame) -> pd.DataFrame:
    """Return the published periods with their names and days; `windows` is the private table."""
    judged = windows[windows["period_id"].notna()]
    spans = judged.groupby("period_id", as_index=False).agg(
        first=("first_day", "min"), end=("end_day", "max"), n_windows=("window_id", "size")
    )
    names = _PERIOD_NAMES.get(len(spans), [f"Period {i + 1}" for i in range(len(spans))])
    return pd.DataFrame(
        {
            "window_id": spans["period_id"].astype(int),
            "label": names,
            "first_on": [date_of(int(day)) for day in spans["first"]],
            "last_on": [date_of(int(day) - 1) for day in spans["end"]],
            "n_windows": spans["n_windows"],
            "is_latest": spans["period_id"] == spans["period_id"].max(),
        }
    )
