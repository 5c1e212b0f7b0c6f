"""Columns of HR rosters: what their headers mean in the common systems."""

from __future__ import annotations

from pathlib import Path

from ingest.survey.tools import survey_tool
from ingest.tables.heads import first_rows, plain_headers

# Headers without case, spaces and punctuation, of the common HR systems; the first found wins.
ALIASES: dict[str, tuple[str, ...]] = {
    "employee_id": (
        "employeeid",
        "employeenumber",
        "employee",
        "personid",
        "userid",
        "empid",
        "workerid",
        "staffid",
        "personnelnumber",
        "id",
    ),
    "email": (
        "workemail",
        "emailprimarywork",
        "employeeemail",
        "emailaddress",
        "email",
        "primaryemail",
        "mail",
        "userprincipalname",
    ),
    "aliases": ("aliases", "alias", "emailaliases"),
    "proxy_addresses": ("proxyaddresses", "emailaddresses"),
    "other_mails": ("othermails", "otheremails", "alternateemail", "secondaryemail"),
    "directory_name": ("legacyexchangedn",),
    "login": ("userprincipalname",),
    "division": ("division", "businessunit", "sector"),
    "department": ("department", "departmentname", "dept", "organization"),
    "team": ("team", "teamname", "supervisoryorganization", "orgunit", "unit"),
    "manager": (
        "managerid",
        "manageremployeeid",
        "manageremail",
        "supervisorid",
        "supervisoremail",
        "manager",
    ),
    "manager_name": ("reportsto", "supervisor", "workersmanager", "managername"),
    "start": ("hiredate", "startdate", "joindate", "dateofhire", "start", "joined"),
    "end": ("terminationdate", "enddate", "leavedate", "dateoftermination", "exitdate", "end"),
    "valid_from": ("validfrom", "effectivedate", "snapshot", "snapshotdate"),
    "level": ("level", "leveldesignation", "layer", "joblevel", "grade"),
    "role_family": ("rolefamily", "functiontype", "function", "jobfamily"),
    "site": ("site", "location", "worklocation", "office"),
    "work_mode": ("workmode", "workarrangement"),
    "time_zone": ("timezone", "tz"),
    "leave_from": ("leavefrom", "leavestart"),
    "leave_to": ("leaveto", "leaveend"),
    # Names serve to find managers and accounts that are given by name; no table holds them.
    "name": ("lastnamefirstname", "worker", "employeename", "fullname", "displayname", "name"),
    "first_name": ("firstname", "givenname"),
    "last_name": ("lastname", "surname", "familyname"),
}
UNIT_COLUMNS = ("division", "department", "team")
# Further addresses of a person: all of these columns together.
ADDRESS_COLUMNS = ("aliases", "proxy_addresses", "other_mails", "directory_name", "login")
DAY_COLUMNS = ("start", "end", "valid_from", "leave_from", "leave_to")
WORK_MODES = {
    "remote": "remote",
    "home": "remote",
    "fullyremote": "remote",
    "hybrid": "hybrid",
    "onsite": "onsite",
    "office": "onsite",
    "inoffice": "onsite",
}
TITLE_LINES = 20


def is_roster(path: Path, start: bytes) -> bool:
    """Return whether a table has a column of ids and one of units or managers."""
    places = (*UNIT_COLUMNS, "manager", "manager_name")
    rows = first_rows(path, start, TITLE_LINES)
    for row in rows:
        header = set(plain_headers(row))
        has_id = bool(header & set(ALIASES["employee_id"] + ALIASES["email"]))
        if has_id and any(header & set(ALIASES[meaning]) for meaning in places):
            return not survey_tool(rows)
    return False
