"""A counter-offer on the desk: made, made again, or taken back while its customer has not answered (P13)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.results import Done
from portal.forms import ActForm, OfferForm
from portal.pages.staff.offering import find_offer_desk
from portal.routes.staff import staff
from portal.routes.staff.case import desk_changed, desk_page
from portal.routes.staff.offering_forms import offer_form
from portal.services.cases.offer import Proposal, offer_instead, take_offer_back
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may


@staff.route("/cases/<case_no>/offer", methods=["GET", "POST"])
@staff_may("write", "cases")
@idempotent
def offer(case_no: str) -> ResponseReturnValue:
    """`kind` = amount, keep; `amount`, `body`."""
    form = sent_offer(case_no)
    if not form.validate_on_submit():
        return desk_page(case_no, status=422 if form.errors else 200, offer=form)
    try:
        return follow(_offer(case_no, form))
    except Conflict as conflict:
        return desk_changed(case_no, conflict, offer=form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return desk_page(case_no, status=422, offer=form)


@staff.post("/cases/<case_no>/offer/take-back")
@staff_may("write", "cases")
@idempotent
def offer_take_back(case_no: str) -> ResponseReturnValue:
    form = ActForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, act=form)
    try:
        return follow(take_offer_back(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps()))
    except Conflict as conflict:
        return desk_changed(case_no, conflict)


def sent_offer(case_no: str) -> OfferForm:
    """With the kinds of this case, all of them where none can be made: the service says why."""
    found = find_offer_desk(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    return offer_form(found, is_sent=True)


def _offer(case_no: str, form: OfferForm) -> Done:
    return offer_instead(
        case_no=case_no,
        proposal=Proposal(kind=form.kind.data, amount=form.typed_amount, body=form.body.data or ""),
        shown=form.shown.data or None,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )
