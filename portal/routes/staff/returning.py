"""Goods that come back: receiving them by their number, inspecting them, sending on what was not accepted."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.results import Done
from portal.forms import COUNTS, ActForm, DeliveredToCustomerForm, InspectForm, Offer, ParcelBackForm, lines_as_sent
from portal.pages.staff.returning import find_goods
from portal.routes.staff import staff
from portal.routes.staff.case import desk_changed, desk_page
from portal.routes.staff.returning_forms import inspect_form
from portal.routes.staff.warehouse import next_parcel
from portal.services.returning.inspect import InspectionReport, inspect_goods
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.send_back import delivered_to_customer, send_goods_back
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.staff_guards import staff_may


@staff.route("/cases/<case_no>/receive", methods=["GET", "POST"])
@staff_may("write", "receive")
@idempotent
def receive(case_no: str) -> ResponseReturnValue:
    """The parcel is here."""
    form = ActForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422 if form.errors else 200)
    try:
        done = receive_goods(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    return next_parcel(done)


@staff.route("/cases/<case_no>/inspect", methods=["GET", "POST"])
@staff_may("write", "inspect")
@idempotent
def inspect(case_no: str) -> ResponseReturnValue:
    """`received-<line_id>`, `accept-<line_id>`, `resellable-<line_id>`, `reject-<line_id>`, `why`, `reason`, `photos`;
    `extra`, `extra_what`, `extra_then` of what came besides."""
    if request.method != "POST":
        return desk_page(case_no)
    form = _sent_form(case_no)
    receive_uploads(form.photos, case_no=case_no)
    if form.photos.is_side_step:
        return desk_page(case_no, status=422 if form.photos.errors else 200, inspect=form)
    if not form.validate():
        return desk_page(case_no, status=422, inspect=form)
    try:
        return next_parcel(_inspect(case_no, form))
    except Conflict as conflict:
        return desk_changed(case_no, conflict, inspect=form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
    return desk_page(case_no, status=422, inspect=form)


@staff.post("/cases/<case_no>/inspect/quote")
@staff_may("write", "inspect")
def inspect_quote(case_no: str) -> ResponseReturnValue:
    """Computes only: what saying this would pay. Files that came with it are kept."""
    form = _sent_form(case_no)
    receive_uploads(form.photos, case_no=case_no)
    form.found.validate(form)
    found = form.found.data if form.found.has_sum else None
    return desk_page(case_no, status=422 if form.found.errors else 200, found=found, inspect=form)


@staff.post("/cases/<case_no>/return-parcel")
@staff_may("write", "receive")
@idempotent
def return_parcel(case_no: str) -> ResponseReturnValue:
    """`carrier`, `tracking_no` of the parcel that goes to the customer."""
    form = ParcelBackForm()
    if not form.validate():
        return desk_page(case_no, status=422, parcel_back=form)
    values = {"carrier": form.carrier.data or "", "tracking_no": form.tracking_no.data or ""}
    try:
        done = send_goods_back(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps(), **values)
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return desk_page(case_no, status=422, parcel_back=form)
    return follow(done)


@staff.post("/cases/<case_no>/handed-over")
@staff_may("write", "receive")
@idempotent
def handed_over(case_no: str) -> ResponseReturnValue:
    """`handed_over` = taken, refused: what became of the parcel at the customer's door."""
    form = DeliveredToCustomerForm()
    if not form.validate():
        return desk_page(case_no, status=422, handed_over=form)
    is_taken, key = form.handed_over.data == "taken", sent()
    try:
        done = delivered_to_customer(
            case_no=case_no, accepted=is_taken, actor=current_actor(), request_id=key, deps=deps()
        )
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    return follow(done)


def _inspect(case_no: str, form: InspectForm) -> Done:
    report = InspectionReport(
        found=form.found.data,
        reason=form.reason_said,
        photo_ids=form.photos.data,
        unannounced=form.unannounced,
    )
    return inspect_goods(
        case_no=case_no,
        report=report,
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or None,
        deps=deps(),
    )


def _sent_form(case_no: str) -> InspectForm:
    """Of goods that nobody has booked in, or that were inspected already, as it came: the service says what holds."""
    goods = find_goods(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    if goods and goods.may_inspect:
        return inspect_form(goods, is_sent=True)
    return _form_as_sent()


def _form_as_sent() -> InspectForm:
    return InspectForm(offer=Offer(lines=lines_as_sent(request.form, counts=COUNTS)))
