"""怎么寄: everything that sending goods back takes, on the page of the case itself (DESIGN, 待您寄回; P23)."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.money import Money
from portal.pages.parts.refunds import carriage_note
from portal.pages.shop.returning import carriers_of
from portal.pages.values.returning import SendBack
from portal.services.act import CaseAct


def send_back_view(act: CaseAct) -> SendBack | None:
    """Only while the customer is to send something. No query. The shop's own address is never masked: it is to be
    written on a parcel."""
    case, settings = act.case, act.settings
    if case.state != "awaiting_return" or not case.return_no:
        return None
    going = {line_id for line_id, _ in case.plan.units}
    to, invoice = settings.return_address, act.record.kept.invoice
    return SendBack(
        return_no=case.return_no,
        shown=in_groups(case.return_no),
        address=to if to.address else None,
        qr=act.deps.slips.qr(case.return_no),
        carriers=carriers_of(settings),
        cap=_cap(case),
        carriage=carriage_note(case.outcome.handling),
        has_gift=any(line.gift_of and line.id in going for line in act.order.lines),
        has_invoice=invoice is not None and invoice.kind == "paper",
    )


def in_groups(number: str) -> str:
    """`R261129 K7Q2 M4X`: its date, then what is copied by hand a few characters at a time."""
    return " ".join(part for part in (number[:7], number[7:11], number[11:]) if part)


def _cap(case: Case) -> Money | None:
    """The most that comes back of what sending costs, where the shop bears it."""
    handling = case.outcome.handling
    return handling.carriage_cap if handling and handling.carriage == "shop" else None
