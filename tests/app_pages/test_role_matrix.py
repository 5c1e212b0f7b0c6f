"""Every page for every role and for accounts that nobody should let in; what leaders read."""

from __future__ import annotations

import re
import time

import pytest
import streamlit as st
from app_as_account import ISSUER, PEOPLE
from app_text import title_of
from made_up_release import JOURNAL_KEY
from shared_data import CHECKOUT
from signed_in import write_secrets
from streamlit import config
from streamlit.testing.v1 import AppTest

from app_pages import _gate, _sessions
from core.journal import verify
from core.roles import PAGES, ROLES

BAD = {
    "no_role": "role",
    "no_claim": "role",
    "unverified": "email",
    "unsaid": "email",
    "leads_nothing": "unit",
    "leads_two": "unit",
    "called_back": "revoked",
    "from_elsewhere": "tenant",
}


def _said(at: AppTest) -> str:
    return " ".join(re.sub(r"[\\\u200b]", "", str(e.value)) for e in at.error)


def _some(names, quick: tuple[str, ...]) -> list:
    """Return all cases; those that are not quick stand for the same and run with the slow ones."""
    return [n if n in quick else pytest.param(n, marks=pytest.mark.slow) for n in names]


@pytest.mark.parametrize("role", _some(ROLES, ("leader",)))
def test_a_page_of_another_role_refuses_by_itself_and_says_nothing(app, role) -> None:
    # The script alone, without the front door: nothing but the page's own check stands here.
    for page in PAGES:
        if page in ROLES[role].pages:
            continue
        at = app.open(role, script=f"app_pages/{page}.py")
        assert not at.exception, page
        assert _said(at) == "This page is not part of your role.", page
        assert app.named(at) == set(), page
        assert ("denied", page) in [(event, facts.get("page")) for event, facts in app.log()]


@pytest.mark.parametrize("role", _some(ROLES, ("admin",)))
def test_a_role_opens_its_pages_and_no_other_by_switching(app, role) -> None:
    at = app.open(role)
    for page in PAGES:
        if page == ROLES[role].home:
            continue
        if page in ROLES[role].pages:
            at.switch_page(f"app_pages/{page}.py").run()
            assert not at.exception, page
            assert not at.error, page
            assert "<h1" in "".join(e.proto.body for e in at.get("html")), page
        else:
            with pytest.raises(ValueError, match="page"):
                at.switch_page(f"app_pages/{page}.py")


@pytest.mark.parametrize("role", _some(ROLES, ("leader", "auditor")))
def test_the_address_of_a_start_page_leads_to_it_and_keeps_what_it_asks_for(app, role) -> None:
    first = app.open(role)
    at = app.open(role, address=ROLES[role].home, unit="workshop-assembly")
    assert not at.error
    assert title_of(at) == title_of(first)
    assert "workshop-assembly" in at.query_params["unit"]
    told = [facts for event, facts in app.log() if event != "login"]
    assert told[: len(told) // 2] == told[len(told) // 2 :]


@pytest.mark.parametrize("account", _some(BAD, ("no_role",)))
def test_an_account_that_nobody_should_let_in_reads_one_sentence(app, account) -> None:
    for script in ("app.py", *(f"app_pages/{page}.py" for page in PAGES)):
        at = app.open(account, script=script)
        assert len(at.error) == 1, script
        says = _gate.NO_UNIT if BAD[account] == "unit" else _gate.NOBODY
        assert _said(at) == says
        assert app.named(at) == set()
        assert not at.get("html") or "<h1" not in "".join(e.proto.body for e in at.get("html"))
        assert not at.get("page_link")
    assert ("denied", BAD[account]) in [(event, f.get("why")) for event, f in app.log()]


def test_who_has_not_signed_in_is_asked_to_and_reads_nothing(app) -> None:
    for script in ("app.py", "app_pages/unit.py", "app_pages/audit_log.py"):
        at = AppTest.from_file(str(CHECKOUT / script), default_timeout=60)
        at.user = {"is_logged_in": False}
        at.run()
        assert [button.label for button in at.button] == ["Sign in"], script
        assert app.named(at) == set()


def test_a_half_finished_sign_in_lets_nobody_in(app) -> None:
    app.secrets.write_text(app.secrets.read_text().replace("client_id", "client"))
    at = app.open("hr")
    assert "The sign-in is set up in part: [auth] client_id is missing." in _said(at)
    assert app.named(at) == set()


def test_without_a_provider_another_address_is_refused(app) -> None:
    app.secrets.unlink()
    at = app.open("hr")
    assert "it opens on this machine only" in _said(at)
    config.set_option("server.address", "127.0.0.1")
    at = app.open("hr")
    assert not at.error
    assert "Local: opens on this machine only. Everything released is shown." in [
        c.value for c in at.caption
    ]


@pytest.mark.parametrize("page", _some(ROLES["leader"].pages, ("overview", "unit")))
def test_a_leader_reads_own_groups_with_the_unit_above_on_every_page(app, page) -> None:
    # By hand: Workshop and its three teams; the whole is the benchmark and may be named.
    own = {i for i in app.names if i.startswith("workshop")} | {"org"}
    assert len(own) == 5
    at = app.open("leader", page)
    assert not at.error
    assert not at.exception
    # The page on the method speaks of sales and support in general.
    assert app.named(at) <= own or page == "method"
    assert "workshop" in app.named(at) or page == "method"


@pytest.mark.parametrize("page", _some(("unit", "map"), ("unit",)))
def test_a_unit_beyond_the_scope_is_refused_as_one_that_does_not_exist(app, page) -> None:
    at = app.open("leader", page)
    for unit in ("office", "office-support", "no-such-unit"):
        at.query_params["unit"] = unit
        at.run()
        assert _said(at) == "This unit is not part of what your role reads.", unit
        assert not app.named(at)
    assert ("denied", "scope") in [(event, f.get("why")) for event, f in app.log()]


@pytest.mark.slow
def test_what_one_leader_read_is_never_served_to_another(app) -> None:
    whole = app.named(app.open("hr", "unit"))
    first = app.named(app.open("leader", "unit"))
    second = app.named(app.open("other_leader", "unit"))
    again = app.named(app.open("leader", "unit"))
    assert first == again
    assert first & second <= {"org"}
    assert first | second < whole


@pytest.mark.slow
def test_a_leader_of_a_unit_without_results_is_told_so(app) -> None:
    at = app.open("leads_unknown")
    assert _said(at) == "This unit is not part of what your role reads."
    assert app.named(at) == set()


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(app) -> None:
    at = app.open("leader", "unit")
    assert app.named(at)
    write_secrets(app.secrets, ISSUER, revoked=["sub-of-leader"])
    at.run()
    assert _said(at) == _gate.NOBODY
    assert app.named(at) == set()
    write_secrets(app.secrets, ISSUER, **{"app-leader": ""})
    assert _said(at.run()) == _gate.NOBODY


@pytest.mark.slow
def test_a_role_that_is_changed_is_the_new_one_at_the_next_click(app) -> None:
    at = app.open("hr", "reports")
    assert not at.error
    write_secrets(app.secrets, ISSUER, **{"app-hr": "dpo"})
    at.run()
    assert app.named(at) == set()
    assert _said(app.open("hr", script="app_pages/reports.py")) == (
        "This page is not part of your role."
    )


def test_a_sign_in_that_is_over_ends_the_session(app, monkeypatch) -> None:
    at = app.open("hr")
    later = time.time() + _sessions.IDLE_S + 1
    monkeypatch.setattr(_sessions.time, "time", lambda: later)
    at.run()
    assert _said(at) == _gate.OVER
    assert app.named(at) == set()
    assert ("denied", "idle") in [(event, f.get("why")) for event, f in app.log()]


def test_views_are_recorded_once_each_under_a_pseudonym(app) -> None:
    at = app.open("leader", "unit")
    at.run()
    at.selectbox(key="open_unit").set_value("workshop-assembly").run()
    told = [(event, f.get("page"), f.get("slice")) for event, f in app.log()]
    assert told == [
        ("login", None, None),
        ("view", "overview", "workshop"),
        ("view", "unit", "workshop"),
        ("view", "unit", "workshop-assembly"),
    ]
    text = (app.run / "journal.jsonl").read_text()
    assert "sub-of" not in text
    assert "company.example" not in text
    assert len({facts["who"] for _, facts in app.log()}) == 1
    assert verify(app.run / "journal.jsonl", JOURNAL_KEY).is_good


def test_a_view_that_cannot_be_recorded_is_not_shown(app) -> None:
    app.open("hr")
    (app.run / "journal.jsonl").unlink()
    (app.run / "journal.jsonl").mkdir()
    at = app.open("hr", "unit")
    assert "The audit log could not be written" in _said(at)
    assert app.named(at) == set()


@pytest.mark.slow
def test_a_release_from_before_the_log_says_what_to_do(app) -> None:
    for path in [*(app.run / "access").iterdir()]:
        path.unlink()
    at = app.open("hr")
    assert "Run the audit again" in _said(at)
    assert app.named(at) == set()


def test_stop_leaves_one_sentence_for_everybody(app) -> None:
    at = app.open("hr", "unit")
    (app.run / "STOP").touch()
    for opened in (at.run(), app.open("leader"), app.open("admin")):
        assert len(opened.error) == 1
        assert "This audit has been stopped." in _said(opened)
        assert app.named(opened) == set()
        assert not opened.get("page_link")
    assert "stop" in [event for event, _ in app.log()]


def test_a_download_is_judged_again_at_the_click(app, monkeypatch) -> None:
    from app_pages import _access  # noqa: PLC0415  its ticket is looked at from within

    kept = []
    monkeypatch.setattr(st, "download_button", lambda *a, **_: kept.append(a[1]))
    app.open("auditor")
    load = kept[-1]
    assert load().startswith(b'"seq"')
    assert ("export", "log") in [(event, f.get("what")) for event, f in app.log()]
    write_secrets(app.secrets, ISSUER, revoked=["sub-of-auditor"])
    with pytest.raises(_access.PrivacyError):
        load()
    write_secrets(app.secrets, ISSUER, **{"app-council": "dpo"})
    with pytest.raises(_access.PrivacyError):
        load()
    write_secrets(app.secrets, ISSUER)
    (app.run / "STOP").touch()
    with pytest.raises(_access.PrivacyError):
        load()


def test_the_auditor_reads_the_log_and_sees_that_it_was_changed(app) -> None:
    at = app.open("auditor")
    assert "entries hold" in " ".join(re.sub(r"[\\\u200b]", "", s.value) for s in at.success)
    assert app.named(at) == set()
    log = app.run / "journal.jsonl"
    log.write_text(log.read_text().replace('"role":"auditor"', '"role":"dpo"', 1))
    said = _said(app.open("dpo"))
    assert "The log does not hold at entry 1" in said or "could not be" in said


@pytest.mark.slow
def test_an_account_with_two_roles_acts_in_one_at_a_time(app) -> None:
    PEOPLE["both"] = {"groups": ["app-operator", "app-dpo"]}
    at = app.open("both", "")
    box = at.selectbox(key="acting_as")
    assert list(box.options) == ["Operator", "Data protection officer"]
    with pytest.raises(ValueError, match="page"):
        at.switch_page("app_pages/audit_log.py")
    box.select("Data protection officer").run()
    assert _said(at) == ""
    with pytest.raises(ValueError, match="page"):
        at.switch_page("app_pages/new_audit.py")
