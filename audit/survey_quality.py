"""What a release says of its survey: who was asked, what was left out, what is reliable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from audit.statistics.raking import Raking
from core.rows import Row, rows

Cells = dict[str, object]

RARE = 20
_DROPPED: Mapping[str, tuple[str, str]] = {
    "blank": ("info", "The question was left open."),
    "not_applicable": ("info", "Declared to stand for no answer; left out, never averaged."),
    "duplicate": ("warn", "The same answer of the same respondent stood there twice."),
    "answer_out_of_range": ("warn", "Outside the declared scale, so perhaps a code: left out."),
    "answer_not_understood": ("warn", "No number, and no text that was declared as an answer."),
    "form_left_out": ("warn", "The form named nobody on the roster, or no unit of it."),
}
_NOTED: Mapping[str, tuple[str, str]] = {
    "marked_incomplete": (
        "info",
        "Partial forms count where they hold enough answers of a scale.",
    ),
    "respondents_with_one_answer": (
        "fail",
        "Ids seem to number answers, not people: answers of one person cannot be put together, "
        "and scales of several questions have no score.",
    ),
}
_GATES: Mapping[str, tuple[str, str]] = {
    "alpha": ("internal consistency", "The questions do not measure one thing; .70 is needed."),
    "omega": ("internal consistency (omega)", "Alpha or omega of .70 is needed."),
    "rwg": (
        "agreement within groups",
        "People of one group answer too differently for its mean to speak for it (.70 is needed "
        "under both nulls): no group is judged, the whole organization is shown.",
    ),
    "icc1": (
        "share between groups",
        "Groups do not differ beyond chance: no group is judged.",
    ),
    "icc2": ("dependability of group means", "Means of an average group depend on chance."),
    "invariance": (
        "same meaning in both waves",
        "The questions are answered in another way than in the wave before (fit falls by more "
        "than .01 with equal loadings): do not compare the two waves.",
    ),
}


@dataclass(frozen=True)
class SurveyFacts:
    """What intake and weighting know of the surveys of a run; counts of answers, no people."""

    dropped: tuple[tuple[str, int], ...] = ()
    noted: tuple[tuple[str, int], ...] = ()
    raking: Raking | None = None
    is_invited_known: bool = True
    n_small_units: int = 0
    """Units with fewer answers than the floor, where the survey alone tells the units."""
    unread: tuple[str, ...] = ()
    """Titles of scales that were asked and feed no indicator."""


def survey_rows(
    facts: SurveyFacts | None, reliability: pd.DataFrame, titles: Mapping[str, str]
) -> list[Cells]:
    """Return the rows of the published `quality` table about surveys; none without a survey.

    `reliability` holds the rows of the latest period, `titles` the title of each survey indicator.
    """
    if facts is None:
        return []
    return [
        *_counts("answers left out", facts.dropped, _DROPPED),
        *_counts("forms", facts.noted, _NOTED),
        *_asked(facts),
        *_weights(facts.raking),
        *(
            _gate(row, titles)
            for row in rows(reliability)
            if row.text("indicator") in titles and _is_told(row)
        ),
    ]


def _counts(
    item: str, counts: tuple[tuple[str, int], ...], words: Mapping[str, tuple[str, str]]
) -> Iterator[Cells]:
    for reason, n in counts:
        if reason in words and n:
            state, says = words[reason]
            few = n < RARE
            yield _row(
                (item, reason.replace("_", " ")),
                None if few else float(n),
                f"fewer than {RARE}" if few else f"{n:,}",
                (state, says),
            )


def _asked(facts: SurveyFacts) -> Iterator[Cells]:
    if not facts.is_invited_known:
        says = (
            "Nobody says how many were asked, so who was silent is not known: no response, no "
            "weights. Give a list under `invited`, or a roster."
        )
        yield _row(("people asked", "response"), None, "not known", ("warn", says))
    if facts.n_small_units:
        text = f"{facts.n_small_units} unit" + ("s" if facts.n_small_units > 1 else "")
        says = "Fewer answers than the floor: reported together with others, never alone."
        yield _row(("units", "too small"), float(facts.n_small_units), text, ("info", says))
    for title in facts.unread:
        says = "Asked and kept, but no indicator reads it. See docs/surveys.md."
        yield _row((title, "indicator"), None, "none", ("info", says))


def _weights(raking: Raking | None) -> Iterator[Cells]:
    if raking is None or not raking.margins:
        return
    used = ", ".join(name.replace("_", " ") for name in raking.margins)
    says = (
        "Answers are weighted to those who were asked."
        if raking.is_converged
        else "Too few answered in some cells: the weights do not meet all margins."
    )
    state = "pass" if raking.is_converged else "warn"
    yield _row(("weights", "margins"), None, used, (state, says))


def _is_told(row: Row) -> bool:
    """Tell of one question once that it is no scale."""
    kind = row.text("kind")
    return kind in _GATES and not (kind == "omega" and row.is_null("value"))


def _gate(row: Row, titles: Mapping[str, str]) -> Cells:
    kind, value = row.text("kind"), row.maybe_number("value")
    part, lacking = _GATES[kind]
    good = row.flag("is_enough")
    text = "not known" if value is None else f"{value:.2f}"
    state = "pass" if good else "warn" if kind in {"alpha", "omega", "icc2"} else "fail"
    if value is None and good:
        return _row(
            (titles[row.text("indicator")], part), None, text, ("info", "One question: no scale.")
        )
    number = None if value is None else round(value, 2)
    says = "Good enough." if good else lacking
    return _row((titles[row.text("indicator")], part), number, text, (state, says))


def _row(key: tuple[str, str], number: float | None, text: str, judged: tuple[str, str]) -> Cells:
    return {
        "section": "survey",
        "item": key[0],
        "part": key[1],
        "number": number,
        "text": text,
        "state": judged[0],
        "says": judged[1],
    }
