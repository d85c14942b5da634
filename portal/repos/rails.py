"""The rails of shops, and what is under way on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from portal.domain.refunds.life_cycle import IN_FLIGHT_STATES
from portal.domain.refunds.rails import RailKind
from portal.models.fee import FeePayment
from portal.models.rail import ShopRail
from portal.models.refund import Refund
from portal.models.shop import Shop
from portal.repos.disputes import Disputes
from portal.repos.rows import all_rows, value_of

RAILS = ShopRail.__table__
REFUNDS = Refund.__table__
FEE_PAYMENTS = FeePayment.__table__
SHOPS = Shop.__table__
_WITH_SHOP = select(RAILS, SHOPS.c.key.label("shop_key")).join(SHOPS, SHOPS.c.id == RAILS.c.shop_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRail:
    """As models.rail.ShopRail; `sealed` is never shown."""

    id: int
    shop_id: int
    shop_key: str
    kind: RailKind
    methods: list[str]
    sealed: str
    created_at: datetime
    changed_at: datetime
    checked_at: datetime | None
    check_problem: str


class RailRows:
    """`work.rails`. `disputes`: payments whose customers have gone to their bank."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self.disputes = Disputes(connection, now)

    def of_shop(self, shop_id: int) -> list[KeptRail]:
        """By kind."""
        query = _WITH_SHOP.where(RAILS.c.shop_id == shop_id).order_by(RAILS.c.kind)
        return [value_of(KeptRail, row) for row in all_rows(self._connection.execute(query))]

    def find(self, shop_id: int, kind: str) -> KeptRail | None:
        return next((rail for rail in self.of_shop(shop_id) if rail.kind == kind), None)

    def of_all_shops(self) -> list[KeptRail]:
        query = _WITH_SHOP.order_by(RAILS.c.shop_id, RAILS.c.kind)
        return [value_of(KeptRail, row) for row in all_rows(self._connection.execute(query))]

    def set(self, shop_id: int, kind: RailKind, *, methods: list[str], sealed: str) -> None:
        """Instead of the one of that kind; it is not checked yet. The shop is under lock."""
        values = {
            "methods": methods,
            "sealed": sealed,
            "changed_at": self._now,
            "checked_at": None,
            "check_problem": "",
        }
        mine = (RAILS.c.shop_id == shop_id) & (RAILS.c.kind == kind)
        if self._connection.execute(update(RAILS).where(mine).values(values)).rowcount == 0:
            row = values | {"shop_id": shop_id, "kind": kind, "created_at": self._now}
            self._connection.execute(insert(RAILS).values(row))

    def remove(self, rail: KeptRail) -> None:
        self._connection.execute(delete(RAILS).where(RAILS.c.id == rail.id))

    def checked(self, rail: KeptRail, problem: str) -> None:
        """As long as it is the one that was checked."""
        mine = (RAILS.c.id == rail.id) & (RAILS.c.sealed == rail.sealed)
        values = {"checked_at": self._now, "check_problem": problem}
        self._connection.execute(update(RAILS).where(mine).values(values))

    def under_way(self, shop_id: int, name: str, *, limit: int) -> list[str]:
        """Numbers of refunds and of fees' payments that only this rail of the shop can say more of, oldest first."""
        mine = (REFUNDS.c.shop_id == shop_id) & (REFUNDS.c.rail == name)
        refunds = select(REFUNDS.c.number).where(mine, REFUNDS.c.state.in_(IN_FLIGHT_STATES)).order_by(REFUNDS.c.id)
        theirs = (FEE_PAYMENTS.c.shop_id == shop_id) & (FEE_PAYMENTS.c.rail == name)
        open_ones = FEE_PAYMENTS.c.state.in_(("processing", "returning"))
        fees = select(FEE_PAYMENTS.c.number).where(theirs, open_ones).order_by(FEE_PAYMENTS.c.id)
        found = [*self._connection.execute(refunds.limit(limit)).scalars()]
        return [*found, *self._connection.execute(fees.limit(limit)).scalars()][:limit]

    def methods_used(self, shop_id: int) -> list[str]:
        """By which methods the shop's newest refunds were to go, for those that no rail takes; without credit."""
        mine = (REFUNDS.c.shop_id == shop_id) & REFUNDS.c.to_credit.is_(False)
        newest = select(REFUNDS.c.method).where(mine).order_by(REFUNDS.c.id.desc()).limit(500).subquery()
        return sorted(self._connection.execute(select(newest.c.method).distinct()).scalars())

    def waiting(self, shop_id: int, *, limit: int) -> list[str]:
        """Ids of refunds that nobody was asked for yet, oldest first."""
        mine = (REFUNDS.c.shop_id == shop_id) & (REFUNDS.c.state == "planned") & REFUNDS.c.to_credit.is_(False)
        query = select(REFUNDS.c.refund_id).where(mine).order_by(REFUNDS.c.created_at).limit(limit)
        return list(self._connection.execute(query).scalars())
