"""N5 on real mail: the units of the people of a real company exchanged, where mail is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from audit import pipeline
from audit.config.audit_file import load_config
from audit.validate.experiment import Experiment, Figure, Setting, Summary
from audit.validate.label_shuffles import label_shuffles
from core.progress import Silent
from core.store import RunFolder

SHUFFLES = 200


def exchanged(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """Run the audit of the given file in a scratch folder, and judge it with units exchanged."""
    if setting.mail is None:
        raise ValueError("there is no mail to exchange units in")
    config = load_config(setting.mail)
    with TemporaryDirectory() as name:
        root = Path(name) / "run"
        pipeline.run(config, root, Silent())
        found = label_shuffles(config, RunFolder.open(root), SHUFFLES, int(rng.integers(2**31)))
    return pd.DataFrame(
        {
            "n": [found.n_shuffles],
            "n_confirmed": [found.n_confirmed],
            "n_watch": [found.n_watch],
            "n_tested": [found.n_tested],
        }
    )


def exchange_rates(tables: Sequence[pd.DataFrame]) -> Summary:
    """N5 on real mail."""
    rows = pd.concat(list(tables), ignore_index=True)
    n = int(rows["n"].sum())
    where = "units of a real company exchanged"
    return Summary(
        (
            Figure(
                "N5",
                f"{where}: any confirmed verdict",
                float(rows["n_confirmed"].sum()) / n,
                None,
                0.07,
                n,
            ),
            Figure(
                "N5",
                f"{where}: any verdict, watch or more",
                float(rows["n_watch"].sum()) / n,
                trials=n,
            ),
            Figure("N5", f"{where}: groups tested", float(rows["n_tested"].mean())),
        )
    )


EXPERIMENTS = (
    Experiment(
        "real_mail",
        ("N5",),
        "Units exchanged in the mail of a real company",
        exchanged,
        exchange_rates,
        full=1,
        quick=1,
        needs_mail=True,
    ),
)
