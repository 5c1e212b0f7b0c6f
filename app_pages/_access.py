"""Who may look: judged anew on every rerun, in every page script and at every download."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

import streamlit as st

from app_pages import _log
from app_pages._gate import Asking, Denied, Viewer, rule
from app_pages._markup import note
from app_pages._run import run_folder
from app_pages._sessions import sessions
from core.errors import AuditError, JournalError, PrivacyError
from core.journal import Fact
from core.roles import PAGES, ROLES
from core.text import md

WATCH_S = 30
NOT_IN_ROLE = "This page is not part of your role."
NOT_IN_SCOPE = "This unit is not part of what your role reads."
_ACTING, _MOVED = "role", "moved"


def enter() -> Viewer:
    """Return who looks, at the start of a rerun by a person; that is what counts as use."""
    looking = viewer()
    if looking.grant is not None and sessions().use(looking.grant.login):
        _record("login", looking, role=looking.role.name)
    st.session_state["drawn"] = looking.standing
    return looking


def viewer() -> Viewer:
    """Return who looks; where nobody may, say why in one sentence and stop."""
    found = rule(_asking())
    if isinstance(found, Denied):
        if st.session_state.pop("drawn", None) is not None:
            st.rerun()  # something may stand on the screen: begin with an empty one
        _turn_away(found)
    return found


def require(page: str) -> Viewer:
    """Return who looks at a page, or refuse: the first line of every page script."""
    looking = viewer()
    if not looking.may_open(page):
        refuse(page, looking)
    return looking


def refuse(page: str, looking: Viewer, unit: str = "") -> NoReturn:
    """Say in one sentence that a page, or a unit, is not for this role; record it; stop."""
    why, says = ("scope", NOT_IN_SCOPE) if unit else ("page", NOT_IN_ROLE)
    _record_denial(looking.subject, why, page=page, role=looking.role.name)
    st.session_state.pop("viewed", None)
    st.error(says, icon=":material/lock:")
    note(
        f"Open {PAGES[looking.role.home]} in the menu, where all that your role reads stands. "
        "Whoever runs Isotherm in your organization can give another role.",
        "iso-soft",
    )
    st.stop()


class Slice(Protocol):
    """What a view is about, as far as the log tells it."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def band(self) -> str | None:
        """How many people it holds, as a band."""


def viewed(page: str, unit: str = "", opened: Slice | None = None, window: int = -1) -> None:
    """Record what is looked at, once for as long as it stays; unrecorded nothing is shown."""
    looking = viewer()
    group = opened.id if opened else unit
    seen = (page, group, window, *looking.standing, str(opened_run(looking)))
    if st.session_state.get("viewed") == seen:
        return
    facts: dict[str, Fact] = {"page": page, "role": looking.role.name, "slice": group or "all"}
    facts |= {"n_band": opened.band} if opened and opened.band else {}
    facts |= {"window": window} if window >= 0 else {}
    facts |= {"scope": looking.scope.unit} if looking.scope.unit else {}
    _record("view", looking, **facts)
    st.session_state["viewed"] = seen
    st.session_state.pop("denied", None)


def exported(what: str, kinds: str) -> None:
    """Record that documents are written; unrecorded none is."""
    looking = viewer()
    _record("export", looking, role=looking.role.name, what=f"write {what}", kind=kinds)


def opened_run(looking: Viewer) -> Path:
    """Return the run folder that is shown: without sign-in, also one that was run from here."""
    opened = st.session_state.get("run_folder") if looking.is_local else None
    return Path(opened) if opened else run_folder()


@dataclass(frozen=True)
class Ticket:
    """The right to one kind of download, judged again at the click, when no page is running."""

    looking: Viewer
    download: str
    asking: Asking

    def load(self, path: Path) -> bytes:
        """Return the bytes of a file once that is recorded; raise `AuditError` otherwise."""
        return self.make(path.read_bytes, path.name.partition(".")[2])

    def make(self, content: Callable[[], bytes], kind: str) -> bytes:
        """Return what is made at the click once that is recorded; raise `AuditError` otherwise."""
        now = rule(self.asking)
        if isinstance(now, Denied) or now.standing != self.looking.standing:
            raise PrivacyError("This download is not open any more.")
        if not now.may_load(self.download):
            raise PrivacyError("This download is not part of the role.")
        run = self.asking.run
        facts: dict[str, Fact] = {"role": now.role.name, "what": self.download}
        _log.record(run, "export", who=_log.who(run, now.subject), kind=kind, **facts)
        return content()


def ticket(download: str) -> Ticket | None:
    """Return the right to a kind of download, or None where the role has none."""
    looking = viewer()
    if not looking.may_load(download):
        return None
    asking = _asking()
    return Ticket(
        looking,
        download,
        Asking(asking.claims, opened_run(looking), asking.known, looking.role.name),
    )


@st.fragment(run_every=WATCH_S)
def watch() -> None:
    """Look every half minute whether what is on the screen may still be there; draw nothing."""
    now = rule(_asking())
    if isinstance(now, Denied) or now.standing != st.session_state.get("drawn"):
        st.rerun(scope="app")


def account(looking: Viewer) -> None:
    """Draw, at the foot of the sidebar, as whom one looks and how to end that."""
    with st.sidebar:
        if looking.grant is None:
            st.caption("Local: opens on this machine only. Everything released is shown.")
            return
        if len(looking.grant.roles) > 1:
            st.selectbox(
                "Acting as",
                looking.grant.roles,
                index=looking.grant.roles.index(looking.role.name),
                format_func=lambda name: ROLES[name].title,
                key="acting_as",
                on_change=_move,
            )
        st.caption(f"Signed in as {md(looking.role.title)}")
        st.button("Sign out", on_click=_sign_out, key="sign_out", icon=":material/logout:")


def go_home(looking: Viewer) -> None:
    """Open the page a role starts on, where another role was chosen just now."""
    if st.session_state.pop(_MOVED, False):
        home = f"app_pages/{looking.role.home}.py"
        st.switch_page(home)


def _move() -> None:
    # Kept apart from the box: what a box holds is lost where a rerun does not come to draw it.
    st.session_state[_ACTING] = st.session_state["acting_as"]
    st.session_state[_MOVED] = True


def _sign_out() -> None:
    found = rule(_asking())
    if isinstance(found, Viewer) and found.grant is not None:
        sessions().end(found.grant.login)
        _record("logout", found, why="asked")
    st.logout()


def _asking() -> Asking:
    claims: Mapping[str, object] = st.user.to_dict()
    return Asking(claims, run_folder(), sessions(), str(st.session_state.get(_ACTING, "")))


def _turn_away(denied: Denied) -> NoReturn:
    """Draw the one sentence, and what leads on: signing in, or signing out."""
    st.session_state.pop("viewed", None)
    if denied.why == "signed_out":
        _ask_to_sign_in(denied)
    elif denied.why == "stop":
        _record_denial(denied.subject, "stop", event="stop")
        st.error(denied.says, icon=":material/front_hand:")
    else:
        _record_denial(denied.subject, denied.why)
        st.error(md(denied.says), icon=":material/lock:")
        if denied.is_over:
            st.logout()
        elif denied.subject:
            st.button("Sign out", on_click=st.logout, key="leave", icon=":material/logout:")
    st.stop()


def _ask_to_sign_in(denied: Denied) -> None:
    st.title("Isotherm", anchor=False)
    st.markdown(denied.says)
    note(
        "With the account of your organization; Isotherm keeps no password. It shows groups, "
        "never persons.",
        "iso-soft",
    )
    if st.button("Sign in", type="primary", icon=":material/login:", key="sign_in"):
        st.login()


def _record(event: str, looking: Viewer, **facts: Fact) -> None:
    """Write an entry; where that fails, say so in one sentence and stop."""
    run = opened_run(looking)
    if not (run / "published").is_dir():
        return  # nothing is published, so nothing can be seen
    try:
        _log.record(run, event, who=_log.who(run, looking.subject), **facts)
    except JournalError as error:
        st.error(md(str(error)), icon=":material/error:")
        st.stop()


def _record_denial(subject: str, why: str, event: str = "denied", **facts: Fact) -> None:
    """Write a denial once; it stands also where the log cannot be written."""
    told = (event, why, *sorted(map(str, facts.values())))
    if st.session_state.get("denied") == told:
        return
    st.session_state["denied"] = told
    try:
        run = run_folder()
        if subject:
            facts = {"who": _log.who(run, subject), **facts}
        _log.record(run, event, why=why, **facts)
    except AuditError:
        st.session_state.pop("denied")
