"""Everything that is held on a customer, for the shop that is asked for it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.api import api
from portal.services.records.export_customer import export_by_id
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token, token_shop


@api.get("/customers/<customer>/data")
@shop_token("customers:read")
def get_customer_data(customer: str) -> ResponseReturnValue:
    return export_by_id(customer=customer, shop_key=token_shop().key, actor=feed_actor(), deps=deps())
