"""Our cookies: names, flags, and sealed values (SECURITY, cookies).

Where PORTAL_BASE_URL is https every name begins with `__Host-` and the cookie is Secure; on plain http it is not. In a
frame all of them have other names and are Secure and Partitioned: no name is ever good in both places (EMBEDDING).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from flask import Response, current_app, g, request

from portal.web.request.places import FRAME, is_frame_request

LONGEST = 3500
STRICT = frozenset(
    (
        "portal_staff portal_staff_joining portal_staff_pending portal_staff_company portal_behalf portal_unmasked "
        "portal_queue"
    ).split()
)
"""Never sent along from another site, not even with a link: the cookies of staff, and that by which they act in a
customer's place."""


def _full(name: str) -> str:
    if is_frame_request():
        return f"__Secure-{name.replace('portal', 'portal_frame', 1)}"
    return f"__Host-{name}" if current_app.config["PORTAL_HTTPS"] else name


def read_cookie(name: str) -> str:
    cookies, full = request.cookies, _full(name)
    return cookies[full] if full in cookies else ""  # noqa: SIM401 - `get` lets werkzeug build an error page first


def has_cookies() -> bool:
    """Whether this browser brought back anything that we gave it in this place."""
    return any(name.startswith(_full("portal")) for name in request.cookies)


def write_cookie(name: str, value: str, *, life: timedelta | None = None) -> None:
    """Sent with this request's answer. Without `life` it ends with the browser."""
    g.setdefault("cookies", {})[name] = (value, life)


def drop_cookie(name: str) -> None:
    if read_cookie(name):
        write_cookie(name, "", life=timedelta(0))


def read_sealed(name: str) -> dict[str, Any] | None:
    """What `write_sealed` wrote, None where there is nothing, it is too old or is not ours."""
    sealed = read_cookie(name)
    if not sealed:
        return None
    deps = current_app.extensions["portal"]
    try:
        content = json.loads(deps.vault.decrypt(f"cookie {name}", sealed))
    except ValueError:
        return None
    return content["value"] if content["until"] > deps.clock.now().timestamp() else None


def write_sealed(name: str, value: dict[str, Any], *, life: timedelta) -> bool:
    """Encrypted, so nobody reads or changes it on the way. False where it is too long for a cookie."""
    deps = current_app.extensions["portal"]
    until = (deps.clock.now() + life).timestamp()
    sealed = deps.vault.encrypt(f"cookie {name}", json.dumps({"value": value, "until": until}, separators=(",", ":")))
    if len(sealed) > LONGEST:
        return False
    write_cookie(name, sealed, life=life)
    return True


def send_cookies(response: Response) -> Response:
    is_framed = is_frame_request()
    for name, (value, life) in g.get("cookies", {}).items():
        response.set_cookie(
            _full(name),
            value,
            max_age=life,
            path=FRAME if is_framed else "/",
            secure=is_framed or current_app.config["PORTAL_HTTPS"],
            httponly=True,
            samesite="None" if is_framed else "Strict" if name in STRICT else "Lax",
            partitioned=is_framed,
        )
    return response
