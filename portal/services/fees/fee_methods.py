"""How a fee can be paid now: by what a rail of the shop's takes, and at the door where the shop has it done."""

from __future__ import annotations

from portal.domain.fees.charged import ChargedFee
from portal.domain.fees.fee import ON_DELIVERY, ONLINE_METHODS, may_be_on_delivery
from portal.domain.shops.profile import ShopFees
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork
from portal.services.refunds.choose_rail import Choice, who_collects


def fee_methods(work: UnitOfWork, fee: ChargedFee, shop: ShopFees, deps: Deps) -> dict[str, Choice | None]:
    """By method, in the order in which they are offered: its rail, None for the courier. For the page and the act."""
    online = who_collects(work, fee.shop_id, ONLINE_METHODS, fee.amount.currency, deps)
    return {**online, **({ON_DELIVERY: None} if may_be_on_delivery(fee.for_what, shop) else {})}
