"""A working day's desk: cases of many customers and of every kind, each as its customer and the staff have left it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from portal.demo.arrived import delivered
from portal.demo.desk_rows import ROWS, DeskRow, Then
from portal.demo.drafts import Draft, item
from portal.demo.neighbours import NEIGHBOURS
from portal.demo.stories import AGENT, INSPECTOR, CaseStory, DemoShop
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.results import CancelAsked
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.cancelling import cancel_page
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.cases.assign import claim_case
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.ask_question import ask_question
from portal.services.messages.write_message import answer_shop, note_internally
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.ship_back import ReturnShipment, ship_back

_FIRST_PLACE = 101


def add_desk(shop: DemoShop) -> list[CaseStory]:
    """One case a row, of one customer after the other."""
    return [_add(shop, row, place) for place, row in enumerate(ROWS)]


def _add(shop: DemoShop, row: DeskRow, place: int) -> CaseStory:
    buyer = NEIGHBOURS[place % len(NEIGHBOURS)]
    draft = replace(_draft(shop, row), buyer=buyer)
    order_no = shop.take(draft, _FIRST_PLACE + place)
    story = CaseStory(shop, shop.shopper(buyer.id), order_no)
    if row.kind == "cancel":
        _ask_to_cancel(story, row)
    elif row.kind == "question":
        done = ask_question(order_no=order_no, body=row.said, **story.by(story.shopper, _ago(shop, row.hours)))
        story.case_no = done.case_no
    else:
        _apply(story, row)
    for then in row.then:
        _STEPS[then.what](story, then)
    return story


def _draft(shop: DemoShop, row: DeskRow) -> Draft:
    goods = [item(row.good, row.units)]
    if row.kind != "cancel":
        return delivered(shop.when, row.days, goods)
    picked = shop.when.ago(hours=12)
    promised = {"promised_ship_by": shop.when.end_of_day(1)}
    return Draft(
        buyer=NEIGHBOURS[0], status="picking", placed_at=shop.when.ago(hours=20), items=goods, changed_at=picked,
        head=promised,
    )  # fmt: skip


def _apply(story: CaseStory, row: DeskRow) -> None:
    ask = ApplicationAsk(
        kind=row.kind,
        units=(("1", row.units),),
        reason=row.reason,
        received=True,
        note=row.said,
        conditions=row.conditions,
    )
    at = _ago(story.shop, row.hours)
    story.apply(ask, at, photos=row.photos)


def _ask_to_cancel(story: CaseStory, row: DeskRow) -> None:
    ask = CancelAsk(reason=row.reason, note=row.said)
    by = story.by(story.shopper, _ago(story.shop, row.hours))
    page = cancel_page(story.order_no, actor=story.shopper, settings=ShopSettings(), locale="zh", deps=by["deps"])
    asked = cancel_order(order_no=story.order_no, ask=ask, shown=page.shown, **by)
    assert isinstance(asked, CancelAsked)
    story.case_no = asked.case_no


def _send(story: CaseStory, then: Then) -> None:
    parcel = ReturnShipment(carrier="SF", tracking_no=f"SF7{story.case_no[-8:]}")
    story.step(ship_back, _ago(story.shop, then.hours), shipment=parcel)


def _receive(story: CaseStory, then: Then) -> None:
    story.step(receive_goods, _ago(story.shop, then.hours), login=INSPECTOR)


def _claim(story: CaseStory, then: Then) -> None:
    story.step(claim_case, _ago(story.shop, then.hours), login=AGENT)


def _ask(story: CaseStory, then: Then) -> None:
    story.step(ask_customer, _ago(story.shop, then.hours), login=AGENT, body=then.words)


def _note(story: CaseStory, then: Then) -> None:
    story.step(note_internally, _ago(story.shop, then.hours), login=AGENT, body=then.words)


def _customer_writes(story: CaseStory, then: Then) -> None:
    story.step(answer_shop, _ago(story.shop, then.hours), body=then.words)


_STEPS: Mapping[str, Callable[[CaseStory, Then], None]] = {
    "send": _send,
    "receive": _receive,
    "claim": _claim,
    "ask": _ask,
    "note": _note,
    "customer_writes": _customer_writes,
}


def _ago(shop: DemoShop, hours: float) -> datetime:
    return shop.when.ago() - timedelta(hours=hours)
