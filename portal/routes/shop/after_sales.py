"""申请售后: one entry that asks what happened and leads to the application that fits."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.shop.after_sales import after_sales_page
from portal.routes.shop import shop
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.security.guards import signed_in


@shop.get("/orders/<order_no>/after-sales")
@signed_in
def after_sales(order_no: str) -> ResponseReturnValue:
    """`received`, `faulty`, `keep` = yes, no: the answers given so far."""
    page = after_sales_page(
        order_no=order_no,
        answers=request.args,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )
    return respond("pages/shop/after_sales.html", "fragments/shop/after_sales.html", page=page)
