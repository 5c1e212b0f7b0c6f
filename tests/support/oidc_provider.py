"""An OpenID provider on this machine: discovery, keys, a choice of users, token, logout.

Tokens are signed with RS256, carry the nonce, and are given against a code with PKCE (S256) only.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "isotherm-test", "client-secret-of-the-test"
Claims = Mapping[str, object]


@dataclass
class Provider:
    """A provider and its accounts; claims of an account stand over the usual ones."""

    users: dict[str, Claims]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    n_tokens: int = 0

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def choices(self, asked: dict[str, str]) -> str:
        links = "".join(
            f'<li><a id="{name}" href="/authorize?{_query(asked, name)}">{name}</a></li>'
            for name in self.users
        )
        return f"<!doctype html><title>Who are you?</title><ul>{links}</ul>"

    def code_for(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, object] | None:
        """Return the tokens of a code, once; None for whatever does not hold."""
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = sent.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_client = authorization == f"Basic {basic}" or sent.get("client_secret") == SECRET
        if asked is None or not is_client or digest != asked.get("code_challenge"):
            return None
        if sent.get("redirect_uri") != asked["redirect_uri"]:
            return None
        self.n_tokens += 1
        claims = {**self.claims(asked["user"]), "nonce": asked["nonce"]}
        id_token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": id_token,
        }

    def claims(self, user: str) -> dict[str, object]:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": f"sub-of-{user}",
            "tid": "our-tenant",
            "iat": now,
            "exp": now + 300,
            "email": f"{user}@company.example",
            "email_verified": True,
        }
        return {**usual, **self.users[user]}


def _query(asked: dict[str, str], user: str) -> str:
    return html.escape(urlencode({**asked, "user": user}))


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:  # noqa: C901  one server
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._json(provider.metadata())
            elif parts.path == "/jwks":
                self._json({"keys": [provider.key.as_dict(private=False)]})
            elif parts.path == "/authorize" and asked.get("user") in provider.users:
                code = provider.code_for(asked)
                back = urlencode({"code": code, "state": asked["state"]})
                self._redirect(f"{asked['redirect_uri']}?{back}")
            elif parts.path == "/authorize":
                self._send(200, provider.choices(asked).encode(), "text/html")
            elif parts.path == "/logout":
                self._redirect(asked["post_logout_redirect_uri"])
            else:
                self._send(404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            sent = {key: values[0] for key, values in parse_qs(body).items()}
            found = provider.token(sent, self.headers.get("Authorization", ""))
            if found is None:
                self._send(400, b'{"error": "invalid_grant"}', "application/json")
            else:
                self._json(found)

        def log_message(self, *_: object) -> None:
            return

        def _json(self, found: object) -> None:
            self._send(200, json.dumps(found).encode(), "application/json")

        def _redirect(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
