"""The rails that a shop may have of its own: how each provider is reached, and which payments it takes (INTERFACE, rail
files). Keys are of these values alone: none stands in their `repr`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Literal, TypeAlias

RailKind = Literal["alipay", "wechat", "stripe", "merchant"]
RAIL_KINDS: tuple[RailKind, ...] = ("alipay", "wechat", "stripe", "merchant")
SANDBOX = "sandbox"
"""The name of the installation's own rail, which moves nothing."""
APART: Mapping[str, timedelta] = {"wechat": timedelta(seconds=60)}
"""Between two refunds of one payment (PAYMENTS rule 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipayConfig:
    """`private_key` and `alipay_public_key` in PEM; `gateway` "" = Alipay's own; `timeout` in seconds, of each call."""

    methods: tuple[str, ...]
    app_id: str
    private_key: str = field(repr=False)
    alipay_public_key: str = field(repr=False)
    gateway: str = ""
    timeout: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatConfig:
    """`private_key` of the merchant, `public_key` and `certificates` of WeChat Pay, in PEM: both verify while WeChat
    moves from the one to the other. `apiv3_key`: 32 bytes; `serial_no`: of the merchant's certificate."""

    methods: tuple[str, ...]
    mch_id: str
    app_id: str
    serial_no: str
    private_key: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    public_key: str = field(repr=False)
    public_key_id: str
    certificates: tuple[str, ...] = field(default=(), repr=False)
    gateway: str = ""
    timeout: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeConfig:
    """`secret_key`: `sk_…` or a restricted `rk_…`; `webhook_secret`: `whsec_…`, of the endpoint of our callbacks."""

    methods: tuple[str, ...]
    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    gateway: str = ""
    timeout: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantConfig:
    """The shop's own system moves the money: `url` is asked to, signed by `secret` (`whsec_…`, Standard Webhooks);
    `query_url` "" = it cannot be asked what became of a refund."""

    methods: tuple[str, ...]
    url: str
    secret: str = field(repr=False)
    query_url: str = ""
    timeout: int = 10


RailConfig: TypeAlias = AlipayConfig | WechatConfig | StripeConfig | MerchantConfig


class RailFileError(ValueError):
    """`problems`: (key, reason) of everything that is wrong. No reason repeats what a key holds."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in problems))
        self.problems = problems


def kind_of(config: RailConfig) -> RailKind:
    """Whose config it is."""
    match config:
        case AlipayConfig():
            return "alipay"
        case WechatConfig():
            return "wechat"
        case StripeConfig():
            return "stripe"
        case MerchantConfig():
            return "merchant"


def account_of(config: RailConfig) -> tuple[str, str]:
    """Where its numbers mean something: another account has never seen them. Of Stripe no more is known than whether
    it is a test."""
    match config:
        case AlipayConfig():
            return config.app_id, config.gateway
        case WechatConfig():
            return config.mch_id, config.gateway
        case StripeConfig():
            return config.secret_key.split("_")[1], config.gateway
        case MerchantConfig():
            return config.url, config.query_url


def shown_config(config: RailConfig) -> tuple[tuple[str, str], ...]:
    """What may be shown of it, by key: of a key in PEM its fingerprint, of any other secret the last four."""
    return tuple(
        (each.name, _plain(value) if each.repr else _shown_secret(value))
        for each in fields(config)
        if (value := getattr(config, each.name)) not in ("", ())
    )


def _plain(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _shown_secret(value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_shown_secret, value))
    if value.startswith("-----"):
        return f"sha256:{hashlib.sha256(value.encode()).hexdigest()[:16]}"
    return f"…{value[-4:]}"


_COLLECTS: Mapping[str, tuple[str, ...]] = {"alipay": ("CNY",), "wechat": ("CNY",), "stripe": ()}
"""Rails that take fees from customers, and in which currencies; in any where none is named."""


def name_that_takes(
    method: str, rails: Mapping[str, tuple[str, ...]], *, sandbox: Literal["none", "alone", "demo"]
) -> str:
    """Which rail takes payments of this method now, "" where none does. `rails`: the shop's own, with their methods.

    The sandbox takes what no rail of the shop does where the installation is a `demo`; where it is only a machine of
    one's own it takes all (`alone`) until the shop has a rail: from then on nothing of it is pretended.
    """
    for name, methods in rails.items():
        if method in methods:
            return name
    return SANDBOX if sandbox == "demo" or (sandbox == "alone" and not rails) else ""


def name_that_collects(
    method: str, currency: str, rails: Mapping[str, tuple[str, ...]], *, sandbox: Literal["none", "alone", "demo"]
) -> str:
    """Which rail takes a fee in that currency by this method now, "" where none does: not every rail that gives money
    back can also take it. The sandbox steps in as in `name_that_takes`."""
    able = {name: methods for name, methods in rails.items() if _may_collect(name, currency)}
    return name_that_takes(method, able, sandbox="none" if sandbox == "alone" and rails else sandbox)


def _may_collect(name: str, currency: str) -> bool:
    currencies = _COLLECTS.get(name)
    return currencies is not None and (not currencies or currency in currencies)
