"""Survey answers to tables: units found, forms keyed anew, reversed items turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.errors import SourceError
from core.tables.survey import RESPONSES
from core.text import clean_name
from ingest.batches import SEPARATOR
from ingest.invited import invited_frame
from ingest.keys.left_out import FORGOTTEN, OBJECTED
from ingest.people.identity import canonical
from ingest.people.roster import Roster, Stay
from ingest.people.unit_names import named_with_nearest
from ingest.people.units import UnitTree
from ingest.reading import Reading
from ingest.settings import IntakeSettings, ItemSettings, SurveySettings
from ingest.survey.scales import scales_of
from ingest.survey.written import Wave, items_frame, scales_frame, waves_frame
from ingest.tables.parsing import parse_day
from ingest.tally import Tally

_BANDS = ((365, "under 1 year"), (3 * 365, "1 to 3 years"))


@dataclass
class _Taker:
    roster: Roster
    units: UnitTree
    settings: IntakeSettings
    survey: SurveySettings
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    seen: set[tuple[str, str, str]] = field(default_factory=set)
    rows: list[dict[str, str | int | float | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.items = {item.item_id: item for item in self.survey.items}
        for stay in self.roster.stays:
            self.stays.setdefault(stay.row.identity, []).append(stay)


def take_surveys(
    readings: Sequence[Reading], roster: Roster, units: UnitTree, settings: IntakeSettings
) -> dict[str, pd.DataFrame]:
    """Return the survey tables by name.

    Responses carry a form id under a key that only their survey uses. An id of a person serves
    once, to find the unit, and is gone. Reversed items are turned, values run from 0 to 1.
    """
    survey = scales_of(settings.survey)
    taker = _Taker(roster, units, settings, survey)
    asked = [reading for reading in readings if reading.survey.n_forms]
    waves: dict[str, Wave] = {}
    for reading in asked:
        forms = reading.survey.frame("forms")
        for wave in _waves_of(reading, forms):
            waves[wave.wave_id] = _joined(wave, waves.get(wave.wave_id))
        _take_forms(taker, reading, forms, waves)
    if not asked:
        survey = SurveySettings()
    used = {str(row["item_id"]) for row in taker.rows}
    return {
        "waves": waves_frame(waves, settings.survey),
        "invited": invited_frame(asked, waves, roster, units),
        "scales": scales_frame(survey, used),
        "items": items_frame(survey, used),
        "responses": pd.DataFrame(taker.rows, columns=RESPONSES.names),
    }


def _take_forms(
    taker: _Taker, reading: Reading, forms: pd.DataFrame, waves: dict[str, Wave]
) -> None:
    answers: dict[int, list[tuple[str, float]]] = {}
    frame = reading.survey.frame("answers")
    for unit, item, raw in zip(frame["unit"], frame["item"], frame["raw"], strict=True):
        answers.setdefault(int(unit), []).append((str(item), float(raw)))
    unknown: dict[str, int] = {}
    for record in forms.to_dict("records"):
        form = {str(name): cell for name, cell in record.items()}
        given = answers.get(int(form["unit"]), [])
        place = _place_of(taker, form, waves[form["wave"]])
        if (reason := _left_out(taker, form)) is not None:
            reading.tally.leave_out(reason)
            reading.tally.drop_slot("form_left_out", len(given))
        elif place is None:
            reason = "person_not_on_roster" if _is_text(form["person"]) else "unit_unknown"
            reading.tally.leave_out(reason)
            reading.tally.drop_slot("form_left_out", len(given))
            if reason == "unit_unknown" and _is_text(form["team"]):
                unknown[form["team"]] = unknown.get(form["team"], 0) + 1
        else:
            _keep(taker, reading, form, (place, given))
    if unknown:
        reading.tally.warn(_unknown_units(reading.tally, unknown, taker.units))


def _left_out(taker: _Taker, form: dict[str, str | float | None]) -> str | None:
    """Why a form that names its person is not taken: who gave it was forgotten, or objected."""
    known = taker.settings.left_out
    if known is None or not _is_text(form["person"]):
        return None
    identity = canonical(str(form["person"]), taker.settings.own_domains)
    owner = taker.roster.owners.get(identity, (identity, ""))[0]
    digests = {known.key.identity(one) for one in (identity, owner)}
    if known.forgotten_among(digests):
        return FORGOTTEN
    return OBJECTED if any(map(known.is_objecting, digests)) else None


@dataclass(frozen=True)
class _Place:
    """Where a form belongs, and what it tells beside: level, site, tenure band."""

    unit: str
    level_group: str | None
    site: str | None
    tenure_band: str | None


def _place_of(taker: _Taker, form: dict[str, str | float | None], wave: Wave) -> _Place | None:
    """Where a form belongs; None where its unit cannot be told."""
    person, team = form["person"], form["team"]
    if _is_text(person):
        rules = taker.settings.own_domains
        owner = taker.roster.owners.get(canonical(str(person), rules), ("", ""))[0]
        day = int(form["day"]) if pd.notna(form["day"]) else wave.first_day
        stay = next((s for s in taker.stays.get(owner, ()) if _holds(s, day)), None)
        if stay is None:
            return None
        site = clean_name(stay.row.site) if stay.row.site else None
        level = None if stay.level is None else level_group(stay.level)
        unit = taker.units.unit_of(stay.row.unit_path)
        return _Place(unit, level or _text(form["level_group"]), site, _band(stay, day))
    found = taker.units.find(tuple(str(team).split(SEPARATOR))) if _is_text(team) else None
    if found is None:
        return None
    told = (_text(form[name]) for name in ("level_group", "site", "tenure_band"))
    return _Place(found, *told)


def _keep(
    taker: _Taker,
    reading: Reading,
    form: dict[str, str | float | None],
    found: tuple[_Place, list[tuple[str, float]]],
) -> None:
    place, given = found
    wave, tally = str(form["wave"]), reading.tally
    respondent = str(form["form"])
    if _is_text(form["person"]):
        respondent = canonical(str(form["person"]), taker.settings.own_domains)
    elif respondent.startswith("line "):
        respondent = f"{reading.file_sha256} {respondent}"
    form_id = taker.settings.key.form(wave, respondent)
    n_kept = 0
    for item_id, raw in given:
        key = (wave, form_id, item_id)
        if key in taker.seen:
            tally.drop_slot("duplicate")
            continue
        taker.seen.add(key)
        n_kept += 1
        taker.rows.append(
            {
                "wave_id": wave,
                "form_id": form_id,
                "item_id": item_id,
                "unit_id": place.unit,
                "level_group": place.level_group,
                "site": place.site,
                "tenure_band": place.tenure_band,
                "raw": int(raw) if raw == int(raw) else None,
                "value": scaled(raw, taker.items[item_id]),
                "weight": 1.0,
            }
        )
    tally.answers += n_kept
    if n_kept:
        tally.accepted += 1
    elif given:
        tally.duplicate += 1
    else:
        tally.leave_out("no_answer")


def scaled(raw: float, item: ItemSettings) -> float:
    """Return an answer from 0 to 1, more meaning more of the construct.

    Formula: (raw - lowest) / (highest - lowest), or 1 minus that for a reversed item.
    """
    share = (raw - item.lowest) / (item.highest - item.lowest)
    return 1.0 - share if item.is_reversed else share


def level_group(level: int) -> str:
    """Return the name of a level of the roster, as forms carry it."""
    return f"level {level}"


def tenure_band(days: int) -> str:
    """Return the coarse tenure of somebody who has been there for so many days."""
    return next((name for limit, name in _BANDS if days < limit), "3 years and more")


def _waves_of(reading: Reading, forms: pd.DataFrame) -> list[Wave]:
    waves = []
    for name, rows in forms.groupby("wave", sort=True):
        days = rows["day"].dropna()
        first = _option_day(reading, "first_day", days.min() if len(days) else None)
        last = _option_day(reading, "last_day", days.max() if len(days) else None)
        waves.append(Wave(str(name), first, max(first, last)))
    return waves


def _option_day(reading: Reading, name: str, found: float | None) -> int:
    given = reading.spec.options.get(name)
    day = parse_day(given) if isinstance(given, str) else None
    if day is None and given is None and found is not None:
        return int(found)
    if day is None:
        raise SourceError(
            "nothing says when the survey was answered" if given is None else f"{name} is no date",
            file=reading.tally.file,
            code="E-SURVEY-004",
            hint=f"Nothing was read. Set first_day and last_day of source[{reading.spec.number}].",
        )
    return day


def _joined(wave: Wave, old: Wave | None) -> Wave:
    if old is None:
        return wave
    return Wave(wave.wave_id, min(wave.first_day, old.first_day), max(wave.last_day, old.last_day))


def _holds(stay: Stay, day: int) -> bool:
    return stay.row.first_day <= day and (stay.valid_to_day is None or day < stay.valid_to_day)


def _band(stay: Stay, day: int) -> str | None:
    return None if stay.row.start_day is None else tenure_band(day - stay.row.start_day)


def _unknown_units(tally: Tally, unknown: dict[str, int], units: UnitTree) -> str:
    return (
        f"{tally.file}: {sum(unknown.values()):,} forms name {len(unknown):,} units that are not "
        f"on the roster: {named_with_nearest(unknown, units)} (W-SURVEY-007). They "
        "were left out. Use the names of the roster."
    )


def _is_text(cell: object) -> bool:
    return isinstance(cell, str) and cell != ""


def _text(cell: object) -> str | None:
    return clean_name(cell) if isinstance(cell, str) and cell else None
