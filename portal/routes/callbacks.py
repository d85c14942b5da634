"""Callbacks of rails: signed by the provider, so without a token of ours. 64 kB at most, as any body."""

from __future__ import annotations

from flask import Blueprint, Response, request

from portal.domain.errors import NotFound
from portal.ports import BadNotice
from portal.services.refunds.hear_rail import hear_rail
from portal.web.request.access_log import log
from portal.web.request.current import deps
from portal.web.security.csrf import csrf_exempt
from portal.web.security.guards import public

callbacks = Blueprint("callbacks", __name__)
PLAIN = "text/plain; charset=utf-8"


@callbacks.post("/callbacks/<shop>/<rail>")
@csrf_exempt
@public
def callback(shop: str, rail: str) -> Response:
    """`success` is what Alipay wants to read; to the others any 2xx is one. What is not to be believed is 400, whether
    or not there is such a rail: who guesses hears nothing of it."""
    body = request.get_data()
    try:
        hear_rail(shop_key=shop, kind=rail, headers=dict(request.headers), body=body, deps=deps())
    except (BadNotice, NotFound) as bad:
        log.warning("callback refused", rail=rail[:16], why=str(bad)[:80])
        return Response("failure", status=400, content_type=PLAIN)
    return Response("success", content_type=PLAIN)
