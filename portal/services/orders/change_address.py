"""修改收货信息: corrects the delivery details before picking, which may save the order (S17)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order
from portal.domain.records.events import NewEvent
from portal.domain.results import AddressChanged
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source

FIELDS = ("name", "phone", "region", "address", "postcode")


def can_change_address(order: Order) -> bool:
    """Before picking, while nothing has left and no cancel waits."""
    return order.state in ("awaiting_payment", "paid") and not order.is_shipped_at_all and not order.waiting_case


def change_address(
    *, order_no: str, details: dict[str, str], actor: Actor, request_id: RequestKey, deps: Deps
) -> AddressChanged:
    """Errors: NotFound, Conflict (it is being packed or has left), Reused.

    The event says which fields changed, with an HMAC of the new values: personal text is never in an event (law 6).
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["address", order_no, details]), AddressChanged):
            return done
        record = work.orders.get_for_update(order_no, actor)
        if not can_change_address(record.order):
            raise Conflict("picking" if record.order.state == "picking" else "shipped")
        before = record.kept.ship_to
        after = {**before, **details}
        changed = sorted(name for name in FIELDS if before.get(name, "") != after.get(name, ""))
        if changed:
            record.corrects_address(after)
            data = {"fields": changed, "digest": _digest(work, record.customer_id, fingerprint(after), deps)}
            work.events.append(record, actor, NewEvent(kind=f"{event_source(actor)}:address:changed", data=data))
            params = {"order_no": order_no}
            work.notices.add(record.shop_id, record.customer_id, "address_changed", params, order_no=order_no)
        return work.requests.finish(actor, request_id, AddressChanged(order_no=order_no))


def _digest(work: UnitOfWork, customer_id: int | None, text: str, deps: Deps) -> str:
    """Under the customer's own key, so that erasing them leaves nothing to try addresses against (law 6).

    An order of nobody's has nobody to erase: its key is forgotten at once.
    """
    key = deps.random.token()
    if customer_id is not None:
        key = work.accounts.digest_key(customer_id, key)
    return deps.vault.digest(f"customer:{key}", text)
