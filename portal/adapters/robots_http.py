"""Group robots of WeCom, DingTalk and Feishu, and plain JSON, by HTTPS to an address that an administrator typed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote_plus, urlsplit

from portal.adapters.pinned_http import WHOLE, NotAnswered, PinnedHttp, PrivateAddress, Resolve
from portal.domain.errors import ProviderUnavailable
from portal.ports import Clock, RobotAddress, RobotAnswer, RobotMessage

SHOWN = 300
_COME_AGAIN = (408, 429)


class HttpRobots:
    """The port `Robots`. `may_be_private`: networks that are not public may be reached, without TLS on loopback;
    `may_be_here`: this machine alone."""

    def __init__(
        self,
        clock: Clock,
        *,
        may_be_private: bool = False,
        may_be_here: bool = False,
        context: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
        whole: float = WHOLE,
    ) -> None:
        self._clock = clock
        reach = {"may_be_private": may_be_private, "may_be_here": may_be_here}
        self._http = PinnedHttp(**reach, context=context, resolve=resolve, whole=whole)

    def post(self, address: RobotAddress, message: RobotMessage) -> RobotAnswer:
        body = json.dumps(self._body(address, message), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            answer = self._http.send("POST", self._signed_url(address), headers, body)
        except PrivateAddress:
            return RobotAnswer(problem="private")
        except NotAnswered as error:
            raise ProviderUnavailable("robot", str(error)) from error
        if answer.status >= 500 or answer.status in _COME_AGAIN:
            raise ProviderUnavailable("robot", f"HTTP {answer.status}")
        return _judged(answer.status, answer.body, is_robot=address.form != "json")

    def _signed_url(self, address: RobotAddress) -> str:
        """DingTalk: by its own secret, over the time in milliseconds, in the address."""
        if address.form != "dingtalk" or not address.secret:
            return address.url
        at = str(int(self._clock.now().timestamp() * 1000))
        sign = _hmac(address.secret, f"{at}\n{address.secret}")
        mark = "&" if urlsplit(address.url).query else "?"
        return f"{address.url}{mark}timestamp={at}&sign={quote_plus(sign)}"

    def _body(self, address: RobotAddress, message: RobotMessage) -> dict[str, Any]:
        match address.form:
            case "wecom" | "dingtalk":
                return {"msgtype": "text", "text": {"content": message.text}}
            case "feishu":
                return {"msg_type": "text", "content": {"text": message.text}} | self._feishu_sign(address.secret)
            case "json":
                items = [asdict(item) for item in message.items]
                for item in items:
                    item["deadline"] = item["deadline"].isoformat() if item["deadline"] else None
                return {"shop": message.shop, "text": message.text, "items": items}

    def _feishu_sign(self, secret: str) -> dict[str, str]:
        """Feishu: over nothing, by the time in seconds and the secret as the key, in the body."""
        if not secret:
            return {}
        at = str(int(self._clock.now().timestamp()))
        return {"timestamp": at, "sign": _hmac(f"{at}\n{secret}", "")}


def _judged(status: int, raw: bytes, *, is_robot: bool) -> RobotAnswer:
    """The robots answer 200 to what they refuse, with a number other than 0."""
    text = raw.decode("utf-8", "replace")
    said = "".join(each for each in text if each.isprintable())[:SHOWN]
    if 300 <= status < 400:
        return RobotAnswer(problem="redirected", status=status, said=said)
    is_taken = 200 <= status < 300 and (not is_robot or _number(text) == 0)
    return RobotAnswer(problem="" if is_taken else "refused", status=status, said=said)


def _number(text: str) -> object:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, Mapping):
        return None
    return next((found[name] for name in ("errcode", "code", "StatusCode") if name in found), None)


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
