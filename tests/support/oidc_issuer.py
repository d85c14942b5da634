"""An OpenID Connect provider on loopback, over HTTP, with real RSA keys: discovery, keys, codes with PKCE, ID tokens.

It does right unless its `plan` says otherwise; what a plan does is what a broken or hostile provider would.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "portal", "a secret of the portal and its provider"
FORGED = ("alg_none", "hs256_public_key", "other_key")
"""Plans whose ID token nobody with the provider's key has signed."""


@cache
def rsa_key(name: str) -> Any:
    """Made once a process: the same name is the same key."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"}, private=True)


@dataclass
class Issuer:
    """`person`: the claims of who signs in; `plan`: what goes wrong, "" for nothing; `asked`: every request's path;
    `last`: the parameters of the last way there."""

    url: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "agent-1"})
    info: dict[str, Any] = field(default_factory=dict)
    plan: str = ""
    key_name: str = "k1"
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    shows_page: bool = False

    def metadata(self) -> dict[str, Any]:
        issuer = f"{self.url}/other" if self.plan == "discovery_of_another" else self.url
        found: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": self.plan != "says_no_iss",
        }
        if self.plan == "plain_http":
            found["token_endpoint"] = "http://id.example/token"
        return found | ({"userinfo_endpoint": f"{self.url}/userinfo"} if self.info else {})

    def keys(self) -> dict[str, Any]:
        enc = rsa_key("for encryption").as_dict(private=False) | {"use": "enc", "alg": "RSA-OAEP"}
        return {"keys": [enc, rsa_key(self.key_name).as_dict(private=False)]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        self.last = asked
        if self.plan == "denied":
            back = {"error": "access_denied", "state": asked["state"], "iss": self.url}
            return f"{asked['redirect_uri']}?{urlencode(back)}"
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url}
        if self.plan == "mix_up":
            back["iss"] = "https://id.elsewhere.example"
        if self.plan == "says_no_iss":
            del back["iss"]
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {pair}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = _segment(sha256(sent.get("code_verifier", "").encode()).digest())
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != sent.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        token = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 60}
        return 200, token if self.plan == "no_id_token" else token | {"id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(self.now().timestamp())
        claims: dict[str, Any] = {
            **{"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]},
            **{"auth_time": now},
            **self.person,
        }
        claims |= {
            "wrong_nonce": {"nonce": "another"},
            "no_nonce": {"nonce": None},
            "wrong_audience": {"aud": "another-client"},
            "azp_of_another": {"aud": [CLIENT, "another-client"], "azp": "another-client"},
            "no_azp": {"aud": [CLIENT, "another-client"]},
            "expired": {"exp": now - 3600, "iat": now - 7200},
            "not_yet": {"nbf": now + 3600},
            "another_issuer": {"iss": "https://id.elsewhere.example"},
            "no_subject": {"sub": None},
            "at_hash_of_another": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
            "old_sign_in": {"auth_time": now - 7200},
            "no_auth_time": {"auth_time": None},
        }.get(self.plan, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        return self._signed(claims)

    def _signed(self, claims: dict[str, Any]) -> str:
        body = json.dumps(claims).encode()
        if self.plan == "alg_none":
            return f"{_segment(json.dumps({'alg': 'none'}).encode())}.{_segment(body)}."
        if self.plan == "hs256_public_key":
            # By hand: the library knows the trick and does not make such a key.
            head = json.dumps({"alg": "HS256", "kid": self.key_name}).encode()
            text = f"{_segment(head)}.{_segment(body)}"
            public = rsa_key(self.key_name).as_pem(private=False)
            return f"{text}.{_segment(hmac.digest(public, text.encode(), 'sha256'))}"
        key = rsa_key("of somebody else") if self.plan == "other_key" else rsa_key(self.key_name)
        header = {"alg": "RS256", "kid": self.key_name}
        if self.plan == "no_kid":
            del header["kid"]
        return jwt.encode(header, claims, key)


def _segment(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        issuer, parts = self.server.issuer, urlsplit(self.path)
        issuer.asked.append(parts.path)
        if self._is_spoilt(parts.path):
            return
        if parts.path == "/authorize":
            asked = dict(parse_qsl(parts.query))
            self._lead(issuer, asked)
        elif parts.path == "/allow":
            self._redirect(issuer.authorize(dict(parse_qsl(parts.query))))
        elif parts.path == "/.well-known/openid-configuration":
            self._json(200, issuer.metadata())
        elif parts.path == "/jwks":
            self._json(200, issuer.keys())
        elif parts.path == "/userinfo" and self.headers.get("Authorization") == "Bearer at-1":
            self._json(200, issuer.info)
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        issuer = self.server.issuer
        sent = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()))
        issuer.asked.append(self.path)
        if not self._is_spoilt(self.path):
            self._json(*issuer.exchange(sent, self.headers.get("Authorization", "")))

    def _lead(self, issuer: Issuer, asked: dict[str, str]) -> None:
        if not issuer.shows_page:
            self._redirect(issuer.authorize(asked))
            return
        link = f'<a id="allow" href="/allow?{urlencode(asked)}">Allow</a>'.replace("&", "&amp;")
        self._send(200, "text/html", f"<!doctype html><title>Company</title>{link}".encode())

    def _is_spoilt(self, path: str) -> bool:
        plan, _, where = self.server.issuer.plan.partition(" ")
        if not where or where not in path:
            return False
        if plan == "html_502":
            self._send(502, "text/html", b"<h1>Bad gateway</h1>")
        elif plan == "html_200":
            self._send(200, "text/html", b"<h1>Welcome</h1>")
        elif plan == "redirect":
            self._redirect("https://id.elsewhere.example/")
        elif plan == "endless":
            self._send(200, "application/json", b" " * 700_000)
        elif plan == "slow":
            self._drip()
        elif plan == "list":
            self._json(200, [])
        return True

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "10000")
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, status: int, value: Any) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    issuer: Issuer


@contextmanager
def issuer_serving(issuer: Issuer | None = None, host: str = "127.0.0.1") -> Iterator[Issuer]:
    """An issuer that answers at its `url` until the end. `localhost` is another site to a browser than `127.0.0.1`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.issuer = issuer or Issuer()
    server.issuer.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
