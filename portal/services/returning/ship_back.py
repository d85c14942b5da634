"""寄回: the customer's parcel, with what sending it cost where the shop bears that (S27; POLICY, returns)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.cases import steps
from portal.domain.cases.case import Case, ParcelThere
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.evidence.files import MOST_FILES
from portal.domain.identity.access import Actor, may, system
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.results import ParcelEntered
from portal.domain.returning.carriers import carrier_of
from portal.domain.sent import RequestKey
from portal.domain.typed import amount_text
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.evidence.receive_files import attach_evidence
from portal.services.returning.call_off_pickup import call_off_pickup
from portal.services.returning.refund_at_handover import refund_at_handover
from portal.services.returning.refund_clock import refund_clock
from portal.services.returning.send_back import checked_parcel

_MOST_FILES = 3 * MOST_FILES
"""The files of the application stand with the case as well, and so do proofs that were changed."""
_MOST = 10**9
"""No parcel costs more, in any currency's minor units: a slip of the finger is told, not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnShipment:
    """What the customer says of the parcel; no `carrier`: as the form of the number says. `freight_paid` (major units)
    is kept where the shop bears it; the receipt is among `proof_ids`.
    """

    carrier: str
    tracking_no: str
    proof_ids: Sequence[str] = ()
    freight_paid: str = ""


def ship_back(
    *,
    case_no: str,
    shipment: ReturnShipment,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> ParcelEntered:
    """The goods are on their way; the same again until they are received changes what was said.

    Errors: NotFound, Forbidden, Conflict (nothing is to be sent any more), Invalid, EvidenceRefused, Reused.
    """
    carrier = shipment.carrier.strip() or carrier_of(shipment.tracking_no)
    carrier, tracking_no = checked_parcel(carrier, shipment.tracking_no)
    proof_ids = shipment.proof_ids
    asked = ["ship_back", case_no, carrier, tracking_no, list(proof_ids), shipment.freight_paid]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(asked), ParcelEntered):
            return done
        if actor.kind == "staff" and not may(actor, "write", "cases"):
            raise Forbidden("cases")
        act = lock_case(work, case_no, actor, deps)
        if not may_ship(act.case):
            raise Conflict("decided", at=act.case.closed_at)
        call_off_pickup(act)
        paid = _checked_freight(shipment.freight_paid, act, has_receipt=bool(proof_ids))
        attach_evidence(act, proof_ids, most=_MOST_FILES)
        _send(act, _parcel(act, carrier, tracking_no, proof_ids, paid))
        refund_at_handover(act)
        return work.requests.finish(actor, request_id, ParcelEntered(case_no=case_no))


def may_ship(case: Case) -> bool:
    """The parcel can be entered, or corrected while it is under way."""
    return case.may("ship_back") or case.may("change_parcel")


def was_fetched(case: Case) -> bool:
    """A courier who was booked here has taken the parcel: the customer paid nothing that the shop bears."""
    there = case.parcel.there if case.parcel else None
    return there is not None and there.by == system(case.shop_id).key


def _parcel(
    act: CaseAct, carrier: str, tracking_no: str, proof_ids: Sequence[str], freight: Money | None
) -> ParcelThere:
    """Said again, it is what was sent the first time."""
    before = act.case.parcel.there if act.case.parcel else None
    return ParcelThere(
        carrier=carrier,
        tracking_no=tracking_no,
        sent_at=before.sent_at if before and before.sent_at else act.now,
        by=before.by if before and was_fetched(act.case) else act.actor.key,
        proof=tuple(dict.fromkeys(proof_ids)),
        freight=freight,
    )


def _send(act: CaseAct, there: ParcelThere) -> None:
    what = "changed" if act.case.may("change_parcel") else "sent"
    clock = refund_clock(act, sent_proof_at=act.now if there.proof else None)
    act.save(steps.sent(act.case, there, clock, at=act.now))
    money = {"amount": there.freight.minor, "currency": there.freight.currency} if there.freight else {}
    act.happened(f"parcel:{what}", carrier=there.carrier, tracking_no=there.tracking_no, **money)


def _checked_freight(text: str, act: CaseAct, *, has_receipt: bool) -> Money | None:
    """What the customer paid for sending, where that is the shop's to bear; None else. Raises Invalid."""
    text = amount_text(text)
    if not text or act.case.handling.carriage != "shop" or was_fetched(act.case):
        return None
    try:
        paid = parse_amount(text, act.order.currency)
    except BadMoney:
        raise Invalid((("freight_paid", "not_an_amount"),)) from None
    if paid.minor < 0 or paid.minor > _MOST:
        raise Invalid((("freight_paid", "not_an_amount"),))
    if paid and not has_receipt:
        raise Invalid((("proof", "receipt"),))
    return paid if paid else None
