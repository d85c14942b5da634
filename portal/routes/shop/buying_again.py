"""再次购买: what can be bought again now, and the way to the shop's basket."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.pages.shop.buying_again import buy_again_page
from portal.routes.shop import shop
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.guards import signed_in


@shop.get("/orders/<order_no>/buy-again")
@signed_in
def buy_again(order_no: str) -> ResponseReturnValue:
    page = buy_again_page(order_no=order_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    return respond("pages/shop/buying_again.html", "fragments/shop/buying_again.html", page=page)
