"""Text messages to a gateway: a JSON POST with `to`, `sender`, `body`, `message_id`, and `template_id` and `params`.

It answers 2xx once it has the message; 422, or 2xx with `{"accepted": false, "code": "…"}`, refuses this one for good.
Anything else is tried again.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from portal.adapters.sms_message import as_json
from portal.domain.errors import ProviderUnavailable, Undeliverable
from portal.domain.loopback import is_loopback
from portal.ports import TextMessage
from portal.ports.origin import origin_headers

_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}\Z", re.ASCII)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could carry a phone number to an address nobody configured."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


class HttpTexts:
    """`https://user:password@host/path`; http only on loopback. The message id goes along as Idempotency-Key."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        """Raises ValueError for a url that is not https."""
        parts = urlsplit(url)
        on_this_machine = is_loopback(parts.hostname)
        if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine)):
            raise ValueError("must be https://, or http:// on a loopback address")
        self._url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))
        self._headers = {"Content-Type": "application/json", **_authorization(parts.username, parts.password)}
        self._timeout = timeout
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if on_this_machine:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def send(self, message: TextMessage) -> None:
        request = urllib.request.Request(
            self._url,
            data=json.dumps(as_json(message), ensure_ascii=False).encode(),
            headers={**self._headers, **origin_headers(), "Idempotency-Key": message.message_id},
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                code = _refusal_in(answer.read(4096))
        except urllib.error.HTTPError as error:
            code = _refusal_in(error.read(4096)) or "422" if error.code == 422 else ""
            error.close()
            if code:
                raise Undeliverable("sms", code) from error
            raise ProviderUnavailable("sms", f"HTTP {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise ProviderUnavailable("sms", type(error).__name__) from error
        if code:
            raise Undeliverable("sms", code)


def _refusal_in(body: bytes) -> str:
    """The gateway's code where it says that it has not accepted the message, "" otherwise."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(said, dict) or said.get("accepted") is not False:
        return ""
    code = str(said.get("code", ""))
    return code if _CODE.match(code) else "refused"


def _authorization(user: str | None, password: str | None) -> dict[str, str]:
    if not user:
        return {}
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
