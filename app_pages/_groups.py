"""Groups of one period as pages read them: name, place, state, both verdicts, joint reading."""

from __future__ import annotations

from dataclasses import dataclass

from app_pages._rows import Row, flag, number, records, text
from reports.brief import Brief
from reports.rows import group_rows

LAYER_NAMES = {"behaviour": "Behaviour", "perception": "Perception"}


@dataclass(frozen=True)
class Verdict:
    """One layer's verdict on a group; every number is as published, or None."""

    layer: str
    verdict: str
    effect: float | None
    low: float | None
    high: float | None
    scale: str
    leaning: str | None
    odds_words: str | None
    evidence: str | None
    evidence_fdr: str | None
    windows_text: str | None
    is_robust: bool | None
    mde: float | None
    sentence: str
    settle: str | None
    caveat: str


@dataclass(frozen=True)
class Group:
    """One group in one period."""

    id: str
    name: str
    parent_id: str | None
    division_id: str | None
    depth: int
    path: str
    is_leaf: bool
    is_shown: bool
    why_hidden: str | None
    band: str | None
    joint: str
    sentence: str
    try_next: str | None
    state: str
    state_word: str
    verdicts: tuple[Verdict, ...]

    def verdict(self, layer: str) -> Verdict | None:
        """Return the verdict of one layer, or None where the group was not judged."""
        return next((v for v in self.verdicts if v.layer == layer), None)


def groups_of(brief: Brief) -> dict[str, Group]:
    """Return the groups of a period by id, in the order of the Brief: not shown last."""
    joint = {str(row["group_id"]): row for row in records(brief.joint)}
    states = {str(row["id"]): row for row in records(group_rows(brief, "both"))}
    verdicts: dict[str, list[Verdict]] = {}
    for row in records(brief.verdicts):
        verdicts.setdefault(str(row["group_id"]), []).append(_verdict(row))
    return {
        str(row["group_id"]): _group(
            row | {"state": states[str(row["group_id"])]["state"],
                   "state_word": states[str(row["group_id"])]["state_word"]},
            joint.get(str(row["group_id"])), tuple(verdicts.get(str(row["group_id"]), ())),
        )
        for row in records(brief.groups)
    }


def reported_elsewhere(brief: Brief) -> dict[str, tuple[str, str]]:
    """Return the name and the reporting group of units whose numbers stand in another group."""
    units = brief.units[brief.units["unit_id"] != brief.units["group_id"]]
    return {str(u.unit_id): (str(u.name), str(u.group_id))
            for u in units.sort_values("name").itertuples(index=False)}


def _group(row: Row, joint: Row | None, verdicts: tuple[Verdict, ...]) -> Group:
    return Group(
        id=str(row["group_id"]), name=str(row["name"]), parent_id=text(row["parent_id"]),
        division_id=text(row["division_id"]), depth=int(str(row["depth"])),
        path=str(row["path"]), is_leaf=bool(row["is_leaf"]), is_shown=bool(row["is_shown"]),
        why_hidden=text(row["why_hidden"]), band=text(row["n_band"]),
        joint=str(joint["joint"]) if joint else "none",
        sentence=str(joint["sentence"]) if joint else "",
        try_next=text(joint["try_next"]) if joint else None,
        state=str(row["state"]), state_word=str(row["state_word"]), verdicts=verdicts,
    )


def _verdict(row: Row) -> Verdict:
    return Verdict(
        layer=str(row["layer"]), verdict=str(row["verdict"]), effect=number(row["effect"]),
        low=number(row["low"]), high=number(row["high"]), scale=str(row["scale"]),
        leaning=text(row["leaning"]), odds_words=text(row["odds_words"]),
        evidence=text(row["evidence"]), evidence_fdr=text(row["evidence_fdr"]),
        windows_text=text(row["windows_text"]), is_robust=flag(row["is_robust"]),
        mde=number(row["mde"]), sentence=str(row["sentence"]), settle=text(row["settle"]),
        caveat=str(row["caveat"]),
    )
