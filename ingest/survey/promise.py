"""What people were promised when they answered: an anonymous file names nobody."""

from __future__ import annotations

from ingest.source import Source
from ingest.survey.table import SurveyTable
from ingest.tables.columns import plain

# Columns that name a person or a machine; a file that was promised anonymous has none of them.
PERSONAL = {
    "email",
    "emailaddress",
    "workemail",
    "recipientemail",
    "ip",
    "ipaddress",
    "ipaddr",
    "name",
    "firstname",
    "lastname",
    "fullname",
    "recipientfirstname",
    "recipientlastname",
    "employeeid",
    "employee",
    "userid",
    "username",
    "token",
    "phone",
    "networkid",
    "locationlatitude",
    "locationlongitude",
    "externalreference",
    "externaldatareference",
    "recipientname",
    "panelistid",
}
NOBODY = {"", "anonymous", "anonym", "anonyme", "anonimo", "anónimo", "anônimo", "anoniem"}


def refuse_broken_promise(source: Source, survey: SurveyTable) -> None:
    """Raise `SourceError` where a file declared anonymous has filled columns that name people."""
    if source.survey.mode != "anonymous":
        return
    personal = {
        place: name
        for place, names in enumerate(survey.names)
        for name in reversed(names)
        if plain(name) in PERSONAL
    }
    if not personal:
        return
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    filled: set[int] = set()
    for _, row in survey.table.rows(sample):
        filled |= {i for i in personal if row[i].strip().casefold() not in NOBODY}
    if filled:
        listed = ", ".join(f'"{personal[i]}"' for i in sorted(filled))
        raise source.error(
            f"declared anonymous but has columns {listed}",
            "E-SURVEY-001",
            'Import refused. Remove them or set mode = "confidential".',
            place="1",
        )
