"""Couriers booked to fetch returned goods: stepped by compare-and-set, as cases and refunds are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, func, insert, select, update

from portal.domain.errors import Conflict
from portal.domain.money import Money
from portal.domain.returning.pickup import OPEN_PICKUP_STATES, PICKUP_TRANSITIONS, Payer, Pickup, Sender, Slot
from portal.domain.transitions import NoSuchStep, advance
from portal.models.pickup import Pickup as PickupRow
from portal.repos.rows import Row, all_rows, one_row, row_or_none

PICKUPS: Table = PickupRow.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPickup:
    """A booking as it is asked for; nobody has been called yet."""

    number: str
    shop_id: int
    order_id: int
    case_id: int
    carrier: str
    slot: Slot
    payer: Payer
    price: Money
    sender: Sender


@dataclass(frozen=True, slots=True)
class CaseOfPickup:
    """What to lock for a booking, in this order."""

    order_id: int
    case_id: int


class Pickups:
    """`work.pickups`. The order and the case are under lock wherever something is written (law 5).

    A step is written only where the state is still as it was read; it raises Conflict where somebody was faster.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, new: NewPickup) -> None:
        """A second open one of one case meets the unique index."""
        values = {name: getattr(new, name) for name in ("number", "shop_id", "order_id", "case_id", "carrier", "payer")}
        values |= {"slot_from": new.slot.start, "slot_until": new.slot.end, "cancel_by": new.slot.cancel_by}
        values |= {"price_minor": new.price.minor, "currency": new.price.currency}
        values |= {name: getattr(new.sender, name) for name in Sender.__dataclass_fields__}
        self._connection.execute(insert(PICKUPS).values(values | {"state": "requested", "created_at": self._now}))

    def count_of(self, case_id: int) -> int:
        return int(self._connection.execute(select(func.count()).where(PICKUPS.c.case_id == case_id)).scalar_one())

    def newest_of(self, case_id: int) -> Pickup | None:
        """For reading; None where none was ever booked."""
        query = select(PICKUPS).where(PICKUPS.c.case_id == case_id).order_by(PICKUPS.c.id.desc()).limit(1)
        row = row_or_none(self._connection.execute(query))
        return _pickup(row) if row else None

    def open_for_update(self, case_id: int) -> list[Pickup]:
        """Whom a courier is to come for."""
        query = select(PICKUPS).where(PICKUPS.c.case_id == case_id, PICKUPS.c.state.in_(OPEN_PICKUP_STATES))
        return [_pickup(row) for row in all_rows(self._connection.execute(query.with_for_update()))]

    def case_of(self, number: str) -> CaseOfPickup:
        query = select(PICKUPS.c.order_id, PICKUPS.c.case_id).where(PICKUPS.c.number == number)
        return CaseOfPickup(**one_row(self._connection.execute(query)))

    def get_for_update(self, number: str) -> Pickup:
        query = select(PICKUPS).where(PICKUPS.c.number == number).with_for_update()
        return _pickup(one_row(self._connection.execute(query)))

    def called(self, pickup: Pickup) -> None:
        """The carrier is about to be asked to book it."""
        self._write(pickup, {"calls": pickup.calls + 1})

    def step(self, pickup: Pickup, event: str, **values: Any) -> None:
        """`values`: tracking_no, reason."""
        try:
            state = advance(PICKUP_TRANSITIONS, pickup.state, event)
        except NoSuchStep:
            raise Conflict("decided", at=pickup.settled_at) from None
        is_over = state in ("refused", "cancelled", "missed", "picked_up")
        self._write(pickup, values | {"state": state, "settled_at": self._now if is_over else None})

    def _write(self, before: Pickup, values: dict[str, Any]) -> None:
        mine = and_(PICKUPS.c.id == before.id, PICKUPS.c.state == before.state)
        if self._connection.execute(update(PICKUPS).where(mine).values(values)).rowcount != 1:
            raise Conflict("decided")


def _pickup(row: Row) -> Pickup:
    as_they_are = (
        "id",
        "number",
        "shop_id",
        "state",
        "carrier",
        "payer",
        "tracking_no",
        "reason",
        "calls",
        "settled_at",
    )
    return Pickup(
        slot=Slot(start=row["slot_from"], end=row["slot_until"], cancel_by=row["cancel_by"]),
        price=Money(row["price_minor"], row["currency"]),
        sender=Sender(name=row["name"], phone=row["phone"], address=row["address"]),
        **{name: row[name] for name in as_they_are},
    )
