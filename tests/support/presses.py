"""Every form of the shopper that acts, filled in: what is pressed twice, by whom, and what would be said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.found import LineFound
from portal.domain.inbox.mail import ReceivedMail
from portal.ports import SlotAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.cases.offer import Proposal, offer_instead
from portal.services.evidence.receive_files import receive_evidence
from portal.services.inbox.receive_mail import receive_mail
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.adapters.pictures import encoded, photo
from tests.routes.staff.test_deciding import applied
from tests.services.evidence.test_evidence import picture
from tests.support.applications import bought
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.said import decide_case, inspect_goods, ship_order
from tests.support.said import ship_back as ship_goods_back
from tests.support.shopper import sign_in
from tests.support.staff import Office

PICTURE = ("scratch.jpg", encoded(photo()), "image/jpeg")
MORE = {"more": "1"}
"""What makes another body of a form that asks for nothing."""
TICKED = {f"condition-{name}": True for name in CONDITIONS}


@dataclass
class Press:
    """A form filled in: where it is, which it is, what is typed, and what would be typed for something else.

    `quoted`: its sum is worked out first, as a confirmation asks. `first`: sent before on the same page, which then
    shows the form that acts. `meanwhile` happens between the two presses.
    `status` is what the first is answered with.
    """

    page: str
    typed: dict[str, Any]
    other: dict[str, Any]
    form: str = ""
    quoted: bool = False
    first: dict[str, Any] = field(default_factory=dict)
    role: str = ""
    status: int = 303
    meanwhile: Callable[[], Any] = field(default=lambda: None)


def cancel(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 3, 3000)))
    typed = {"quantity-1": "2", "reason": "changed_mind"}
    return Press(f"/orders/{number}/cancel", typed, {"note": "快点"}, quoted=True)


def cancel_one_of_two_lines(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 1, 3000), make_line("2", 1, 1000)))
    typed = {"quantity-1": "1", "quantity-2": "0", "reason": "changed_mind"}
    return Press(f"/orders/{number}/cancel", typed, {"quantity-2": "1"}, quoted=True)


def cancel_as_credit(office: Office) -> Press:
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"returns": True, "store_credit": {"refunds": True}})
    typed = {"quantity-1": "2", "reason": "changed_mind", "payout": "store_credit"}
    number = office.take(make_order(make_line("1", 3, 3000)))
    return Press(f"/orders/{number}/cancel", typed, {"payout": "original"}, quoted=True)


def refund_of_one_line(office: Office) -> Press:
    number = office.take(bought(make_line("1", 2, 4000), make_line("2", 1, 1000)))
    typed = {"received": "yes", "reason": "quality", "quantity-1": "2", "quantity-2": "0", "evidence": PICTURE}
    return Press(f"/orders/{number}/refund", typed, {"description": "又坏了"})


def refund_in_euros(office: Office) -> Press:
    line = make_line("1", 2, 4000, currency="EUR")
    number = office.take(bought(line, currency="EUR", country="DE"), policy="eu")
    typed = {"received": "yes", "reason": "quality", "quantity-1": "2", "amount": "12.30"}
    return Press(f"/orders/{number}/refund", typed, {"amount": "12.29"})


def return_of_a_part(office: Office) -> Press:
    number = office.take(bought(make_line("1", 3, 30000)))
    typed = {"reason": "no_reason", "quantity-1": "2"} | TICKED
    return Press(f"/orders/{number}/return", typed, {"quantity-1": "1"})


def reship(office: Office) -> Press:
    number = office.take(bought(make_line("1", 2, 4000), make_line("2", 1, 1000)))
    typed = {"reason": "missing_item", "quantity-1": "1", "quantity-2": "0", "evidence": PICTURE}
    return Press(f"/orders/{number}/reship", typed, {"description": "少了一件"})


def repair(office: Office) -> Press:
    number = office.take(bought(make_line("1", 2, 4000)))
    typed = {"reason": "quality", "quantity-1": "1"}
    return Press(f"/orders/{number}/repair", typed, {"quantity-1": "2"})


def exchange(office: Office) -> Press:
    number = office.take(bought(make_line("1", 3, 30000)))
    typed = {"reason": "no_reason", "quantity-1": "2"} | TICKED
    return Press(f"/orders/{number}/exchange", typed, {"quantity-1": "1"})


def edit(office: Office) -> Press:
    case_no = applied(office, "return_refund", "other")
    typed = {"quantity-1": "1"}

    def decide() -> None:
        by = {"actor": office.made.staff("agent"), "request_id": "yes", "deps": office.deps}
        decide_case(case_no=case_no, decision="accept", **by)

    return Press(f"/cases/{case_no}/edit", typed, {"quantity-1": "2"}, meanwhile=decide)


def resubmit(office: Office) -> Press:
    return Press(f"/cases/{refused(office)}/resubmit", {"description": "序列号在照片里"}, {"description": "没有"})


def withdraw_a_part(office: Office) -> Press:
    case_no = applied(office)
    typed = {"quantity-1": "2", "reason": "mistake"}
    return Press(f"/cases/{case_no}/withdraw", typed, {"quantity-1": "1"}, quoted=True)


def withdraw(office: Office) -> Press:
    return Press(f"/cases/{applied(office)}/withdraw", {"reason": "mistake"}, {"reason": "resolved"})


def contract_in_part(office: Office) -> Press:
    line = make_line("1", 3, 5000, currency="EUR")
    number = office.take(bought(line, currency="EUR", country="DE"), policy="eu")
    return Press(f"/orders/{number}/contract-withdrawal", {"quantity-1": "2"}, {"name": "李四"}, quoted=True)


def declare(office: Office) -> Press:
    said = {"name": "张三", "order_no": office.take(), "contact": "c1@example.com", "lines": "商品1"}
    return Press("/withdraw-contract", {}, {"name": "李四"}, first=said)


def mail(office: Office) -> Press:
    about = ReceivedMail(key="m" * 64, sender="c1@example.com", recipients=(), subject=office.take(), text="杯子碎了")
    receive_mail(about, deps=office.deps)
    return Press(f"/mail/{office.rows('SELECT public_id FROM inbound_mail')[0]['public_id']}", {}, MORE)


def ship_back(office: Office) -> Press:
    case_no = approved(office)
    typed = {"carrier": "SF", "tracking_no": "SF1000", "proof": PICTURE}
    by = {"actor": office.made.staff("warehouse"), "request_id": "here", "deps": office.deps}
    return Press(
        f"/cases/{case_no}/shipment",
        typed,
        {"tracking_no": "SF1001"},
        meanwhile=lambda: receive_goods(case_no=case_no, **by),
    )


def pickup(office: Office) -> Press:
    case_no = fetched(office)
    times = office.couriers.offer(offer_ask(office)).slots
    typed = {"slot": times[4].code, "name": "张三"}
    by = {"actor": office.made.staff("warehouse"), "request_id": "here", "deps": office.deps}
    return Press(
        f"/cases/{case_no}/pickup",
        typed,
        {"slot": times[6].code},
        meanwhile=lambda: receive_goods(case_no=case_no, **by),
    )


def fetched(office: Office) -> str:
    """A return whose goods a courier may fetch."""
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"returns": True, "pickup": {"carrier": "SF"}})
    return approved(office)


def offer_ask(office: Office) -> SlotAsk:
    door = {"address": "", "country": "CN", "zone": "Asia/Shanghai", "currency": "CNY"}
    return SlotAsk(carrier="SF", since=office.clock.now(), until=None, **door)


def payout(office: Office) -> Press:
    with unit_of_work(office.deps) as work:
        settings = {"returns": True, "store_credit": {"refunds": True, "bonus_percent": "10"}}
        work.shops.set(office.made.shop_id, settings=settings)
    case_no = approved(office)
    by = {"actor": office.made.shopper, "deps": office.deps}
    return Press(
        f"/cases/{case_no}/payout",
        {"to": "store_credit"},
        {"to": "original"},
        meanwhile=lambda: withdraw_case(case_no=case_no, reason="mistake", request_id="take back", **by),
    )


def rejected(office: Office) -> Press:
    return Press(f"/cases/{partly_rejected(office)}/rejected", {"choice": "send_back"}, {"choice": "give_up"})


def offered(office: Office) -> str:
    """A case whose customer is to answer an offer."""
    case_no = applied(office)
    said = Proposal(kind="amount", amount="12.30", body="只有一件有问题")
    by = {"actor": office.made.staff("agent"), "request_id": "offer", "deps": office.deps}
    offer_instead(case_no=case_no, proposal=said, **by)
    return case_no


def solved(office: Office) -> Press:
    said = {"answer": "no", "note": "还缺一件"}
    return Press(f"/cases/{refused(office)}/solved", said, {"answer": "yes"})


def offer(office: Office) -> Press:
    return Press(f"/cases/{offered(office)}/offer", {"answer": "accept"}, {"answer": "refuse"})


def appeal(office: Office) -> Press:
    typed = {"body": "照片很清楚", "evidence": PICTURE}
    return Press(f"/cases/{refused(office)}/appeal", typed, {"body": "请再看"})


def message(office: Office) -> Press:
    return Press(f"/cases/{applied(office)}/messages", {"body": "在吗"}, {"body": "还在吗"})


def question(office: Office) -> Press:
    return Press(f"/orders/{office.take()}/ask", {"body": "什么时候发货"}, {"body": "发货了吗"})


def address(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 1, 3000)))
    by = {"actor": office.made.staff("warehouse"), "at": None, "is_delivered": False, "deps": office.deps}
    return Press(
        f"/orders/{number}/address",
        {"address": "新路1号"},
        {"address": "新路2号"},
        meanwhile=lambda: ship_order(order_no=number, carrier="SF", tracking_no="SF1", **by),
    )


def urge_an_order(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 1, 3000)))
    by = {"actor": office.made.staff("warehouse"), "at": None, "is_delivered": False, "deps": office.deps}
    return Press(
        f"/orders/{number}/urge",
        {},
        {"more": "yes"},
        meanwhile=lambda: ship_order(order_no=number, carrier="SF", tracking_no="SF1", **by),
    )


def urge_a_case(office: Office) -> Press:
    case_no = applied(office)
    by = {"actor": office.made.staff("agent"), "request_id": "yes", "deps": office.deps}
    return Press(
        f"/cases/{case_no}/urge",
        {},
        {"more": "yes"},
        meanwhile=lambda: decide_case(case_no=case_no, decision="accept", **by),
    )


def put_off(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 1, 3000)))
    day = office.clock.now().date() + timedelta(days=10)
    by = {"actor": office.made.staff("warehouse"), "at": None, "is_delivered": False, "deps": office.deps}
    return Press(
        f"/orders/{number}/later",
        {"date": day.isoformat(), "note": "出差"},
        {"note": "回来了"},
        meanwhile=lambda: ship_order(order_no=number, carrier="SF", tracking_no="SF1", **by),
    )


def fee(office: Office) -> Press:
    with unit_of_work(office.deps) as work:
        settings = {"returns": True, "fees": {"withdrawal_fixed": "12.00"}}
        work.shops.set(office.made.shop_id, settings=settings)
    case_no = approved(office)
    by = {"actor": office.made.shopper, "deps": office.deps}
    ship_goods_back(case_no=case_no, carrier="SF", tracking_no="SF1000", request_id="ship", **by)
    withdraw_case(case_no=case_no, reason="changed_mind", request_id="take back", **by)
    return Press(f"/cases/{case_no}/fee", {"method": "card"}, {"method": "cod"})


def refused(office: Office) -> str:
    case_no = applied(office)
    answer = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    decide_case(case_no=case_no, actor=office.made.staff("agent"), request_id="no", deps=office.deps, **answer)
    return case_no


def approved(office: Office) -> str:
    return applied(office, "return_refund", "no_reason")


def received(office: Office) -> str:
    case_no = approved(office)
    by = {"actor": office.made.staff("warehouse"), "request_id": "here", "deps": office.deps}
    receive_goods(case_no=case_no, **by)
    return case_no


def partly_rejected(office: Office) -> str:
    case_no, actor = received(office), office.made.staff("warehouse")
    photos = receive_evidence(uploads=(picture(),), case_no=case_no, actor=actor, deps=office.deps).evidence
    found = (LineFound(line_id="1", received=3, accepted=2, rejected=1),)
    by = {"actor": actor, "request_id": "seen", "deps": office.deps}
    inspect_goods(case_no=case_no, found=found, reason="有划痕", photo_ids=[photos[0].id], **by)
    return case_no


SHOP_ACTS = {
    "cancel": (cancel, cancel_one_of_two_lines, cancel_as_credit),
    "refund": (refund_of_one_line, refund_in_euros),
    "return_": (return_of_a_part,),
    "reship": (reship,),
    "repair": (repair,),
    "exchange": (exchange,),
    "edit": (edit,),
    "resubmit": (resubmit,),
    "withdraw": (withdraw_a_part, withdraw),
    "contract_withdrawal": (contract_in_part,),
    "withdraw_contract": (declare,),
    "mail": (mail,),
    "shipment": (ship_back,),
    "pickup": (pickup,),
    "payout": (payout,),
    "rejected": (rejected,),
    "appeal": (appeal,),
    "offer": (offer,),
    "solved": (solved,),
    "messages": (message,),
    "ask": (question,),
    "address": (address,),
    "later": (put_off,),
    "urge_order": (urge_an_order,),
    "urge_case": (urge_a_case,),
    "fee": (fee,),
}
"""By view: the ways its form is filled in."""


def someone(office: Office, press: Press) -> Browserless:
    """Whoever presses it, signed in."""
    if press.role:
        return office.desk(press.role)
    shopper = office.newcomer()
    sign_in(shopper)
    return shopper
