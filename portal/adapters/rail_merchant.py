"""The merchant rail: the shop's own system moves the money, asked by a signed message (INTERFACE, merchant rail).

Whatever happens after the message has left is unknown, and asked again under the same number: a broken connection, an
answer that is no JSON, a status other than 2xx. A system that has an address to be asked at is asked there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from standardwebhooks import Webhook

from portal.adapters.pinned_http import NotAnswered, PinnedAnswer, PinnedHttp, PrivateAddress
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.refunds.rails import MerchantConfig
from portal.ports import (
    BadNotice,
    CheckStep,
    Clock,
    CollectAnswer,
    CollectAsk,
    NoLookUp,
    RailNotice,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
)
from portal.ports.origin import origin_headers

LARGEST_ANSWER = 16_384
CHECKED = "rail.check"
"""The type of a message that only tries the connection."""
_NOT_PUBLIC = "the address is not a public one"
"""Nothing was sent there."""
_STATES: Mapping[object, Literal["pending", "succeeded", "failed"]] = {
    "pending": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
}


class MerchantRail:
    """The port `ConnectedRail`, for refunds. Fees are not collected by it."""

    name = "merchant"

    def __init__(self, config: MerchantConfig, clock: Clock, *, may_be_private: bool = False) -> None:
        self._config, self._clock = config, clock
        self._http = PinnedHttp(
            may_be_private=may_be_private, whole=config.timeout, read=config.timeout, largest=LARGEST_ANSWER
        )

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        """The same number is the same body and the same message id, however often it is sent. It is answered alike for
        good (INTERFACE), so one that has failed can never pay: what is tried again goes under the next."""
        if ask.failed_with not in (None, _NOT_PUBLIC):
            return RefundAnswer(outcome="number_spent")
        data = {
            "refund": ask.number,
            "order": ask.order_no,
            "payment": ask.payment_id,
            "reference": ask.payment_reference,
            "amount": ask.amount.decimal(),
            "currency": ask.amount.currency,
            "reason": ask.reason,
        }
        body = json.dumps({"type": "refund.requested", "data": data}, ensure_ascii=False)
        try:
            answer = self._send("POST", self._config.url, ask.number, body)
        except PrivateAddress:
            return RefundAnswer(outcome="failed", reason=_NOT_PUBLIC)
        except NotAnswered as error:
            if error.is_sent:
                raise ProviderUnavailable(self.name, str(error)) from error
            return RefundAnswer(outcome="unknown_number", reason=str(error))
        return self._read(answer, ask)

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        if not self._config.query_url:
            raise NoLookUp
        try:
            answer = self._send("GET", f"{self._config.query_url}/{quote(ask.number, safe='')}", ask.number, "")
        except (PrivateAddress, NotAnswered) as error:
            raise ProviderUnavailable(self.name, str(error)) from error
        if answer.status == 404:
            return RefundAnswer(outcome="unknown_number")
        return self._read(answer, ask)

    def refunds_since(self, since: datetime, until: datetime | None = None) -> tuple[RailRefund, ...]:  # noqa: ARG002
        # It has no books to be read.
        raise NoLookUp

    def collect(self, ask: CollectAsk) -> CollectAnswer:  # noqa: ARG002 - it takes nothing
        return CollectAnswer(outcome="unavailable")

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:  # noqa: ARG002 - it takes nothing
        return CollectAnswer(outcome="unknown_number")

    def payments_since(self, since: datetime, until: datetime | None = None) -> tuple[RailPayment, ...]:  # noqa: ARG002
        # It takes nothing.
        return ()

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> RailNotice | None:  # noqa: ARG002 - none is taken
        """Its results come by the machine API, under a token of the shop."""
        raise BadNotice("results of the merchant rail are posted to /api/v1/refunds/{refund}/result")

    def check(self) -> Iterable[CheckStep]:
        """A signed message is answered 2xx, one with a wrong signature is refused, and an unknown number is not
        found."""
        body = json.dumps({"type": CHECKED, "data": {}})
        signed = self._step("signed message", "POST", self._config.url, body)
        yield signed
        if not signed.is_ok:
            return
        forged = self._forged(body)
        yield forged
        if forged.is_ok and self._config.query_url:
            yield self._step("look-up", "GET", f"{self._config.query_url}/check-0", "", also=404)

    def _step(self, name: str, method: str, url: str, body: str, *, also: int = 200) -> CheckStep:
        try:
            answer = self._send(method, url, "check-0", body)
        except PrivateAddress:
            return CheckStep(name=name, is_ok=False, detail=_NOT_PUBLIC)
        except NotAnswered as error:
            return CheckStep(name=name, is_ok=False, detail=f"no answer: {error}")
        return CheckStep(name=name, is_ok=_is_fine(answer) or answer.status == also, detail=f"HTTP {answer.status}")

    def _forged(self, body: str) -> CheckStep:
        name = "wrong signature refused"
        try:
            answer = self._http.send("POST", self._config.url, self._headers("check-0", body + " "), body.encode())
        except (PrivateAddress, NotAnswered) as error:
            return CheckStep(name=name, is_ok=False, detail=f"no answer: {error}")
        is_refused = 400 <= answer.status < 500
        hint = "" if is_refused else ": it does not verify the signature"
        return CheckStep(name=name, is_ok=is_refused, detail=f"HTTP {answer.status}{hint}")

    def _send(self, method: str, url: str, message_id: str, body: str) -> PinnedAnswer:
        return self._http.send(method, url, self._headers(message_id, body), body.encode() if body else None)

    def _headers(self, message_id: str, body: str) -> dict[str, str]:
        """Of the Standard Webhooks specification; over nothing where there is no body."""
        now = self._clock.now()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self._config.secret).sign(message_id, now, body),
            **origin_headers(),
        }

    def _read(self, answer: PinnedAnswer, ask: RefundAsk) -> RefundAnswer:
        """Raises ProviderUnavailable where it says nothing that is certain."""
        if not _is_fine(answer):
            raise ProviderUnavailable(self.name, f"HTTP {answer.status}")
        if answer.status == 202 and not answer.body.strip():
            return RefundAnswer(outcome="pending")
        said = _parsed(answer)
        if said is None or said.get("state") not in _STATES:
            raise ProviderUnavailable(self.name, "an answer without a state")
        return RefundAnswer(
            outcome=_STATES[said["state"]],
            amount=self._amount(said, ask),
            reference=_text(said.get("reference"), 128),
            trace=_text(said.get("trace"), 64),
            reason=_text(said.get("message"), 200),
        )

    def _amount(self, said: Mapping[str, Any], ask: RefundAsk) -> Money | None:
        """What it says to have moved, where it does: it has to be what was asked for. Raises ProviderUnavailable."""
        if said.get("amount") is None:
            return None
        try:
            return parse_amount(said["amount"], str(said.get("currency") or ask.amount.currency))
        except BadMoney as error:
            raise ProviderUnavailable(self.name, "an answer whose amount is none") from error


def _is_fine(answer: PinnedAnswer) -> bool:
    return 200 <= answer.status < 300


def _parsed(answer: PinnedAnswer) -> dict[str, Any] | None:
    if not answer.is_whole:
        return None
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("state"), str) else None


def _text(said: object, longest: int) -> str:
    """Foreign text: on one line, and no longer than it is kept."""
    return "".join(each for each in said if each.isprintable())[:longest] if isinstance(said, str) else ""
