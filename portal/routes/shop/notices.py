"""消息: what the customer was told."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.shop.notices import mark_notices_read, notices_page
from portal.routes.shop import shop
from portal.web.answers.respond import go, part_of, respond
from portal.web.request.current import (
    current_actor,
    current_locale,
    current_session,
    current_shop,
    deps,
    shop_name,
)
from portal.web.security.guards import all_orders


@shop.get("/notices")
@all_orders
def notices() -> ResponseReturnValue:
    page = notices_page(
        after=request.args.get("after", ""),
        actor=current_actor(),
        shop_name=shop_name(),
        settings=current_shop().settings,
        locale=current_locale(),
        zone=current_session().zone,
        deps=deps(),
    )
    return respond("pages/shop/notices.html", part_of("notices", more="notice_cards"), page=page)


@shop.post("/notices/read")
@all_orders
def notices_read() -> ResponseReturnValue:
    mark_notices_read(actor=current_actor(), deps=deps())
    return go(".notices")
