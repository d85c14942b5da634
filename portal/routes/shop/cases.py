"""售后: the list and the page of a case."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.forms import MessageForm, OfferAnswerForm, ShipmentForm
from portal.pages.shop.archived import case_or_archived
from portal.pages.shop.cases import cases_page
from portal.routes.shop import shop
from portal.web.answers.conditional import unchanged
from portal.web.answers.respond import part_of, respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.security.guards import customers_only, signed_in


@shop.get("/cases")
@customers_only
def cases() -> ResponseReturnValue:
    if same := unchanged():
        return same
    page = cases_page(after=request.args.get("after", ""), actor=current_actor(), deps=deps())
    return respond("pages/shop/cases.html", part_of("cases", more="case_cards"), page=page)


@shop.get("/cases/<case_no>")
@signed_in
def case(case_no: str) -> ResponseReturnValue:
    if same := unchanged():
        return same
    page = case_or_archived(
        case_no=case_no,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )
    part = "refunds_polled" if request.args.get("part") == "refunds" else "case"
    forms = {"form": MessageForm(), "parcel_form": ShipmentForm(None)}
    if page.offer:
        forms["offer_form"] = OfferAnswerForm(None, shown=page.offer.shown)
    return respond("pages/shop/case.html", f"fragments/shop/{part}.html", page=page, **forms)
