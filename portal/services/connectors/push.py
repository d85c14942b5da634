"""What happened here is told the platform: cancels, notes, goods that came back, money paid back another way.

The event feed says what; each push is a row under a key of its own, settled once. The platform is asked before it is
told again, by the same key (ShopPlatform).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from portal.domain.connectors.pushes import event_of, pushes_of, text_of
from portal.domain.money import Money
from portal.ports import (
    Deps,
    PlatformCancel,
    PlatformNote,
    PlatformRefund,
    PlatformReturn,
    PushAnswer,
    ShopPlatform,
)
from portal.repos.connectors import KeptConnector, KeptPush
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.connectors.open_platform import find_platform
from portal.services.records.event_feed import read_feed

PUSH_JOB, REFUSED = "platform_push", "platform_refused"
_AT_ONCE = 200


def plan_pushes(*, deps: Deps) -> int:
    """For the worker, every few seconds: what happened since the last time, of every connected shop. How many."""
    with reading(deps) as work:
        connected = work.connectors.every()
    return sum(_plan(kept, deps) for kept in connected)


def _plan(kept: KeptConnector, deps: Deps) -> int:
    events = read_feed(shop_id=kept.shop_id, after=kept.events_cursor, limit=_AT_ONCE, deps=deps)
    if not events:
        return 0
    with unit_of_work(deps) as work:
        planned = [one for one in pushes_of(events) if work.connectors.external_id(kept.shop_id, one.order_no)]
        work.connectors.add_pushes(
            {
                "shop_id": kept.shop_id,
                "key": one.key,
                "what": one.what,
                "order_no": one.order_no,
                "case_no": one.case_no,
            }
            for one in planned
        )
        for one in planned:
            payload = {"shop": kept.shop_id, "key": one.key}
            work.jobs.enqueue(PUSH_JOB, payload, dedup_key=f"{PUSH_JOB}:{kept.shop_id}:{one.key}")
        work.connectors.note(kept.shop_id, events_cursor=events[-1]["cursor"])
    return len(planned)


def push_to_platform(*, shop_id: int, key: str, deps: Deps) -> None:
    """Raises ProviderUnavailable; the job comes back. What the platform refuses is a task for people."""
    found = find_platform(shop_id=shop_id, deps=deps)
    with reading(deps) as work:
        push = work.connectors.find_push(shop_id, key)
        if push is None or push.state != "waiting" or found is None:
            return
        told = _Told(work, push, deps)
    answer = told.tell(found[1])
    with unit_of_work(deps) as work:
        state = "refused" if answer.outcome == "refused" else "done"
        if work.connectors.settle_push(push, state, answer.reason[:200]) and state == "refused":
            record = work.orders.find_for_update(shop_id, push.order_no)
            detail = {"what": push.what, "reason": answer.reason[:200]}
            order_id = record.id if record else None
            work.tasks.open(shop_id, REFUSED, dedup_key=f"{REFUSED}:{shop_id}:{key}", detail=detail, order_id=order_id)


class _Told:
    """What one push says, read in one transaction and told outside it."""

    def __init__(self, work: UnitOfWork, push: KeptPush, deps: Deps) -> None:
        event = work.events.get(push.shop_id, event_of(push.key))
        self._push, self._data = push, json.loads(event.text)["data"]
        self._external_id = work.connectors.external_id(push.shop_id, push.order_no) or ""
        self._stock = _stock_of(work, push) if push.what == "return" else {}
        link = f"{deps.base_url}/staff/cases/{push.case_no}" if push.case_no else ""
        self._text = text_of(event.kind, locale=work.shops.settings_of(push.shop_id).locale, link=link)
        self._is_whole = event.kind.endswith(":order:cancelled")

    def tell(self, platform: ShopPlatform) -> PushAnswer:
        key, order = self._push.key, self._external_id
        match self._push.what:
            case "cancel":
                units = {} if self._is_whole else dict(self._data["units"])
                return platform.cancel(PlatformCancel(key=key, external_id=order, units=units, note=self._text))
            case "return":
                units = dict(self._data["accepted"])
                for line_id, count in self._data["rejected"]:
                    units[line_id] = units.get(line_id, 0) + count
                ask = PlatformReturn(key=key, external_id=order, units=units, restock=self._stock, note=self._text)
                return platform.record_return(ask)
            case "refund":
                return self._note_refund(platform)
        return platform.add_note(PlatformNote(key=key, external_id=order, text=self._text))

    def _note_refund(self, platform: ShopPlatform) -> PushAnswer:
        """One that went through its own gateway is found there by our number."""
        ask = PlatformRefund(
            number=self._data["refund"],
            external_id=self._external_id,
            amount=Money(self._data["amount"], self._data["currency"]),
            reason=self._text,
            through_gateway=False,
        )
        answer = platform.refund(ask)
        if answer.outcome == "failed":
            return PushAnswer(outcome="refused", reason=answer.reason)
        return PushAnswer(outcome="done", reference=answer.reference)


def _stock_of(work: UnitOfWork, push: KeptPush) -> Mapping[str, Any]:
    """What of a case's goods can be sold again: said by events of their own."""
    record = work.orders.find_for_update(push.shop_id, push.order_no)
    if record is None:
        return {}
    events = (event for event in work.events.of_order(record.id) if event.kind == "system:stock:returned")
    mine = [json.loads(event.text)["data"] for event in events if event.case_no == push.case_no]
    return {one["line"]: one["quantity"] for one in mine}
