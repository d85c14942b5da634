"""Who may do what. The coarse table; whose thing it is stands in the SQL (ARCHITECTURE law 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["shopper", "guest", "staff", "system", "feed", "operator", "declarant"]
Role = Literal["agent", "supervisor", "warehouse", "auditor", "admin"]
ROLES: tuple[Role, ...] = ("agent", "supervisor", "warehouse", "auditor", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, in which shop. `id` is the customer's or staff member's row id; `on_behalf_of` a customer id (T34).

    `declarant`: who makes a declaration that anybody may make, `id` its row; nobody has shown who that is.
    `only`: the numbers of the orders that a shopper was handed over for; None reaches all that are their own.
    """

    kind: ActorKind
    shop_id: int
    id: int = 0
    role: Role | None = None
    order_no: str | None = None
    on_behalf_of: int | None = None
    only: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """Stable name for request ids and the audit trail: `shopper:12`, `staff:3`, `guest:A-1001`, `system`."""
        if self.kind == "guest":
            return f"guest:{self.order_no}"
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def behalf(self) -> str:
        return f"shopper:{self.on_behalf_of}" if self.on_behalf_of else ""


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
    "jobs": ("admin",),
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
    "jobs": ("admin",),
}


def may(actor: Actor, action: Literal["read", "write"], thing: str) -> bool:
    """The roles table of INTERFACE; anything it does not name is no. The system and the operator's shell may all."""
    if actor.kind in ("system", "operator"):
        return True
    table = _READ if action == "read" else _WRITE
    return actor.kind == "staff" and actor.role in table.get(thing, ())
