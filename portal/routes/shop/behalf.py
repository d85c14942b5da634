"""结束代客操作: the button on every page that staff read in a customer's place."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.routes.shop import shop
from portal.services.identity.act_for_customer import end_behalf
from portal.web.answers.respond import go_to
from portal.web.request.current import deps
from portal.web.security.behalf import behalf_session, stop_behalf
from portal.web.security.guards import signed_in


@shop.post("/behalf/end")
@signed_in
def behalf_end() -> ResponseReturnValue:
    """Back to the customer, or to the order of a guest, on the staff's pages."""
    session = behalf_session()
    end_behalf(session=session, deps=deps())
    stop_behalf()
    actor = session.actor
    if actor.kind == "guest":
        return go_to(url_for("staff.order", order_no=actor.order_no), notice="behalf_ended")
    return go_to(url_for("staff.customer", customer_id=actor.id), notice="behalf_ended")
