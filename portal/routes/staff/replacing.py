"""What the shop sends its customer: the parcel has left, it has arrived, or its money goes back instead."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.results import Done
from portal.forms import ActForm, NoStockForm, RefundInsteadForm, ReplacementForm
from portal.routes.staff import staff
from portal.routes.staff.case import desk_changed, desk_page
from portal.services.replacing.no_stock import report_no_stock
from portal.services.replacing.refund_instead import refund_instead as refund_instead_of
from portal.services.replacing.send_replacement import replacement_arrived, send_replacement
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.post("/cases/<case_no>/replacement")
@staff_may("write", "receive")
@idempotent
def replacement(case_no: str) -> ResponseReturnValue:
    """`carrier`, `tracking_no` of the parcel that goes to the customer."""
    form = ReplacementForm()
    if not form.validate():
        return desk_page(case_no, status=422, replacement=form)
    values = {"carrier": form.carrier.data or "", "tracking_no": form.tracking_no.data or ""}
    try:
        done = send_replacement(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps(), **values)
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return desk_page(case_no, status=422, replacement=form)
    return follow(done)


@staff.post("/cases/<case_no>/replacement/arrived")
@staff_may("write", "receive")
@idempotent
def replacement_came(case_no: str) -> ResponseReturnValue:
    """The parcel is with the customer."""
    form = ActForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422)
    try:
        done = replacement_arrived(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    return follow(done)


@staff.post("/cases/<case_no>/refund-instead")
@staff_may("write", "cases")
@idempotent
def refund_instead(case_no: str) -> ResponseReturnValue:
    """`reason`: why it cannot be sent."""
    form = RefundInsteadForm()
    if not form.validate():
        return desk_page(case_no, status=422, refund_instead=form)
    try:
        return follow(_refund_instead(case_no, form))
    except Conflict as conflict:
        return desk_changed(case_no, conflict, refund_instead=form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
    return desk_page(case_no, status=422, refund_instead=form)


@staff.post("/cases/<case_no>/no-stock")
@staff_may("write", "cases")
@idempotent
def no_stock(case_no: str) -> ResponseReturnValue:
    """`reason`: what the customer reads besides."""
    form = NoStockForm()
    if not form.validate():
        return desk_page(case_no, status=422, no_stock=form)
    try:
        return follow(_no_stock(case_no, form))
    except Conflict as conflict:
        return desk_changed(case_no, conflict, no_stock=form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
    return desk_page(case_no, status=422, no_stock=form)


def _no_stock(case_no: str, form: NoStockForm) -> Done:
    return report_no_stock(
        case_no=case_no,
        reason=form.reason.data or "",
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or "",
        deps=deps(),
    )


def _refund_instead(case_no: str, form: RefundInsteadForm) -> Done:
    return refund_instead_of(
        case_no=case_no,
        reason=form.reason.data or "",
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or "",
        deps=deps(),
    )
