"""A customer's credit with the shop: read, given and spent by the shop's program (P10)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.pages.api.credit import credit_facts
from portal.routes.api import api
from portal.routes.api.body import json_body, once
from portal.schemas.credit_body import read_credit
from portal.services.credit.book_credit import book_credit
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token, token_shop


@api.get("/customers/<customer>/credit")
@shop_token("credit:read")
def get_credit(customer: str) -> ResponseReturnValue:
    return credit_facts(customer=customer, actor=feed_actor(), deps=deps())


@api.post("/customers/<customer>/credit")
@shop_token("credit:write")
def post_credit(customer: str) -> ResponseReturnValue:
    """409 where there is less than is to be spent, or the number names another change."""
    body = json_body()
    entry = read_credit(body, currency=token_shop().settings.currency)
    booked = book_credit(customer=customer, entry=entry, actor=feed_actor(), deps=deps(), request_id=once(body))
    told = {"balance": booked.balance.decimal(), "currency": booked.balance.currency}
    return {"result": "created" if booked.is_new else "unchanged", **told}, 201 if booked.is_new else 200
