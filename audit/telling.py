"""What a release says of groups in sentences: findings and the evidence behind them.

Reads published rows only, so that no sentence can hold more than its table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from audit import chain_words, wording
from audit.interviews import spoken
from audit.lookup import BLIND_SPOTS, Place, Release
from core.rows import Row, rows

Cells = dict[str, object]

_KINDS = ("desert", "blind_spot", "hotspot", "watch", "leaning", "fact", "data_gap")
_BLIND_HEADS = {
    "felt_desert": "people do not feel heard, the messages look ordinary",
    "warm_words_cold_network": "warm words, cold network",
    "busy_not_heard": "busy but not heard",
}
_FACTS = {
    "isolation": "In this period {value} of the people in {name} had fewer than two mutual "
    "contacts; in the whole organization {whole}.",
    "after_hours": "People in {name} received {value} of their internal messages outside their "
    "hours; in the whole organization {whole}.",
}
_WHERE = {"behaviour": "messages", "perception": "survey"}
_IN_THE_SURVEY = {"behaviour": "", "perception": ", in the survey"}
_MARKED = ("desert", "desert_watch", "hotspot", "hotspot_watch")
_BRIEFLY = (chain_words.CHANCE, chain_words.SEEN)
_AT_LENGTH = (
    *(chain_words.BASE, chain_words.EXPECTED, chain_words.WHO, chain_words.SAID),
    *(chain_words.DEPENDABLE, chain_words.LASTING, chain_words.ONE_PERSON),
    *(chain_words.PEOPLE_MISSING, chain_words.CHANNEL, chain_words.SENDERS),
    *(chain_words.AROUND, chain_words.WEIGHTS, chain_words.SILENT, chain_words.TOLD),
)
"""Steps of a marked verdict beside these; the gap itself stands in its sentence."""
_FACT_CAVEAT = "A fact of a period is not yet a trait of a group."


def finding_rows(findings: pd.DataFrame, release: Release) -> pd.DataFrame:
    """Return the published findings, in reading order; those about hidden cells are left out."""
    told = [cells for row in rows(findings) if (cells := _finding(row, release)) is not None]
    if not told:
        return pd.DataFrame(columns=["finding_id"])
    frame = pd.DataFrame(told)
    frame["order"] = frame["kind"].map({kind: i for i, kind in enumerate(_KINDS)})
    frame = frame.sort_values(
        ["window_id", "order", "severity", "headline"], ascending=[False, True, False, True]
    )
    frame["place"] = range(1, len(frame) + 1)
    return frame.drop(columns=["order", "severity"]).reset_index(drop=True)


def evidence_rows(findings: pd.DataFrame, release: Release, chains: pd.DataFrame) -> pd.DataFrame:
    """Return the chain of evidence behind each finding about a group, step by step, in words.

    `findings` and `chains` are the published tables. A marked verdict has its whole chain, one
    without a mark only what chance gives and what could be seen.
    """
    chain: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for step in rows(chains.sort_values("step")):
        key = (step.whole("window_id"), step.text("group_id"), step.text("layer"))
        chain[key].append(step)
    out: list[Cells] = []
    for finding in rows(findings):
        if finding.text("kind") == "fact" or finding.is_null("group_id"):
            continue
        place = (finding.whole("window_id"), finding.text("group_id"))
        told = finding.text("detail")
        found = [
            step
            for layer in ("behaviour", "perception")
            if (verdict := release.verdicts.get((*place, layer))) is not None
            for step in _chain(verdict, layer, chain[(*place, layer)])
            if step[1] not in told
        ]
        out += [
            {"finding_id": finding.text("finding_id"), "step": i, "name": name, "says": says}
            for i, (name, says) in enumerate(found, start=1)
        ]
    return pd.DataFrame(out, columns=["finding_id", "step", "name", "says"])


def _finding(row: Row, release: Release) -> Cells | None:
    if row.is_null("group_id"):
        return None
    place = (row.whole("window_id"), row.text("group_id"))
    kind = row.text("kind")
    if place not in release.groups or not release.groups[place].flag("is_shown"):
        return None
    if kind == "fact":
        told = _fact(place, row.text("indicator"), release)
    elif kind == "blind_spot":
        told = _blind_spot(place, release)
    else:
        told = _verdict_finding(row, place, release)
    if told is None:
        return None
    said = "" if kind == "fact" else spoken(release, place)
    return {
        "finding_id": row.text("finding_id"),
        "window_id": place[0],
        "kind": kind,
        "group_id": place[1],
        "confidence": row.text("confidence"),
        "severity": row.whole("severity"),
        "caveat": wording.CAVEAT,
        **told,
        "detail": f"{told['detail']} {said}".strip(),
    }


def _verdict_finding(row: Row, place: Place, release: Release) -> Cells | None:
    kind, layer = row.text("kind"), release.layer_of(row.text("indicator"))
    found = release.verdicts.get((*place, layer))
    if found is None or found.text("verdict") == "not_shown":
        return None
    name, where = release.name(place), _WHERE[layer]
    words = wording.leaning_words(found.maybe_text("leaning"), found.maybe_whole("odds_in_ten"))
    side = "colder" if found.text("verdict").startswith("desert") else "warmer"
    heads = {
        "desert": f"{name}: a confirmed desert in the {where}",
        "hotspot": f"{name}: a confirmed hotspot in the {where}",
        "watch": f"{name}: on watch, {side} than the rest" + _IN_THE_SURVEY[layer],
        "leaning": f"{name} is {words}" + _IN_THE_SURVEY[layer] if words else None,
        "data_gap": f"{name}: too little data for a verdict",
    }
    if heads[kind] is None:
        return None
    joint = release.joint.get(place)
    advice = None if joint is None else joint.maybe_text("try_next")
    return {
        "headline": f"{heads[kind]}.",
        "detail": " ".join([found.text("sentence"), *_other_layer(place, layer, release)]),
        "next_step": advice or found.maybe_text("settle"),
    }


def _other_layer(place: Place, layer: str, release: Release) -> list[str]:
    """The sentence of the other layer where both are marked alike."""
    joint = release.joint.get(place)
    other = release.verdicts.get((*place, "perception" if layer == "behaviour" else "behaviour"))
    if joint is None or other is None or not joint.text("joint").startswith("confirmed_"):
        return []
    return [other.text("sentence")]


def _blind_spot(place: Place, release: Release) -> Cells | None:
    joint = release.joint.get(place)
    if joint is None or joint.text("joint") not in BLIND_SPOTS:
        return None
    layers = [
        verdict.text("sentence")
        for layer in ("behaviour", "perception")
        if (verdict := release.verdicts.get((*place, layer))) is not None
    ]
    return {
        "headline": f"{release.name(place)}: a blind spot, {_BLIND_HEADS[joint.text('joint')]}.",
        "detail": " ".join([joint.text("sentence"), *layers]),
        "next_step": joint.maybe_text("try_next"),
    }


def _fact(place: Place, indicator: str, release: Release) -> Cells | None:
    root = release.root(place[0])
    own = release.measured.get((*place, indicator))
    whole = release.measured.get((*root, indicator)) if root else None
    if own is None or whole is None or indicator not in _FACTS:
        return None
    if own.is_null("value_text") or whole.is_null("value_text"):
        return None
    says = _FACTS[indicator].format(
        name=release.name(place), value=own.text("value_text"), whole=whole.text("value_text")
    )
    return {"headline": says, "detail": _FACT_CAVEAT, "next_step": None}


def _chain(verdict: Row, layer: str, steps: list[Row]) -> Iterator[tuple[str, str]]:
    says = "What the messages say" if layer == "behaviour" else "What the survey says"
    yield says, verdict.text("sentence")
    told = _BRIEFLY if verdict.text("verdict") not in _MARKED else (*_BRIEFLY, *_AT_LENGTH)
    for step in steps:
        if step.text("name") in told:
            yield step.text("name"), step.text("says")
