"""What the shop's own system says of refunds that it moves (INTERFACE, merchant rail)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.ports import RefundAnswer
from portal.routes.api import api
from portal.routes.api.body import json_body, once
from portal.schemas.result_body import ResultBody, read_result
from portal.services.refunds.take_result import take_result
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token


@api.post("/refunds/<refund>/result")
@shop_token("refunds:write")
def post_refund_result(refund: str) -> ResponseReturnValue:
    """409 for a refund of another rail, or one that was not asked for yet."""
    body = json_body()
    said = _said(read_result(body))
    done = take_result(refund_no=refund, said=said, actor=feed_actor(), request_id=once(body), deps=deps())
    return {"refund": done.refund_no, "state": done.state}


def _said(body: ResultBody) -> RefundAnswer:
    return RefundAnswer(
        outcome=body["state"],
        amount=body.get("amount"),
        reference=body.get("reference") or "",
        trace=body.get("trace") or "",
        reason=body.get("message") or "",
    )
