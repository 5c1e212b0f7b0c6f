"""The judgement whether somebody may look, without drawing anything; in doubt, nobody may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app_pages._claims import Grant, judge
from app_pages._sessions import Sessions
from app_pages._settings import is_loopback, read_sign_in
from core.errors import AuditError
from core.roles import LOCAL, ROLES, Role
from core.scoped import WHOLE, Scope
from core.stop import STOPPED, is_stopped

LOOPBACK_ONLY = (
    "Isotherm has no sign-in here, so it opens on this machine only: start it with "
    "`--server.address 127.0.0.1`, or set up a sign-in (docs/access.md)."
)
SIGN_IN = "Sign in to see what belongs to your role."
NOBODY = "This account may not open Isotherm: ask those who run it in your organization."
NO_UNIT = "Your unit has no results of its own here: ask those who run Isotherm."
OVER = "Your sign-in has ended: sign in again."


@dataclass(frozen=True)
class Viewer:
    """Who looks: the role acted in, how much of a release it reads, and by which sign-in."""

    role: Role
    scope: Scope = WHOLE
    grant: Grant | None = None

    @property
    def is_local(self) -> bool:
        """Whether there is no sign-in, and so only this machine."""
        return self.grant is None

    @property
    def subject(self) -> str:
        """Whose entries in the audit log these are; written there as a pseudonym only."""
        return self.grant.login.subject if self.grant else "local"

    @property
    def standing(self) -> tuple[str, str]:
        """What decides on all that is shown: role and unit."""
        return self.role.name, self.scope.unit

    def may_open(self, page: str) -> bool:
        """Return whether a page belongs to the role."""
        return page in self.role.pages

    def may_load(self, download: str) -> bool:
        """Return whether a download belongs to the role."""
        return download in self.role.downloads


@dataclass(frozen=True)
class Denied:
    """Why nobody is let in: a word for the audit log, and one sentence for the screen."""

    why: str
    says: str
    subject: str = ""
    grant: Grant | None = None

    @property
    def is_over(self) -> bool:
        """Whether this was a sign-in that holds no longer."""
        return self.grant is not None


@dataclass(frozen=True)
class Asking:
    """What is judged: the claims of an account, the role it wants to act in, and the folder."""

    claims: Mapping[str, object]
    run: Path
    known: Sessions
    wanted: str = ""


def rule(asking: Asking) -> Viewer | Denied:
    """Return who looks or why nobody may; settings and kill switch are read anew each time."""
    if is_stopped(asking.run):
        return Denied("stop", STOPPED)
    try:
        sign_in = read_sign_in(st.get_option("secrets.files"))
    except AuditError as error:
        return Denied("settings", str(error))
    if sign_in is None:
        is_here = is_loopback(st.get_option("server.address"))
        return Viewer(LOCAL) if is_here else Denied("address", LOOPBACK_ONLY)
    grant = judge(asking.claims, sign_in)
    if not isinstance(grant, Grant):
        return _turned_away(grant, asking.claims)
    why = asking.known.why_over(grant.login)
    if why:
        return Denied(why, OVER, grant.login.subject, grant)
    return _viewer(grant, asking.wanted)


def _turned_away(why: str, claims: Mapping[str, object]) -> Denied:
    says = {"signed_out": SIGN_IN, "unit": NO_UNIT}.get(why, NOBODY)
    issuer, subject = claims.get("iss"), claims.get("sub")
    return Denied(why, says, f"{issuer}\0{subject}" if subject else "")


def _viewer(grant: Grant, wanted: str) -> Viewer:
    role = ROLES[wanted if wanted in grant.roles else grant.roles[0]]
    is_part = role.reach == "subtree"
    return Viewer(role, Scope(role.reach, grant.unit if is_part else ""), grant)
