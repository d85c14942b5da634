"""退货单 (S26): the same facts for the page that prints and for the PDF."""

from __future__ import annotations

from portal.domain.applying.decide import CONDITIONS
from portal.domain.applying.reasons import at_fault
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Units
from portal.domain.returning.slip import SlipItem, SlipSheet
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.order_facts import recipient_of
from portal.pages.parts.zone import zone_of
from portal.pages.values.slips import SlipPage
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import reading

_OVER = ("withdrawn", "expired", "rejected", "sending_back")
"""A slip must not send goods on their way to an application that has ended (POLICY, ten traps)."""


def slip_page(*, case_no: str, actor: Actor, shop_name: str, settings: ShopSettings, deps: Deps) -> SlipPage:
    """Raises NotFound, also where there is no return number (yet), and Conflict where the application has ended."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        if not case.return_no:
            raise NotFound("slip")
        if case.state in _OVER:
            raise Conflict("slip_over", at=case.closed_at)
        record = work.orders.get(case.order_no, actor)
        held = work.cases.with_claims(case).units
    # What never left is paid without being sent back, so of the plan only what the case still holds goes in.
    units = held or case.plan.units
    going = {line_id for line_id, _ in units}
    to = settings.return_address
    return SlipPage(
        case_no=case_no,
        order_no=record.order.no,
        shop_name=shop_name,
        kind=case.kind,
        state=case.state,
        reason=case.reason,
        return_no=case.return_no,
        codes=deps.slips.codes(case.return_no),
        items=_items(units, record),
        conditions=("complete", "packaging") if at_fault(case.reason) else CONDITIONS,
        contact=settings.contact,
        send_to=to if to.address else None,
        sender=recipient_of(record),
        send_by=case.due_at if case.state == "awaiting_return" else None,
        zone=zone_of(record.order),
        handling=case.outcome.handling,
        has_gift=any(line.gift_of and line.id in going for line in record.order.lines),
        invoice=record.kept.invoice,
    )


def _items(units: Units, record: OrderRecord) -> tuple[SlipItem, ...]:
    lines = {line.id: line for line in record.order.lines}
    return tuple(
        SlipItem(title=line.title, variant=line.variant, sku=line.sku, quantity=count)
        for line, count in ((lines[line_id], count) for line_id, count in units)
    )


def print_slip(*, sheet: SlipSheet, deps: Deps) -> bytes:
    """The PDF of a sheet made from a `slip_page`."""
    return deps.slips.print(sheet)
