"""The files of `portal rails set` (INTERFACE, rail files) as types, and their TOML to a rail's config, or to every
problem of theirs. A key that stands in a file of its own is read in: what is stored holds the keys themselves, under
the same name without `_file`, and is read by the same types."""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NotRequired, Required, cast

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.refunds.rails import (
    AlipayConfig,
    MerchantConfig,
    RailConfig,
    RailFileError,
    RailKind,
    StripeConfig,
    WechatConfig,
)
from portal.schemas.reasons import REASONS, Reasons, bracketed, problems_of
from portal.schemas.setting_values import is_web_address
from portal.schemas.tables import ListOf, gives

LARGEST_KEY_FILE = 64_000
_METHOD = "^[a-z0-9_]{1,32}$"
_DIGITS = "^[0-9]{1,32}$"
_SERIAL = "^[0-9A-Fa-f]{16,64}$"
_STRIPE_KEY = "^(sk|rk)_[A-Za-z0-9_]{8,250}$"
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*\Z")
_IN_FILES = {
    "private_key": "private_key_file",
    "alipay_public_key": "alipay_public_key_file",
    "public_key": "public_key_file",
    "certificates": "certificate_files",
}
_RAIL_REASONS: Reasons = {
    **REASONS,
    "dict_type": "must be a table",
    "extra_forbidden": "is unknown",
    _METHOD: "must be 1 to 32 of a-z, 0-9 and _",
    _DIGITS: "must be digits",
    _SERIAL: "must be the certificate's serial number in hexadecimal",
    _STRIPE_KEY: "must begin with sk_ or rk_",
}


def _gateway(value: str) -> str:
    if not is_web_address(value):
        raise ValueError("must be an https:// address (http:// on a loopback name only)")
    return value.rstrip("/")


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) < len(values):
        raise ValueError("names one twice")
    return values


def _private_key(value: str) -> str:
    """Alipay's tools give the bare base64 of PKCS#1 or PKCS#8."""
    inner = "PRIVATE KEY" if "BADANBgkqhkiG9w0" in value[:48] else "RSA PRIVATE KEY"
    return _pem(value, inner, ends=("PRIVATE KEY",))


def _public_key(value: str) -> str:
    return _pem(value, "PUBLIC KEY", ends=("PUBLIC KEY", "CERTIFICATE"))


def _certificate(value: str) -> str:
    return _pem(value, "CERTIFICATE", ends=("CERTIFICATE",))


def _pem(value: str, bare_is: str, *, ends: tuple[str, ...]) -> str:
    text = value.strip()
    if not text.startswith("-----"):
        bare = "".join(text.split())
        if not re.fullmatch(r"[A-Za-z0-9+/]{64,}={0,2}", bare):
            raise ValueError("is no key in PEM")
        text = f"-----BEGIN {bare_is}-----\n{textwrap.fill(bare, 64)}\n-----END {bare_is}-----"
    found = _PEM.match(text)
    if found is None or not found[1].endswith(ends):
        raise ValueError(f"must be in PEM, a {ends[0]}")
    return text + "\n"


def _apiv3_key(value: str) -> str:
    if len(value.encode()) != 32:
        raise ValueError("must have 32 characters")
    return value


def _signing_secret(value: str) -> str:
    """Standard Webhooks: 24 to 64 bytes in base64 behind `whsec_`."""
    try:
        raw = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not value.startswith("whsec_") or not 24 <= len(raw) <= 64:
        raise ValueError("must be whsec_ and 24 to 64 random bytes in base64")
    return value


def _stripe_secret(value: str) -> str:
    if not re.fullmatch(r"whsec_[\x21-\x7e]{8,250}", value):
        raise ValueError("must begin with whsec_")
    return value


Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_gateway)]
Methods = Annotated[
    ListOf[Annotated[str, StringConstraints(pattern=_METHOD)]],
    Field(min_length=1, max_length=20),
    AfterValidator(_once),
]
Timeout = Annotated[int, Field(ge=1, le=60)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Digits = Annotated[str, StringConstraints(pattern=_DIGITS)]
PrivateKey = Annotated[str, AfterValidator(_private_key)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
Certificate = Annotated[str, AfterValidator(_certificate)]


class RailTable(TypedDict):
    """What every rail's file has."""

    methods: Required[Methods]
    timeout: NotRequired[Timeout]


class AlipayTable(RailTable):
    app_id: Required[Digits]
    private_key: Required[PrivateKey]
    alipay_public_key: Required[PublicKey]
    gateway: NotRequired[Address]


class WechatTable(RailTable):
    mch_id: Required[Digits]
    app_id: Required[Short]
    serial_no: Required[Annotated[str, StringConstraints(pattern=_SERIAL)]]
    private_key: Required[PrivateKey]
    apiv3_key: Required[Annotated[str, AfterValidator(_apiv3_key)]]
    public_key: Required[PublicKey]
    public_key_id: Required[Short]
    certificates: NotRequired[Annotated[ListOf[Certificate], Field(max_length=10)]]
    gateway: NotRequired[Address]


class StripeTable(RailTable):
    secret_key: Required[Annotated[str, StringConstraints(pattern=_STRIPE_KEY)]]
    webhook_secret: Required[Annotated[str, AfterValidator(_stripe_secret)]]
    gateway: NotRequired[Address]


class MerchantTable(RailTable):
    url: Required[Address]
    secret: Required[Annotated[str, AfterValidator(_signing_secret)]]
    query_url: NotRequired[Address]


_TABLES: dict[RailKind, TypeAdapter[Any]] = {
    "alipay": TypeAdapter(Annotated[AlipayTable, gives(AlipayConfig)]),
    "wechat": TypeAdapter(Annotated[WechatTable, gives(WechatConfig)]),
    "stripe": TypeAdapter(Annotated[StripeTable, gives(StripeConfig)]),
    "merchant": TypeAdapter(Annotated[MerchantTable, gives(MerchantConfig)]),
}


def read_rail_file(kind: RailKind, path: Path) -> RailConfig:
    """The config of a TOML file, its keys read in. Raises RailFileError."""
    return read_rail(kind, rail_file_table(path), in_files=True)


def rail_file_table(path: Path) -> dict[str, Any]:
    """The file's table with its keys read in, not checked yet. Raises RailFileError where a file cannot be read."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise RailFileError((("(file)", f"cannot be read: {error.strerror}"),)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RailFileError((("(file)", f"is no TOML: {error}"),)) from None
    for name, file_key in _IN_FILES.items():
        if file_key in data:
            data[name] = _read_in(file_key, data.pop(file_key), path.parent)
    return data


def _read_in(key: str, named: object, folder: Path) -> object:
    if isinstance(named, list):
        return [_read_in(f"{key}[{place}]", each, folder) for place, each in enumerate(named)]
    if not isinstance(named, str) or not named:
        raise RailFileError(((key, "must be the path of a file"),))
    try:
        with (folder / named).open("rb") as file:
            return file.read(LARGEST_KEY_FILE).decode("utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        raise RailFileError(((key, "cannot be read"),)) from None


def read_rail_text(kind: RailKind, text: str) -> RailConfig:
    """A table in TOML that holds the keys themselves: what was pasted. Raises RailFileError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RailFileError((("(file)", f"is no TOML: {error}"),)) from None
    return read_rail(kind, data)


def read_rail(kind: RailKind, data: Mapping[str, Any], *, in_files: bool = False) -> RailConfig:
    """A table that holds the keys themselves: what is stored, or what was posted. Raises RailFileError; `in_files`: its
    keys are named as the file names them."""
    try:
        return cast(RailConfig, _TABLES[kind].validate_python(dict(data), strict=True, extra="forbid"))
    except ValidationError as error:
        problems = ((_named(path, in_files=in_files), reason) for path, reason in problems_of(error, _RAIL_REASONS))
        raise RailFileError(tuple(problems)) from None


def _named(path: tuple[int | str, ...], *, in_files: bool) -> str:
    first, *rest = path or ("(file)",)
    return bracketed((_IN_FILES.get(str(first), first) if in_files else first, *rest))
