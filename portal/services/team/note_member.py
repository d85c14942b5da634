"""What becomes of an account stands in the audit trail of every shop it may enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.records.events import NewEvent
from portal.repos.unit_of_work import UnitOfWork


def note_member(work: UnitOfWork, actor: Actor, staff_id: int, what: str, shop_ids: Iterable[int], **said: Any) -> None:
    """`said`: plain facts beside the account's id, such as the role it has from now on."""
    for shop_id in shop_ids:
        event = NewEvent(kind=f"{actor.kind}:member:{what}", data={"staff": staff_id} | said)
        work.events.append_without_order(replace(actor, shop_id=shop_id), event)
