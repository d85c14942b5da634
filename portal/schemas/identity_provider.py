"""The file of PORTAL_OIDC (docs/staff-sign-in.md) as types, and its TOML to an OidcFile, or to every problem it has."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Required
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.identity.access import Role
from portal.domain.identity.provider import ProviderRules
from portal.schemas.reasons import EMPTY, REASONS, Reasons, bracketed, problems_of
from portal.schemas.setting_values import is_web_address

_REASONS: Reasons = {
    **REASONS,
    "dict_type": "must be a table",
    "extra_forbidden": "is unknown",
    "string_too_short": EMPTY,
}
DEFAULT_LABEL = {"zh": "企业账号", "en": "company account"}


class OidcFileError(ValueError):
    """Every problem of the file, on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcFile:
    """How the provider is reached, and the rules of who may do what."""

    issuer: str
    client_id: str
    client_secret: str
    login_claim: str
    groups_claim: str
    scopes: tuple[str, ...]
    max_age_minutes: int
    rules: ProviderRules


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if not is_web_address(value) or parts.query or parts.fragment:
        raise ValueError("must be an https:// address without ? and # (http:// on a loopback name only)")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
ShopKeys = Annotated[list[Text], Field(min_length=1)]


class LabelTable(TypedDict, total=False):
    zh: Text
    en: Text


class SecondFactorTable(TypedDict, total=False):
    amr: list[Text]
    acr: list[Text]


class OidcTable(TypedDict, total=False):
    issuer: Required[Annotated[Text, AfterValidator(_issuer)]]
    client_id: Required[Text]
    client_secret: Text
    client_secret_file: Text
    name: LabelTable
    login_claim: Text
    groups_claim: Text
    scopes: list[Text]
    max_age_minutes: Annotated[int, Field(ge=0, le=1440)]
    provision: bool
    passwords: Literal["unlinked", "all"] | list[Text]
    second_factor: SecondFactorTable
    roles: dict[str, Role]
    shops: dict[str, ShopKeys]


_TABLE: TypeAdapter[OidcTable] = TypeAdapter(OidcTable)


def read_oidc_file(path: Path) -> OidcFile:
    """Raises OidcFileError with every problem. A relative `client_secret_file` begins at the file's folder."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise OidcFileError(f"cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OidcFileError(f"is no TOML: {error}") from None
    secret, problems = _secret(data, path.parent)
    problems = [*problems, *_contradictions(data)]
    try:
        table = _TABLE.validate_python(data, strict=True, extra="forbid")
    except ValidationError as error:
        problems = [*((_named(where), reason) for where, reason in problems_of(error, _REASONS)), *problems]
    if problems:
        raise OidcFileError("; ".join(f"{key}: {reason}" for key, reason in dict(problems).items()))
    return _file(table, secret)


def _file(table: OidcTable, secret: str) -> OidcFile:
    factors, passwords = table.get("second_factor", {}), table.get("passwords", "unlinked")
    rules = ProviderRules(
        issuer=table["issuer"],
        label=_label(table.get("name", {})),
        roles=tuple(table.get("roles", {}).items()),
        shops=tuple((group, tuple(keys)) for group, keys in table.get("shops", {}).items()),
        is_open=table.get("provision", False),
        amr=frozenset(factors.get("amr", ())),
        acr=frozenset(factors.get("acr", ())),
        passwords=tuple(passwords) if isinstance(passwords, list) else passwords,
    )
    return OidcFile(
        issuer=table["issuer"],
        client_id=table["client_id"],
        client_secret=secret,
        login_claim=table.get("login_claim", "preferred_username"),
        groups_claim=table.get("groups_claim", "groups"),
        scopes=tuple(dict.fromkeys(("openid", *table.get("scopes", ("profile",))))),
        max_age_minutes=table.get("max_age_minutes", 0),
        rules=rules,
    )


def _label(said: LabelTable) -> dict[str, str]:
    """A language that is left out says it in the other, as in the settings of a shop."""
    zh, en = said.get("zh", ""), said.get("en", "")
    return {"zh": zh or en, "en": en or zh} if zh or en else DEFAULT_LABEL


def _secret(data: Mapping[str, Any], folder: Path) -> tuple[str, list[tuple[str, str]]]:
    """The secret, in the file or in one of its own that only the service can read."""
    inline, name = data.get("client_secret"), data.get("client_secret_file")
    if (inline is None) == (name is None):
        return "", [("client_secret", "is missing: this, or client_secret_file, and not both")]
    if name is None or not isinstance(name, str):
        return inline if isinstance(inline, str) else "", []
    try:
        secret = (folder / name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "", [("client_secret_file", "cannot be read")]
    return secret, [] if secret else [("client_secret_file", EMPTY)]


def _contradictions(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Who gets an account must get a role and a shop with it."""
    if data.get("provision") is True:
        for needed in ("roles", "shops"):
            if not data.get(needed):
                yield needed, "is missing: provision = true takes role and shops from the groups"
    if data.get("passwords") == []:
        yield "passwords", "names nobody: when the provider is down somebody has to come in"


def _named(path: tuple[int | str, ...]) -> str:
    """Without the alternatives that pydantic tells apart."""
    return bracketed(tuple(part for part in path if not str(part).startswith(("literal[", "list["))))
