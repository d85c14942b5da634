"""Calls to Alipay by python-alipay-sdk, each with a time limit, each answer verified.

The library raises whatever its parsing meets: of a refund that was made just as well as of one that was not (PAYMENTS,
what the libraries do to you). So every exception after sending is ProviderUnavailable: nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.error import HTTPError

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig

from portal.adapters.rail_values import in_shanghai
from portal.adapters.time_limit import within
from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.rails import AlipayConfig
from portal.ports import Clock

_SUB_CODE = re.compile(r'"sub_code"\s*:\s*"([A-Za-z0-9._-]{1,60})"')
_NO_BRACES = str.maketrans("{}", "()")


class AlipayClient:
    """Of one shop's account. Constructing it calls nobody and never fails."""

    def __init__(self, config: AlipayConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock

    @cached_property
    def _sdk(self) -> Any:
        """Raises ValueError where a key is none."""
        sdk = AliPay(
            appid=self._config.app_id,
            app_private_key_string=self._config.private_key,
            alipay_public_key_string=self._config.alipay_public_key,
            sign_type="RSA2",
            config=AliPayConfig(timeout=self._config.timeout),
        )
        if self._config.gateway:
            sdk._gateway = self._config.gateway
        return sdk

    def load_keys(self) -> None:
        """Raises ValueError where a key is none, or the private one is not private."""
        sdk = self._sdk
        if not sdk.app_private_key.has_private():
            raise ValueError("not a private key")

    def call(self, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The verified answer, whatever its code. Raises ProviderUnavailable."""
        try:
            sent = without_braces(content)
            at = in_shanghai(self._clock.now())
            reply = within(2 * self._config.timeout, lambda: self._sdk.server_api(method, sent, timestamp=at))
        except Exception as error:
            raise ProviderUnavailable("alipay", _reason_of(error)) from None
        if not isinstance(reply, dict):
            raise ProviderUnavailable("alipay", "no_answer")
        return reply

    def page_address(self, method: str, content: Mapping[str, Any], **back: str) -> str:
        """Where a browser is sent: signed here, nobody is called. `back`: `notify_url` and `return_url`, "" for none.
        Raises ProviderUnavailable without a working key."""
        named = {"timestamp": in_shanghai(self._clock.now()), **back}
        try:
            return f"{self._sdk._gateway}?{self._sdk.client_api(method, without_braces(content), **named)}"
        except Exception as error:
            raise ProviderUnavailable("alipay", _reason_of(error)) from None

    def is_genuine(self, values: Mapping[str, str], signature: str) -> bool:
        """Whether Alipay signed these values of a notice."""
        try:
            return bool(self._sdk.verify(dict(values), signature))
        except Exception:
            return False


def without_braces(value: Any) -> Any:
    """The library finds what was signed by counting braces, and answers repeat what was sent: none goes out."""
    if isinstance(value, str):
        return value.translate(_NO_BRACES)
    if isinstance(value, Mapping):
        return {key: without_braces(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_braces(inner) for inner in value]
    return value


def _reason_of(error: Exception) -> str:
    """A code for operators. The texts of these errors repeat whole answers, so they are not passed on."""
    if isinstance(error, AliPayException):
        found = _SUB_CODE.search(str(error))
        return found[1] if found else "unsigned"
    if isinstance(error, AliPayValidationError):
        return "bad_signature"
    if isinstance(error, HTTPError):
        error.close()
        return f"HTTP {error.code}"
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__
