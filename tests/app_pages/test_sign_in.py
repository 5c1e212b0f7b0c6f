"""Who is let in: settings that are whole, claims that hold, and a sign-in that is not over."""

from __future__ import annotations

import time

import pytest
from signed_in import COOKIE_SECRET, accounts, claims_of, write_secrets

from app_pages._claims import Grant, Login, judge
from app_pages._sessions import IDLE_S, LONGEST_S, Sessions
from app_pages._settings import NOT_SENT, read_sign_in
from core.errors import ConfigError

ISSUER = "https://login.company.example/realms/all"
PEOPLE = accounts(("operations", "sales"))


@pytest.fixture
def secrets(tmp_path):
    return write_secrets(tmp_path / "secrets.toml", ISSUER)


def _read(path, *pairs: tuple[str, str]):
    text = path.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)
    return read_sign_in([str(path)])


def test_without_a_provider_there_is_no_sign_in(tmp_path) -> None:
    assert read_sign_in([str(tmp_path / "none.toml")]) is None
    other = tmp_path / "secrets.toml"
    other.write_text('[another]\nkey = "x"\n')
    assert read_sign_in([str(other)]) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("client_secret", "client_sekret"), "[auth] client_secret is missing"),
        ((COOKIE_SECRET, "short"), "cookie_secret has fewer than 32 characters"),
        (("/oauth2callback", "/elsewhere"), "does not end with /oauth2callback"),
        ((f'"{ISSUER}/.well', '"http://login.company.example/.well'), "is neither https"),
        (("[isotherm.access]", "[isotherm.acces]"), "[isotherm.access] issuer is missing"),
        (("revoked =", "revokd ="), "[isotherm.access] knows no revokd"),
        (('= "hr"', '= "chief"'), "knows no role chief"),
        (('unit_claim = "unit"', ""), "unit_claim is missing"),
        (('role_claim = "groups"', ""), "role_claim is missing"),
        (("[auth]", "[auth"), "cannot be read"),
    ],
)
def test_a_sign_in_that_is_set_up_in_part_lets_nobody_in(secrets, change, says) -> None:
    with pytest.raises(ConfigError) as told:
        _read(secrets, change)
    assert says in str(told.value)
    assert COOKIE_SECRET not in str(told.value)


def test_access_without_a_provider_lets_nobody_in(tmp_path) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text('[isotherm.access]\nissuer = "https://x.example"\n')
    with pytest.raises(ConfigError, match="client_id is missing"):
        read_sign_in([str(path)])


def test_an_unverified_address_needs_a_tenant_that_vouches_for_it(secrets) -> None:
    said = ('tenant = "our-tenant"', f'tenant = "our-tenant"\nverified_claim = "{NOT_SENT}"')
    sign_in = _read(secrets, said)
    assert isinstance(judge(claims_of(PEOPLE["unverified"], ISSUER, "x"), sign_in), Grant)
    with pytest.raises(ConfigError, match="needs a tenant"):
        _read(secrets, ('tenant = "our-tenant"\n', ""))


@pytest.mark.parametrize(
    ("account", "changes", "why"),
    [
        ("hr", {"is_logged_in": False}, "signed_out"),
        ("hr", {"iss": "https://login.other.example"}, "issuer"),
        ("hr", {"iss": None}, "claims"),
        ("hr", {"aud": "another-app"}, "audience"),
        ("hr", {"aud": None}, "audience"),
        ("hr", {"tid": "other-tenant"}, "tenant"),
        ("hr", {"tid": None}, "tenant"),
        ("hr", {"email_verified": False}, "email"),
        ("hr", {"email_verified": None}, "email"),
        ("hr", {"email_verified": "no"}, "email"),
        ("hr", {"sub": ""}, "claims"),
        ("hr", {"iat": None}, "claims"),
        ("hr", {"exp": "tomorrow"}, "claims"),
        ("hr", {"groups": {"app-hr": True}}, "role"),
        ("hr", {"groups": "app-hr-not"}, "role"),
        ("hr", {"groups": ["APP-HR"]}, "role"),
        ("no_role", {}, "role"),
        ("no_claim", {}, "role"),
        ("called_back", {}, "revoked"),
        ("leads_nothing", {}, "unit"),
        ("leads_two", {}, "unit"),
        ("leader", {"unit": ["operations", "sales"]}, "unit"),
    ],
)
def test_in_doubt_nobody_is_let_in(secrets, account, changes, why) -> None:
    sign_in = read_sign_in([str(secrets)])
    assert judge({**claims_of(PEOPLE[account], ISSUER, account), **changes}, sign_in) == why


def test_claims_that_hold_give_role_and_unit(secrets) -> None:
    sign_in = read_sign_in([str(secrets)])
    grant = judge(claims_of(PEOPLE["leader"], ISSUER, "leader"), sign_in)
    assert isinstance(grant, Grant)
    assert (grant.roles, grant.unit) == (("leader",), "operations")
    many = judge({**claims_of(PEOPLE["hr"], ISSUER, "x"), "groups": ["app-operator", "app-hr"]},
                 sign_in)  # fmt: skip
    assert isinstance(many, Grant)
    assert many.roles == ("hr", "operator")


def test_a_claim_can_lie_deeper_and_units_can_be_mapped(secrets) -> None:
    deeper = ('role_claim = "groups"', 'role_claim = "realm_access.roles"')
    roles = "[isotherm.access.roles]"
    sign_in = _read(secrets, deeper, (roles, f'[isotherm.access.units]\nK17 = "sales"\n{roles}'))
    claims = claims_of({"realm_access": {"roles": ["app-leader"]}, "unit": "K17"}, ISSUER, "x")
    grant = judge(claims, sign_in)
    assert isinstance(grant, Grant)
    assert grant.unit == "sales"
    # Where units are mapped, a claim that is a unit's own id gives nothing.
    assert judge({**claims, "unit": "sales"}, sign_in) == "unit"


def _login(issued: float) -> Login:
    return Login("key", "subject", issued, issued + 300)


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1_000_000.0

    monkeypatch.setattr(time, "time", lambda: Clock.now)
    return Clock


def test_a_sign_in_ends_after_fifteen_minutes_without_use(clock) -> None:
    known, login = Sessions(), _login(clock.now)
    assert known.use(login)
    clock.now += IDLE_S
    assert known.why_over(login) == ""
    assert not known.use(login)
    clock.now += IDLE_S + 1
    assert known.why_over(login) == "idle"


def test_a_sign_in_ends_after_eight_hours_however_much_it_is_used(clock) -> None:
    known, login = Sessions(), _login(clock.now)
    begun = clock.now
    while clock.now - begun < LONGEST_S:
        assert known.why_over(login) == ""
        known.use(login)
        clock.now += IDLE_S - 1
    assert known.why_over(login) == "longest"


def test_a_cookie_kept_from_earlier_opens_nothing(clock) -> None:
    login = _login(clock.now)
    clock.now += 200
    assert Sessions().why_over(login) == ""
    clock.now += 200  # past the end of the token, and this server has never seen it
    assert Sessions().why_over(login) == "expired"
    clock.now += IDLE_S
    assert Sessions().why_over(Login("k", "s", login.issued, clock.now + 9999)) == "idle"


def test_what_was_signed_out_stays_out_in_every_tab(clock) -> None:
    known, login = Sessions(), _login(clock.now)
    known.use(login)
    known.end(login)
    assert known.why_over(login) == "signed_out"


def test_a_token_from_the_future_opens_nothing(clock) -> None:
    assert Sessions().why_over(_login(clock.now + 3600)) == "future"
