"""催发货: the warehouse and the desk are told that the customer waits, once a day; what ships closes the task (S41)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.orders.urging import Urging, decide_urging, waits_to_ship
from portal.domain.results import ShipmentUrged
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import Act, lock_order

TASK = "urged_to_ship"


def urge_shipment(*, order_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> ShipmentUrged:
    """Pressed again the same day it changes nothing and tells when the shop ships.

    Errors: NotFound, Conflict("nothing_to_urge"), Reused.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["urge", order_no]), ShipmentUrged):
            return done
        act = lock_order(work, order_no, actor, deps)
        found = urging_now(act)
        if not found.is_on_offer:
            raise Conflict("nothing_to_urge")
        is_again = found.state == "pressed"
        if not is_again:
            _tell(act, found)
        result = ShipmentUrged(order_no=order_no, due=found.due, is_late=found.is_late, is_again=is_again)
        return work.requests.finish(actor, request_id, result)


def urging_now(act: Act) -> Urging:
    """For the page and the act (N2)."""
    kept = act.record.kept
    zone = ZoneInfo(act.settings.zone)
    return decide_urging(act.order, urged_at=kept.urged_at, due=kept.ship_due_at, now=act.now, zone=zone)


def _tell(act: Act, found: Urging) -> None:
    record = act.record
    record.is_urged(act.now)
    act.happened("order:urged", **({"until": found.due.isoformat()} if found.due else {}))
    act.work.tasks.reopen(record.shop_id, TASK, dedup_key=_key(record), order_id=record.id)
    act.notify_staff(TASK, is_new_turn=True)


def close_urging(work: UnitOfWork, record: OrderRecord) -> None:
    """Nothing of the order waits any more: it has left, or it is cancelled."""
    if record.kept.urged_at and not waits_to_ship(record.order):
        work.tasks.close(_key(record))


def _key(record: OrderRecord) -> str:
    return f"{TASK}:{record.id}"
