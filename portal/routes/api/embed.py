"""A merchant's server hands its customer over: a one-time code for the page it is about to send (EMBEDDING)."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.embedding.hand_over import read_request
from portal.domain.errors import Invalid
from portal.routes.api import api
from portal.routes.api.body import json_body
from portal.services.embedding.hand_over import issue_code
from portal.web.answers.stashed_form import is_page
from portal.web.request.current import deps
from portal.web.security.guards import shop_token, token_shop

_LONGEST_KEY = 200


@api.post("/embed/sessions")
@shop_token("embed")
def post_embed_session() -> ResponseReturnValue:
    """`customer`, `orders?`, `locale?`, `path?` → 201 `url`, `code`, `expires_at`; the code is good once, for 60 s."""
    shop, handover = token_shop(), read_request(json_body())
    if handover.path and not is_page(current_app, f"/embed/{shop.key}{handover.path.partition('?')[0]}"):
        raise Invalid((("path", "is no page of the portal"),))
    key = request.headers.get("Idempotency-Key", "")[:_LONGEST_KEY]
    issued = issue_code(handover=handover, shop_id=shop.id, idempotency_key=key, deps=deps())
    url = url_for("frame.start_page", shop_key=shop.key, code=issued.code)
    return {"url": url, "code": issued.code, "expires_at": issued.expires_at.isoformat()}, 201
