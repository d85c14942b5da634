"""An office whose staff sign in with company accounts of a real provider on loopback."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.adapters.identity_oidc import OidcProvider
from portal.schemas.identity_provider import read_oidc_file
from tests.support.oidc_issuer import CLIENT, SECRET, Issuer
from tests.support.page import Browserless, Page
from tests.support.staff import Office

RETURN = "/staff/sign-in/company/return"
ENTER = "/staff/sign-in/company/enter"
DESK = '[roles]\nboss = "admin"\ndesk = "agent"\n[shops]\nboss = ["tepai"]\ndesk = ["tepai"]\n'
"""Tables of a file: who gets which role, and where."""


def oidc_provider(folder: Path, issuer: Issuer, base_url: str, said: str = "") -> OidcProvider:
    """As PORTAL_OIDC with a file of these lines would make it."""
    file = folder / "oidc.toml"
    file.write_text(f'issuer = "{issuer.url}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n{said}')
    return OidcProvider(read_oidc_file(file), redirect_uri=f"{base_url}{RETURN}")


@dataclass
class Company:
    office: Office
    issuer: Issuer
    folder: Path

    def set_up(self, said: str = "") -> None:
        """`said`: further lines of the file."""
        self.issuer.now = self.office.clock.now
        provider = oidc_provider(self.folder, self.issuer, self.office.deps.base_url, said)
        self.office.app.extensions["portal"] = replace(self.office.deps, identity_provider=provider)

    def be(self, login: str, *groups: str, sub: str = "", **claims: Any) -> None:
        """Who signs in at the provider from now on."""
        self.issuer.person = {
            "sub": sub or f"sub-{login}",
            "preferred_username": login,
            "groups": list(groups),
        } | claims

    def go_there(self, somebody: Browserless, query: str = "") -> str:
        """As far as the provider; the address that it sends the browser back to."""
        answer = somebody.client.get(f"/staff/sign-in/company{query}")
        assert answer.status_code == 303, answer.get_data(as_text=True)
        parts = urlsplit(answer.location)
        assert answer.location.startswith(self.issuer.url)
        asked = dict(pair.split("=", 1) for pair in parts.query.split("&"))
        back = urlsplit(self.issuer.authorize({name: _plain(value) for name, value in asked.items()}))
        return f"{back.path}?{back.query}"

    def come_back(self, somebody: Browserless, query: str = "") -> Page:
        """There and back: the page that lets in, or the one that says why not."""
        page = somebody.open(self.go_there(somebody, query))
        return somebody.open(ENTER) if page.status == 200 else page


def _plain(value: str) -> str:
    from urllib.parse import unquote_plus

    return unquote_plus(value)
