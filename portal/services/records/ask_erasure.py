"""A customer wants what is kept of them deleted: staff are told, since open cases and the law may stand in its way."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work

TASK = "erasure_asked"


def ask_erasure(*, actor: Actor, deps: Deps) -> None:
    """A task for staff that names the customer: while it is open the wish is told already, and once it was done it is
    open again."""
    check_own_act(actor, "erasure")
    with unit_of_work(deps) as work:
        customer = work.accounts.get(actor.id, actor.shop_id)
        named = {"reason": customer.external_id}
        if work.tasks.reopen(actor.shop_id, TASK, dedup_key=f"{TASK}:{customer.id}", detail=named):
            asked = NewEvent(kind="shopper:erasure:asked", data={"customer": customer.id})
            work.events.append_without_order(actor, asked)
