"""商家的新方案: accepted or declined by the customer."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.forms import OfferAnswerForm
from portal.pages.shop.offering import offer_page
from portal.routes.shop import shop
from portal.services.cases.answer_offer import answer_offer
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/offer", methods=["GET", "POST"])
@signed_in
@idempotent
def offer(case_no: str) -> ResponseReturnValue:
    """`answer` = accept, refuse."""
    page = offer_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    form = OfferAnswerForm(shown=page.shown)
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return respond("pages/shop/offer.html", "fragments/shop/offer.html", page=page, form=form, status=status)
    chosen = {"case_no": case_no, "answer": form.answer.data, "shown": form.shown.data or None}
    return follow(answer_offer(**chosen, actor=current_actor(), request_id=sent(), deps=deps()))
