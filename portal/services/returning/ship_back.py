"""寄回: the customer's parcel, with what sending it cost where the shop bears that (S27; POLICY, returns)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint, from_plain, to_plain
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.evidence.files import MOST_FILES
from portal.domain.identity.access import Actor, may
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.applying.grant import handling_of
from portal.services.evidence.receive_files import attach_evidence
from portal.services.returning.refund_clock import refund_clock
from portal.services.returning.send_back import checked_parcel

_MOST_FILES = 3 * MOST_FILES
"""The files of the application stand with the case as well, and so do proofs that were changed."""
_MOST = 10**9
"""No parcel costs more, in any currency's minor units: a slip of the finger is told, not stored."""


def ship_back(
    *,
    case_no: str,
    carrier: str,
    tracking_no: str,
    proof_ids: Sequence[str] = (),
    freight_paid: str = "",
    actor: Actor,
    request_id: str,
    deps: Deps,
) -> str:
    """The goods are on their way; the same again until they are received changes what was said. Returns `case:<no>`.

    `freight_paid` (major units) is kept where the shop bears it; the receipt is among `proof_ids`.
    Errors: NotFound, Forbidden, Conflict (nothing is to be sent any more), Invalid, EvidenceRefused, Reused.
    """
    carrier, tracking_no = checked_parcel(carrier, tracking_no)
    asked = ["ship_back", case_no, carrier, tracking_no, list(proof_ids), freight_paid]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(asked)):
            return done
        if actor.kind == "staff" and not may(actor, "write", "cases"):
            raise Forbidden("cases")
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        step = "change_parcel" if case.state == "in_transit" else "ship_back"
        if not may_step(case.row["kind"], case.state, step):
            raise Conflict("decided", at=case.row["closed_at"])
        paid = checked_freight(freight_paid, case, record.order.currency, has_receipt=bool(proof_ids))
        attach_evidence(work, ids=proof_ids, actor=actor, order_id=record.id, case_id=case.id, most=_MOST_FILES)
        _step(work, record, case, step, actor, carrier, tracking_no, proof_ids, paid, deps)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def _step(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    step: str,
    actor: Actor,
    carrier: str,
    tracking_no: str,
    proof_ids: Sequence[str],
    paid: Money | None,
    deps: Deps,
) -> None:
    parcel: dict[str, Any] = dict(case.row["parcel"] or {})
    before = parcel.get("there", {})
    parcel["there"] = {
        "carrier": carrier,
        "tracking_no": tracking_no,
        "sent_at": before.get("sent_at") or work.now.isoformat(),
        "by": actor.key,
        "proof": list(dict.fromkeys(proof_ids)),
        "freight": to_plain(paid) if paid else None,
    }
    times: dict[str, Any] = {} if step == "change_parcel" else {"deadline_at": None, "deadline_kind": None}
    sent_at = work.now if proof_ids else None
    times |= refund_clock(work, record, case, work.shops.settings_of(record.shop_id), deps, sent_proof_at=sent_at)
    work.cases.step(case, step, parcel=parcel, **times)
    data: dict[str, Any] = {"carrier": carrier, "tracking_no": tracking_no}
    if paid:
        data |= {"amount": paid.minor, "currency": paid.currency}
    what = "sent" if step == "ship_back" else "changed"
    event = Event(kind=f"{event_source(actor)}:parcel:{what}", data=data, case_no=case.case_no)
    work.events.append(record, actor, event)


def checked_freight(text: str, case: CaseRecord, currency: str, *, has_receipt: bool) -> Money | None:
    """What the customer paid for sending, where that is the shop's to bear; None else. Raises Invalid."""
    text = text.strip().removeprefix("¥").strip()
    if not text or handling_of(case).carriage != "shop":
        return None
    try:
        paid = parse_amount(text, currency)
    except BadMoney:
        raise Invalid((("freight_paid", "not_an_amount"),)) from None
    if paid.minor < 0 or paid.minor > _MOST:
        raise Invalid((("freight_paid", "not_an_amount"),))
    if paid and not has_receipt:
        raise Invalid((("proof", "receipt"),))
    return paid if paid else None


def freight_paid_of(case: CaseRecord) -> Money | None:
    """What the customer says sending cost, as kept with the parcel."""
    kept = ((case.row["parcel"] or {}).get("there") or {}).get("freight")
    return from_plain(Money, kept) if kept else None
