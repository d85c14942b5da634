"""核实退款: what a person has found out about a refund of which nobody could be asked."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.domain.results import Done
from portal.forms import Offer, ParkedForm
from portal.pages.staff.parked import parked_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.refunds.confirm_refund import confirm_refund
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

OUTCOMES = ("arrived", "not_paid")


@staff.route("/refunds/<refund_no>/parked", methods=["GET", "POST"])
@staff_may("write", "refunds")
@idempotent
def parked(refund_no: str) -> ResponseReturnValue:
    """`outcome` = arrived, not_paid (it is sent once more); `reference`, needed where it has arrived."""
    form = ParkedForm(offer=Offer(reasons=OUTCOMES))
    if not form.validate_on_submit():
        return _page(refund_no, form, status=422 if form.errors else 200)
    try:
        return go(".refunds", notice=_act(refund_no, form))
    except Conflict as conflict:
        changed = Changed(who="staff", what=conflict.what, at=conflict.at)
        return _page(refund_no, form, status=409, changed=changed)


def _act(refund_no: str, form: ParkedForm) -> Done:
    if form.outcome.data == "not_paid":
        return retry_refund_now(refund_no=refund_no, actor=current_actor(), request_id=sent(), deps=deps())
    reference, by = form.reference.data or "", current_actor()
    return confirm_refund(refund_no=refund_no, reference=reference, actor=by, request_id=sent(), deps=deps())


def _page(
    refund_no: str, form: ParkedForm, *, status: int = 200, changed: Changed | None = None
) -> ResponseReturnValue:
    page = parked_page(refund_no=refund_no, actor=current_actor(), deps=deps())
    template = "pages/staff/parked.html"
    return respond(template, template, status=status, page=page, form=form, changed=changed)
