"""Who may do what. The coarse table; whose thing it is stands in the SQL (ARCHITECTURE law 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["shopper", "guest", "staff", "system", "feed", "operator", "declarant"]
Role = Literal["agent", "supervisor", "warehouse", "auditor", "admin"]
ROLES: tuple[Role, ...] = ("agent", "supervisor", "warehouse", "auditor", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, in which shop. `id` is the customer's or staff member's row id.

    `by_staff`: the id of whoever of the staff acts in this customer's or guest's place, `proof` the row that says how
    they knew who called. Such an actor may what the customer may and reaches what is theirs, and nothing that staff
    may; but it is never recorded as the customer (TRAPS T34): `key` is the member of staff, `behalf` the customer.
    `declarant`: who makes a declaration that anybody may make, `id` its row; nobody has shown who that is, and
    `on_behalf_of` is the customer in whose session it was made.
    `only`: the numbers of the orders that a shopper was handed over for; None reaches all that are their own.
    """

    kind: ActorKind
    shop_id: int
    id: int = 0
    role: Role | None = None
    order_no: str | None = None
    on_behalf_of: int | None = None
    only: tuple[str, ...] | None = None
    by_staff: int = 0
    proof: int = 0

    @property
    def key(self) -> str:
        """Stable name for request ids and the audit trail: `shopper:12`, `staff:3`, `guest:A-1001`, `system`."""
        return f"staff:{self.by_staff}" if self.by_staff else self._own_key

    @property
    def behalf(self) -> str:
        """The key of whom it was done for; "" for whoever acts for themselves."""
        if self.by_staff:
            return self._own_key
        return f"shopper:{self.on_behalf_of}" if self.on_behalf_of else ""

    @property
    def _own_key(self) -> str:
        if self.kind == "guest":
            return f"guest:{self.order_no}"
        return f"{self.kind}:{self.id}" if self.id else self.kind


def system(shop_id: int) -> Actor:
    """Deadlines and the worker: never recorded as the customer (TRAPS T30)."""
    return Actor(kind="system", shop_id=shop_id)


_READ: dict[str, tuple[Role, ...]] = {
    "cases": ROLES,
    "warehouse": ("agent", "supervisor", "warehouse", "auditor"),
    "orders": ("agent", "supervisor", "auditor"),
    "customers": ("agent", "supervisor", "auditor"),
    "approvals": ("agent", "supervisor", "auditor"),
    "refunds": ("agent", "supervisor", "auditor"),
    "policies": ("agent", "supervisor", "auditor", "admin"),
    "reports": ("agent", "supervisor", "auditor", "admin"),
    "audit": ("supervisor", "auditor", "admin"),
    "team": ("auditor", "admin"),
    "settings": ("auditor", "admin"),
    "webhooks": ("auditor", "admin"),
    "jobs": ("admin",),
    "status": ("supervisor", "auditor", "admin"),
}
_WRITE: dict[str, tuple[Role, ...]] = {
    "cases": ("agent", "supervisor"),
    "hold": ("agent", "supervisor", "warehouse"),
    "receive": ("agent", "supervisor", "warehouse"),
    "inspect": ("agent", "supervisor", "warehouse"),
    "orders": ("agent", "supervisor"),
    "customers": ("agent", "supervisor"),
    "propose": ("agent", "supervisor"),
    "approvals": ("supervisor",),
    "refunds": ("agent", "supervisor"),
    "policies": ("supervisor",),
    "team": ("admin",),
    "settings": ("admin",),
    "webhooks": ("admin",),
    "jobs": ("admin",),
}


def may(actor: Actor, action: Literal["read", "write"], thing: str) -> bool:
    """The roles table of INTERFACE; anything it does not name is no. The system and the operator's shell may all."""
    if actor.kind in ("system", "operator"):
        return True
    table = _READ if action == "read" else _WRITE
    return actor.kind == "staff" and actor.role in table.get(thing, ())
