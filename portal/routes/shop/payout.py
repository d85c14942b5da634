"""退款方式: as it was paid, or as credit with the shop."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.results import Done
from portal.forms import PayoutForm
from portal.pages.shop.payout import payout_page
from portal.routes.shop import shop
from portal.services.refunds.choose_payout import choose_payout
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/payout", methods=["GET", "POST"])
@signed_in
@idempotent
def payout(case_no: str) -> ResponseReturnValue:
    """`to` = original, store_credit."""
    page = payout_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    form = PayoutForm(data={"to": "store_credit" if page.payout.is_credit else "original"})
    if form.validate_on_submit():
        return follow(_choose(case_no, form))
    status = 422 if form.errors else 200
    return respond("pages/shop/payout.html", "fragments/shop/payout.html", page=page, form=form, status=status)


def _choose(case_no: str, form: PayoutForm) -> Done:
    return choose_payout(case_no=case_no, to=form.to.data or "", actor=current_actor(), request_id=sent(), deps=deps())
