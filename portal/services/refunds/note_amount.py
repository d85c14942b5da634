"""An amount that a rail names and that is not ours: a task, and no state (PAYMENTS, what the libraries do, all)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money
from portal.repos.unit_of_work import UnitOfWork

DIFFERS = "notice_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAmount:
    """`number` as the rail knows it; `ours`; `said`: what the rail named, None where it named nothing."""

    shop_id: int
    order_id: int
    rail: str
    number: str
    ours: Money
    said: Money | None

    @property
    def key(self) -> str:
        return f"{DIFFERS}:{self.rail}:{self.number}"[:120]


def note_amount(work: UnitOfWork, found: SaidAmount) -> None:
    """For a person, once: a callback and the rail's own answers about one number are one matter."""
    # Its order is locked, or brought back from the archive: a task about it is looked at beside it.
    work.orders.get_by_id_for_update(found.order_id)
    said = f"{found.number} {_shown(found.ours)} / {_shown(found.said)}"
    work.tasks.open(found.shop_id, DIFFERS, dedup_key=found.key, detail={"reason": said}, order_id=found.order_id)


def _shown(money: Money | None) -> str:
    return f"{money.decimal()} {money.currency}" if money is not None else "-"
