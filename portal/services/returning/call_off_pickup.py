"""A courier that is to come is called off, in the transaction of the act that makes the visit needless."""

from __future__ import annotations

from portal.services.act import CaseAct
from portal.services.fees.fee_steps import drop_pickup_fee


def call_off_pickup(act: CaseAct) -> bool:
    """False where none was to come. The carrier is told by a job: a process that dies meanwhile loses nothing."""
    pickups = act.work.pickups
    found = pickups.open_for_update(act.case.id)
    for pickup in found:
        pickups.step(pickup, "cancel")
        act.work.jobs.enqueue("pickup", {"pickup": pickup.number}, dedup_key=f"pickup_off:{pickup.number}")
        act.happened("pickup:called_off", **pickup.facts())
    if found:
        drop_pickup_fee(act)
    return bool(found)
