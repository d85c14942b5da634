"""延后发货: another day to be shipped to by, or the promised one again."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.results import Done
from portal.forms import LaterForm
from portal.pages.shop.postponing import later_page
from portal.routes.shop import shop
from portal.services.orders.postpone_shipping import postpone_shipping
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.security.guards import signed_in


@shop.route("/orders/<order_no>/later", methods=["GET", "POST"])
@signed_in
@idempotent
def later(order_no: str) -> ResponseReturnValue:
    """`date`, `note`; `revoke` takes back what was agreed."""
    page = later_page(order_no=order_no, actor=current_actor(), deps=deps())
    form = LaterForm(first=page.first, last=page.last)
    if form.validate_on_submit():
        return follow(_postpone(order_no, form))
    status = 422 if form.errors else 200
    return respond("pages/shop/postponing.html", "fragments/shop/postponing.html", page=page, form=form, status=status)


def _postpone(order_no: str, form: LaterForm) -> Done:
    return postpone_shipping(
        order_no=order_no,
        day=form.day,
        note="" if form.is_revoked else form.note.data or "",
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )
