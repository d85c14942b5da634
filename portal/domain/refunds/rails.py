"""The rails that a shop may have of its own: how each provider is reached, and which payments it takes (INTERFACE, rail
files). Keys are of these values alone: none stands in their `repr`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

RailKind = Literal["alipay", "wechat", "stripe", "merchant"]
RAIL_KINDS: tuple[RailKind, ...] = ("alipay", "wechat", "stripe", "merchant")


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
