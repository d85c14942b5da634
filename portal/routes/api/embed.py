"""A merchant's server hands its customer over: a one-time code for the page it is about to send (EMBEDDING)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.embedding.hand_over import read_request
from portal.domain.errors import Invalid
from portal.routes.api import api
from portal.routes.api.body import json_body, once
from portal.services.embedding.hand_over import issue_code
from portal.web.answers.stashed_form import is_page
from portal.web.request.current import deps
from portal.web.security.guards import shop_token, token_shop


def _address() -> str:
    """Where customers reach the portal: PORTAL_BASE_URL, at the port that was called where it is the same host's."""
    ours, called = urlsplit(deps().base_url), urlsplit(request.host_url)
    return f"{ours.scheme}://{called.netloc if called.hostname == ours.hostname else ours.netloc}"


@api.post("/embed/sessions")
@shop_token("embed")
def post_embed_session() -> ResponseReturnValue:
    """`customer`, `orders?`, `locale?`, `path?` → 201 `url`, `code`, `expires_at`; the code is good once, for 60 s."""
    body = json_body()
    shop, handover, sent = token_shop(), read_request(body), once(body)
    if handover.path and not is_page(current_app, f"/embed/{shop.key}{handover.path.partition('?')[0]}"):
        raise Invalid((("path", "is no page of the portal"),))
    key = sent.request_id if sent else ""
    issued = issue_code(handover=handover, shop_id=shop.id, idempotency_key=key, deps=deps())
    url = f"{_address()}{url_for('frame.start_page', shop_key=shop.key, code=issued.code)}"
    return {"url": url, "code": issued.code, "expires_at": issued.expires_at.isoformat()}, 201
