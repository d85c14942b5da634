"""Calls to WeChat Pay v3 by wechatpayv3, each with a time limit. The library verifies what came with status 2xx, and
raises a bare Exception where it cannot: after sending, every exception is ProviderUnavailable (PAYMENTS)."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

from wechatpayv3.utils import build_authorization

from portal.adapters.bill_files import fetched
from portal.adapters.time_limit import within
from portal.adapters.wechat_keys import CONNECT_TIMEOUT, Verifier, library_of, serial_of, verifiers_of
from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.rails import WechatConfig

_ASK_AGAIN = frozenset(
    "SYSTEM_ERROR BIZERR_NEED_RETRY FREQUENCY_LIMITED FREQUENCY_LIMIT_EXCEED RATELIMIT_EXCEEDED RATE_LIMIT_EXCEED"
    " INVALID_REQ_TOO_MUCH SIGN_ERROR".split()
)
_NOTHING_KNOWN = (401, 408, 429)
_NAME = "after-sales-portal"


@dataclass(frozen=True, slots=True)
class WechatReply:
    """`refusal`: the code of a refusal that is certain, "" where the call was accepted."""

    said: Mapping[str, Any]
    refusal: str = ""


class WechatClient:
    """Of one shop's account. Constructing it calls nobody and never fails."""

    def __init__(self, config: WechatConfig) -> None:
        self._config = config

    @cached_property
    def _library(self) -> Any:
        return library_of(self._config)

    @cached_property
    def _verifiers(self) -> dict[str, Verifier]:
        return verifiers_of(self._config, self._library)

    def load_keys(self) -> None:
        """Raises ValueError where a key is none."""
        assert self._verifiers

    def call(self, ask: Callable[[Any], tuple[int, Any]]) -> WechatReply:
        """What `ask` does with the library. Raises ProviderUnavailable wherever it is not certain what was done."""
        status, message = self._call(ask, CONNECT_TIMEOUT + 2 * self._config.timeout)
        said = _json(message)
        if 200 <= status < 300:
            return WechatReply(said if said is not None else {})
        code = str((said or {}).get("code", ""))[:60]
        if not code or not 400 <= status < 500 or status in _NOTHING_KNOWN or code in _ASK_AGAIN:
            raise ProviderUnavailable("wechat", code or f"HTTP {status}")
        return WechatReply(said or {}, code)

    @contextmanager
    def bill(self, url: str) -> Iterator[IO[bytes]]:
        """A bill. It is not signed, but its hash is, in the answer that names it. The library signs, and would hold all
        of it in memory. Raises ProviderUnavailable."""
        core = self._library._core
        if not url.startswith(f"{core._gate_way}/"):
            raise ProviderUnavailable("wechat", "bill: elsewhere")
        account = (core._mchid, core._cert_serial_no, core._private_key)
        signed = build_authorization(url.removeprefix(core._gate_way), "GET", *account)
        headers = {"Authorization": signed, "Accept": "application/json", "User-Agent": _NAME}
        try:
            with fetched(url, provider="wechat", timeout=self._config.timeout, headers=headers) as file:
                yield file
        except (OSError, http.client.HTTPException) as error:
            raise ProviderUnavailable("wechat", f"bill: {type(error).__name__}") from None

    def can_verify(self, serial: str) -> bool:
        """Of a key or certificate that is known here: of any other the library would ask WeChat, in our name, because
        a stranger has named it."""
        try:
            return serial_of(serial) in self._verifiers
        except Exception:
            return False

    def opened(self, serial: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any] | None:
        """A callback, verified and decrypted; None where its signature or its encryption is wrong. Calls nobody."""
        try:
            verifier = self._verifiers[serial_of(serial)]
            found = verifier.library.callback({**headers, "Wechatpay-Serial": verifier.serial}, body)
        except Exception:
            return None
        return found if isinstance(found, dict) and isinstance(found.get("resource"), dict) else None

    def _call(self, ask: Callable[[Any], tuple[int, Any]], seconds: float) -> tuple[int, Any]:
        try:
            return within(seconds, lambda: ask(self._library))
        except Exception as error:
            raise ProviderUnavailable("wechat", _reason_of(error)) from None


def _json(message: Any) -> dict[str, Any] | None:
    try:
        found = json.loads(message or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _reason_of(error: Exception) -> str:
    """A code for operators; the texts of these errors may repeat addresses."""
    if str(error) == "failed to verify the signature":
        return "bad_signature"
    is_late = isinstance(error, TimeoutError) or "Timeout" in type(error).__name__
    return "timeout" if is_late else type(error).__name__
