"""A shop's settings as the staff see them: who may frame it, its hand-off keys, its looks, and whether it all fits."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.embedding.setup_check import Finding
from portal.domain.shops.profile import Theme
from portal.pages.values.settings import SectionSummary
from portal.services.embedding.handoff_keys import HandoffKeyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """`may_act`: the reader may change them. `address`: where the shop's pages reach the portal. `findings` is empty
    until somebody asks; `page_address` is the page of the shop that was asked about, and `of_page` what was found."""

    shop_key: str
    address: str
    audience: str
    origins: tuple[str, ...]
    keys: tuple[HandoffKeyRow, ...]
    may_add_key: bool
    snippet: str
    theme: Theme
    locale: str
    may_act: bool
    sections: tuple[SectionSummary, ...]
    findings: tuple[Finding, ...] = ()
    page_address: str = ""
    of_page: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOriginPage:
    """One site before it is taken away. `shown` is the digest of the sites as they are."""

    origin: str
    is_last: bool
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireKeyPage:
    """A key before it is retired. `is_last`: no live one would be left."""

    kid: str
    algorithm: str
    is_last: bool
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMadePage:
    """A key that was just made. `secret` is seen this once; "" where there is none, or where it was seen before."""

    kid: str
    algorithm: str
    secret: str
