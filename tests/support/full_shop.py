"""A shop with an order and a case in every standing, so that each page has something to say: and where they all are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.found import LineFound
from portal.domain.money import Money
from portal.domain.orders.order import Order
from portal.domain.orders.product import Product
from portal.domain.returning.pickup import Sender
from portal.pages.shop.cancelling import cancel_page
from portal.pages.shop.contract_withdrawal import contract_page
from portal.pages.shop.pickup import pickup_page
from portal.pages.shop.postponing import later_page
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.cases.offer import Proposal, offer_instead
from portal.services.cases.urge_case import urge_case
from portal.services.evidence.receive_files import receive_evidence
from portal.services.messages.ask_customer import ask_customer
from portal.services.orders.postpone_shipping import postpone_shipping
from portal.services.orders.urge_shipment import urge_shipment
from portal.services.replacing.send_replacement import send_replacement
from portal.services.returning.book_pickup import PickupWish, book_pickup
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.evidence.test_evidence import picture
from tests.support.applications import bought, sent
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS
from tests.support.said import decide_case, inspect_goods, ship_back, withdraw_contract
from tests.support.staff import Office

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ODD = timedelta(minutes=13)
"""So that no moment is a full hour but the ends of days."""
_OF_ORDERS = {
    "/cancel": ("unpaid", "paid", "late", "packing", "cancelled", "shipped", "delivered", "found"),
    "/refund": ("paid", "shipped", "delivered", "over", "applied"),
    "/return": ("shipped", "delivered", "over", "custom", "to send"),
    "/exchange": ("paid", "delivered"),
    "/reship": ("shipped", "delivered"),
    "/repair": ("shipped", "delivered"),
    "/after-sales": ("paid", "shipped", "delivered", "over", "custom"),
    "/contract-withdrawal": ("shipped", "delivered", "over", "withdrawn from"),
    "/address": ("unpaid", "shipped"),
    "/pay": ("unpaid", "paid"),
    "/ask": ("paid",),
    "/urge": ("unpaid", "paid", "late", "urged", "later"),
    "/later": ("paid", "late", "later", "packing"),
    "/buy-again": ("paid", "cancelled", "delivered"),
}
_OF_CASES = {
    "/urge": ("applied", "to send", "urged"),
    "/withdraw": ("packing", "applied", "asked", "to send", "fee", "found", "declared"),
    "/edit": ("applied", "asked", "found"),
    "/fee": ("fee", "applied"),
    "/pickup": ("to send", "fetched", "applied"),
    "/shipment": ("to send", "fee", "refused"),
    "/rejected": ("found", "to send"),
    "/slip": ("to send", "found", "declared"),
    "/offer": ("offered", "applied"),
    "/solved": ("refused", "applied"),
    "/resubmit": ("refused", "applied"),
    "/appeal": ("refused", "found", "applied"),
}
"""Pages below those of an order and a case, and of which: where they are on offer, and where they say why not."""
LISTS = ("/orders", "/archived-orders", "/cases", "/notices", "/account", "/contact", "/help")


@dataclass
class FullShop:
    """Filled at `at`, aware. `title`: what goods are called. `orders` and `cases`: number by what it stands for."""

    office: Office
    at: datetime
    title: str = "商品"
    recipient: str = "张三"
    words: str = "请看照片"
    orders: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    acts: int = 0

    def fill(self, **settings: Any) -> None:
        office = self.office
        office.clock.set(self.at)
        with unit_of_work(office.deps) as work:
            work.policies.ensure(office.made.shop_id, PACKS["eu"], by="test")
            said = {"returns": True, "fees": {"withdrawal_fixed": "12.00"}, "pickup": {"carrier": "SF"}} | settings
            work.shops.set(office.made.shop_id, settings=said)
        self._sells()
        self._before_shipping()
        self._after_delivery()
        self._answered()
        self._under_way()
        office.work()

    def paths(self) -> Iterator[str]:
        """The lists, every order and case, and every page below them."""
        yield from LISTS
        yield from (f"/orders/{number}" for number in self.orders.values())
        yield from (f"/cases/{number}" for number in self.cases.values())
        yield from (f"/orders/{self.orders[name]}{page}" for page, names in _OF_ORDERS.items() for name in names)
        yield from (f"/cases/{self.cases[name]}{page}" for page, names in _OF_CASES.items() for name in names)

    def staff_paths(self) -> Iterator[str]:
        yield from ("/staff/cases?state=all", "/staff/orders", "/staff/refunds")
        yield from (f"/staff/orders/{number}" for number in self.orders.values())
        yield from (f"/staff/cases/{number}" for number in self.cases.values())

    def _sells(self) -> None:
        """Of two goods one, and not as many as were bought."""
        with unit_of_work(self.office.deps) as work:
            known = {"on_sale": True, "updated_at": self.at, "price": Money(9900, "EUR")}
            work.products.put(self.office.made.shop_id, Product(sku="S-1", stock=2, **known))
            work.products.put(self.office.made.shop_id, Product(sku="S-2", **known | {"on_sale": False}))

    def _before_shipping(self) -> None:
        placed = {"placed_at": self.at - HOUR - ODD}
        pay_by = self.at + 5 * HOUR + ODD
        self.take("unpaid", make_order(self.line(), status="awaiting_payment", pay_by=pay_by, **self._euros | placed))
        self.take("paid", make_order(self.line(), self.line("2"), **self._euros | placed))
        late = {"placed_at": self.at - 4 * DAY, "promised_ship_by": self.at - DAY - ODD}
        self.take("late", make_order(self.line(), **self._euros | late))
        number = self.take("urged", make_order(self.line(), **self._euros | placed))
        urge_shipment(order_no=number, **self._by())
        number = self.take("later", make_order(self.line(), **self._euros | placed))
        day = later_page(order_no=number, actor=self.office.made.shopper, deps=self.office.deps).first
        postpone_shipping(order_no=number, day=day, note=self.words, **self._by())
        packing = self.take("packing", make_order(self.line(), status="picking", **self._euros | placed))
        self.cases["packing"] = self._cancel(packing).case_no
        self._cancel(self.take("cancelled", make_order(self.line(), **self._euros | placed)))
        leaving = {"delivered_at": None, "shipped_at": self.at - DAY - ODD, "promised_at": self.at + DAY + ODD}
        order = make_order(self.line(), **self._euros | {"placed_at": self.at - 3 * DAY})
        self.take("shipped", sent(order, **leaving))

    def _after_delivery(self) -> None:
        self.take("delivered", self.delivered(3))
        self.take("over", self.delivered(60))
        custom = replace(self.line(), tags=("custom",))
        self.take("custom", bought(custom, at=self.at - 3 * DAY - ODD, **self._euros))
        withdrawn = self.take("withdrawn from", self.delivered(2))
        by = self._by()
        settings = self.office.deps.schemas.read_settings({})
        page = contract_page(withdrawn, actor=by["actor"], settings=settings, locale="zh", deps=by["deps"])
        declared = {"name": self.recipient, "contact": "c1@example.com", "units": (), "shown": page.shown}
        self.cases["declared"] = withdraw_contract(order_no=withdrawn, **declared, **by).case_no

    def _answered(self) -> None:
        self.cases["applied"] = self._apply("applied", "refund_only", "quality")
        urged = self.cases["urged"] = self._apply("urged case", "refund_only", "quality")
        urge_case(case_no=urged, **self._by())
        asked = self.cases["asked"] = self._apply("asked", "refund_only", "quality")
        agent = self.office.made.staff("agent")
        ask_customer(case_no=asked, body=self.words, **self._by(agent))
        offered = self.cases["offered"] = self._apply("offered", "return_refund", "other")
        said = Proposal(kind="keep", amount="12.30", body=self.words)
        offer_instead(case_no=offered, proposal=said, **self._by(agent))
        resent = self.cases["resent"] = self._apply("resent", "reship", "missing_item")
        decide_case(case_no=resent, decision="accept", **self._by(agent))
        send_replacement(case_no=resent, carrier="SF", tracking_no="SF2000", **self._by(agent))
        repaired = self.cases["repaired"] = self._apply("repaired", "repair", "quality")
        decide_case(case_no=repaired, decision="accept", **self._by(agent))
        receive_goods(case_no=repaired, **self._by(agent))
        refused = self.cases["refused"] = self._apply("refused", "refund_only", "quality")
        decide_case(case_no=refused, decision="refuse", reason_code="evidence", reason=self.words, **self._by(agent))
        partly = self.cases["partly"] = self._apply("partly", "refund_only", "quality")
        decide_case(case_no=partly, decision="partly", units=(("1", 1),), reason=self.words, **self._by(agent))

    def _under_way(self) -> None:
        self.cases["to send"] = self._apply("to send")
        self._book(self._apply("fetched"))
        fee = self.cases["fee"] = self._apply("fee", policy="cn")  # the law of the Union forbids one
        ship_back(case_no=fee, carrier="SF", tracking_no="SF1000", **self._by())
        withdraw_case(case_no=fee, reason="changed_mind", **self._by())
        found = self.cases["found"] = self._apply("found")
        desk = self.office.made.staff("warehouse")
        receive_goods(case_no=found, **self._by(desk))
        photos = receive_evidence(uploads=(picture(),), case_no=found, actor=desk, deps=self.office.deps).evidence
        lines = (LineFound(line_id="1", received=3, accepted=2, rejected=1),)
        inspect_goods(case_no=found, found=lines, reason=self.words, photo_ids=[photos[0].id], **self._by(desk))

    def _book(self, case_no: str) -> None:
        """A courier comes for it."""
        self.cases["fetched"] = case_no
        by, settings = self._by(), self.office.deps.schemas.read_settings({"pickup": {"carrier": "SF"}})
        page = pickup_page(case_no=case_no, actor=by["actor"], settings=settings, deps=by["deps"])
        sender = Sender(name=self.recipient, phone="+8613800000001", address=self.title)
        book_pickup(case_no=case_no, wish=PickupWish(slot=page.slots[0].code, sender=sender), **by)

    @property
    def _euros(self) -> dict[str, Any]:
        return {"currency": "EUR", "country": "DE"}

    def line(self, line_id: str = "1", quantity: int = 3) -> Any:
        made = make_line(line_id, quantity, 30000, currency="EUR")
        return replace(made, title=f"{self.title}{line_id}")

    def delivered(self, days: int) -> Order:
        return bought(self.line(), at=self.at - days * DAY - ODD, **self._euros)

    def take(self, name: str, order: Order, policy: str = "eu") -> str:
        number = self.orders[name] = self.office.take(order, policy=policy, recipient=self.recipient)
        return number

    def _apply(self, name: str, kind: Any = "return_refund", reason: str = "no_reason", policy: str = "eu") -> str:
        number = self.take(name, self.delivered(3), policy)
        ask = ApplicationAsk(kind=kind, reason=reason, units=(("1", 3),), received=True, conditions=CONDITIONS)
        return apply_for(order_no=number, ask=ask, **self._by()).case_no

    def _cancel(self, order_no: str) -> Any:
        by = self._by()
        settings = self.office.deps.schemas.read_settings({})
        shown = cancel_page(order_no, actor=by["actor"], settings=settings, locale="zh", deps=by["deps"]).shown
        return cancel_order(order_no=order_no, ask=CancelAsk(reason="changed_mind"), shown=shown, **by)

    def _by(self, actor: Any = None) -> dict[str, Any]:
        """Who acts, the customer unless told; each time under a number of its own."""
        self.acts += 1
        actor = actor or self.office.made.shopper
        return {"actor": actor, "request_id": f"act-{self.acts}", "deps": self.office.deps}
