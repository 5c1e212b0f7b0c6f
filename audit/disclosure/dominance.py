"""Verdicts that rest on one member: they are not let out."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from audit.disclosure.cells import Decision
from audit.unpublished import Unpublished
from core.rows import Row, rows

FLAGGED = ("desert", "desert_watch", "hotspot", "hotspot_watch")
_KINDS = ("desert", "hotspot", "watch", "blind_spot")


def without_dependent(private: Unpublished, decision: Decision) -> Unpublished:
    """Return the results without verdicts, joint readings and findings that rest on one member.

    A desert, a hotspot or a watch stands only where its sign and |z| > 1.64 survive without any
    one member. Hidden cells are left as they are: nothing of them is let out.
    """
    rest = pd.Series(
        [
            row.text("verdict") in FLAGGED
            and not row.flag("is_robust")
            and decision.cell(*_place(row), row.text("indicator")).is_shown
            for row in rows(private.verdicts)
        ],
        index=private.verdicts.index,
        dtype="bool",
    )
    if not rest.any():
        return private
    key = ["window_id", "group_id"]
    lost = pd.MultiIndex.from_frame(private.verdicts.loc[rest, key])
    joint = pd.MultiIndex.from_frame(private.joint[key]).isin(lost)
    found = pd.MultiIndex.from_frame(private.findings[key]).isin(lost)
    found &= private.findings["kind"].isin(_KINDS).to_numpy()
    verdicts = private.verdicts.assign(
        verdict=private.verdicts["verdict"].mask(rest, "not_enough_evidence"),
        why=private.verdicts["why"].mask(rest, "depends_on_one_person"),
        is_top=private.verdicts["is_top"] & ~rest,
    )
    return replace(
        private,
        verdicts=verdicts,
        joint=private.joint.assign(joint=private.joint["joint"].mask(joint, "none")),
        findings=private.findings[~found],
    )


def _place(row: Row) -> tuple[int, str]:
    return row.whole("window_id"), row.text("group_id")
