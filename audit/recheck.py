"""A release as it was written, read again before it replaces the one before."""

from __future__ import annotations

from pathlib import Path

from audit.disclosure.as_written import audit_as_written
from audit.disclosure.fates import Fates
from audit.disclosure.slice_rows import CROSSED
from audit.disclosure.thresholds import Floor
from core.checks import check
from core.engine import Engine
from core.errors import PrivacyError
from core.tables.published import PUBLISHED

_SMALLEST_BAND_TOP = 8
_STATED = (
    *("org_groups", "indicator_values", "verdicts", "joint_verdicts", "profiles", "regions"),
    *("slices", "slice_values"),
)
_PLACES = (
    *(("unit_edges", "source_group_id"), ("unit_edges", "target_group_id")),
    *(("themes", "group_id"), ("verdict_evidence", "group_id")),
)
_TELLING = ("leaning", "evidence_fdr", "odds_words", "value_text", "rank_text", "n_band")


def recheck(fresh: Path, floor: Floor, engine: Engine) -> None:
    """Read the release as written and refuse it if it breaks its contract or says too much.

    Raises
    ------
    PrivacyError
        When a hidden row holds a number, a row is under the floor, or a tie or a theme is of a
        group that is not shown.
    """
    for contract in PUBLISHED.values():
        check(engine, contract, fresh)
    for name in _STATED:
        frame = PUBLISHED[name].read(fresh)
        numbers = [
            c.name
            for c in PUBLISHED[name].columns
            if c.type in {"double", "int8"} and c.name != "depth"
        ]
        said = [*numbers, *(c for c in _TELLING if c in frame)]
        if frame.loc[~frame["is_shown"], said].notna().any(axis=None):
            raise PrivacyError(f"{name}: a hidden row holds a number.", code="E-PRIVACY-005")
        if floor.min_people >= _SMALLEST_BAND_TOP and (frame["n_band"] == "5-7").any():
            raise PrivacyError(f"{name}: a row under the floor.", code="E-PRIVACY-006")
    _recheck_places(fresh)
    _recheck_slices(fresh)


def recheck_row_space(fresh: Path, fates: Fates) -> None:
    """Audit the release as written against who stood behind it, and refuse it if it tells.

    Raises
    ------
    PrivacyError
        When a hidden cell, a few people's difference, or who joined or left follows from it.
    """
    found = audit_as_written(fresh, fates)
    if found.breaches:
        raise PrivacyError(
            f"The release was refused: {'; '.join(found.breaches)}.",
            code="E-PRIVACY-011",
            hint="Nothing was published; the earlier release stays.",
        )


def _recheck_places(fresh: Path) -> None:
    groups = PUBLISHED["org_groups"].read(fresh)
    shown = groups.loc[groups["is_shown"], ["window_id", "group_id"]]
    keys = set(shown.itertuples(index=False, name=None))
    for name, end in _PLACES:
        frame = PUBLISHED[name].read(fresh)
        if set(frame[["window_id", end]].itertuples(index=False, name=None)) - keys:
            raise PrivacyError(f"{name}: a group that is not shown.", code="E-PRIVACY-007")


def _recheck_slices(fresh: Path) -> None:
    """Refuse values of slices that are not shown, and crossed slices of fewer than ten people."""
    slices = PUBLISHED["slices"].read(fresh)
    values = PUBLISHED["slice_values"].read(fresh)
    keys = ["window_id", "slice_id"]
    placed = values.merge(
        slices[[*keys, "kind", "is_shown"]], on=keys, validate="many_to_one", suffixes=("", "_at")
    )
    if len(placed) < len(values) or (placed["is_shown"] & ~placed["is_shown_at"]).any():
        raise PrivacyError("slice_values: a slice that is not shown.", code="E-PRIVACY-007")
    for name, frame in (("slices", slices), ("slice_values", placed)):
        if (frame["kind"].isin(CROSSED) & frame["n_band"].isin(["5-7", "8-9"])).any():
            raise PrivacyError(f"{name}: a row under the floor.", code="E-PRIVACY-006")
