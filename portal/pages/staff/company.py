"""Signing in with a company account, as its pages are given."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.identity.provider import Entry
from portal.domain.returning.slip import Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDoor:
    """The button on the page of signing in. `is_only_way`: passwords are for a few accounts of emergency alone."""

    label: str
    address: str
    is_only_way: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPage:
    """Who the provider says they are, and what is still asked for. `secret`, `qr`: of a new authenticator."""

    login: str
    entry: Entry
    secret: str = ""
    qr: Drawing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCompanyPage:
    """Why nobody came in, by code (words.signing_in). `login`: who the provider says they are, "" where it does not."""

    reason: str
    login: str = ""
