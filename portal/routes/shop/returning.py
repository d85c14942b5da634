"""寄回: the parcel and its proof; and the choice about goods that were not accepted."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.domain.results import Done
from portal.forms import RejectedForm, ShipmentForm
from portal.pages.shop.returning import rejected_page, shipment_page
from portal.pages.values.returning import ShipmentPage
from portal.routes.shop import shop
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.ship_back import ReturnShipment, ship_back
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/shipment", methods=["GET", "POST"])
@signed_in
@idempotent
def shipment(case_no: str) -> ResponseReturnValue:
    """`carrier`, `tracking_no`, `proof`, `freight_paid`."""
    if request.method != "POST":
        page = _shipment(case_no)
        return _page(page, _as_kept(page, case_no), 200)
    form = ShipmentForm()
    receive_uploads(form.proof, case_no=case_no)
    if form.proof.is_side_step or not form.validate():
        return _page(_shipment(case_no), form, 422 if form.errors else 200)
    try:
        done = _ship(case_no, form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _page(_shipment(case_no), form, 422)
    return follow(done)


@shop.route("/cases/<case_no>/rejected", methods=["GET", "POST"])
@signed_in
@idempotent
def rejected(case_no: str) -> ResponseReturnValue:
    """`choice` = send_back, give_up, appeal; an appeal has a page of its own."""
    page = rejected_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    form = RejectedForm(choices=page.choices)
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return respond("pages/shop/rejected.html", "fragments/shop/rejected.html", page=page, form=form, status=status)
    if form.choice.data == "appeal":
        return go(".appeal", case_no=case_no)
    return follow(_choose(case_no, form))


def _choose(case_no: str, form: RejectedForm) -> Done:
    return choose_rejected(
        case_no=case_no,
        choice=form.choice.data,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _ship(case_no: str, form: ShipmentForm) -> Done:
    shipment = ReturnShipment(
        carrier=form.carrier.data or "",
        tracking_no=form.tracking_no.data or "",
        proof_ids=form.proof.data,
        freight_paid=form.freight_paid.data or "",
    )
    return ship_back(
        case_no=case_no,
        shipment=shipment,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _shipment(case_no: str) -> ShipmentPage:
    return shipment_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())


def _as_kept(page: ShipmentPage, case_no: str) -> ShipmentForm:
    """Empty, or with the parcel that was entered before."""
    parcel = page.parcel
    if parcel is None:
        return ShipmentForm(None)
    freight = parcel.freight.decimal() if parcel.freight else ""
    held = {"carrier": parcel.carrier, "tracking_no": parcel.tracking_no, "freight_paid": freight}
    form = ShipmentForm(None, data=held)
    form.proof.kept_ids = tuple(file.id for file in parcel.proof)
    receive_uploads(form.proof, case_no=case_no)
    return form


def _page(page: ShipmentPage, form: ShipmentForm, status: int) -> ResponseReturnValue:
    return respond("pages/shop/shipment.html", "fragments/shop/shipment.html", page=page, form=form, status=status)
