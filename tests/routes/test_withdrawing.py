"""撤销申请 and its fee on the pages, plain and with htmx, against the sandbox rail and its plan (S30–S33)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.pay_fee import pay_fee
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.support.applications import IN_WINDOW, bought
from tests.support.order_facts import make_line
from tests.support.page import Browserless, Page
from tests.support.said import ship_back
from tests.support.shopper import Shopfront
from tests.support.staff import open_office

METHODS = ["card", "alipay", "wechat", "cod"]


class Shift:
    """The moment it is, for everybody in the app."""

    at: datetime = IN_WINDOW


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "sandbox-plan"


@pytest.fixture
def app(sqlite_url: str, portal_on: Callable[..., Flask], plan: Path) -> Flask:
    return portal_on(sqlite_url, sandbox_plan=str(plan))


@pytest.fixture
def shift(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> Shift:
    shift = Shift()
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: shift.at)
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"fees": {"withdrawal_fixed": "12.00"}})
    return shift


def returning(front: Shopfront, reason: str = "no_reason", units: int = 3) -> str:
    number = front.take(bought(make_line("1", 3, 30000)))
    ask = ApplicationAsk(
        kind="return_refund", reason=reason, units=(("1", units),), received=True, conditions=CONDITIONS
    )
    by = {"request_id": f"apply-{number}", "deps": front.deps}
    return apply_for(order_no=number, ask=ask, actor=front.made.shopper, **by).case_no


def under_way(front: Shopfront, **values: Any) -> str:
    case_no = returning(front, **values)
    by = {"actor": front.made.shopper, "request_id": f"ship-{case_no}", "deps": front.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **by)
    return case_no


def asked(front: Shopfront, shopper: Browserless) -> tuple[str, Page]:
    """A withdrawal whose fee is due; the case's page."""
    case_no = under_way(front)
    return case_no, shopper.open(f"/cases/{case_no}/withdraw").submit("/withdraw", reason="changed_mind")


def marks(page: Page) -> tuple[str | None, str | None]:
    case = page.one("#case")
    return case.get("data-state"), case.get("data-fee")


@pytest.mark.req("S30", "S31", "N2")
def test_before_the_goods_are_sent_it_is_free_and_says_what_it_does(
    front: Shopfront, shopper: Browserless, shift: Shift
) -> None:
    case_no = returning(front)
    page = shopper.open(f"/cases/{case_no}").act("withdraw")
    panel = page.one("#withdraw-panel")
    assert panel.says("撤销这份申请？", "撤销后不再退款，订单恢复原状。", "前还可以再申请。", "¥300.00", "不收费")
    assert "again_until" in page.times and "deadline" in page.times
    page = page.submit("/withdraw", reason="changed_mind")
    assert (page.path, marks(page)) == (f"/cases/{case_no}", ("withdrawn", None))
    assert page.one("#case").says("现在没有退款，下面是申请时计算的金额。")
    assert len(page.queries) <= 12


@pytest.mark.req("S30")
def test_a_window_that_is_over_is_said_before_confirming(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    case_no = returning(front)
    shift.at += timedelta(days=4)
    page = shopper.open(f"/cases/{case_no}/withdraw")
    assert page.says("无理由退货已于", "撤销后不能再以无理由申请")


@pytest.mark.req("S30", "N3")
def test_a_part_is_worked_out_first_and_then_taken_back(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    case_no = returning(front)
    page = shopper.open(f"/cases/{case_no}/withdraw").submit(
        "/withdraw", fields={"quantity-1": "1", "reason": "mistake"}, button="quote"
    )
    assert (page.status, page.amount("refund")) == (200, "200.00")
    page = page.submit("/withdraw", fields={"quantity-1": "1", "reason": "mistake"})
    assert (marks(page)[0], page.amount("refund")) == ("awaiting_return", "200.00")


@pytest.mark.req("S31")
def test_while_the_goods_are_on_their_way_the_fee_is_shown_before_and_due_afterwards(
    front: Shopfront, shopper: Browserless, shift: Shift
) -> None:
    case_no = under_way(front)
    page = shopper.open(f"/cases/{case_no}").act("withdraw")
    assert page.says("撤销需要支付¥12.00", "由商家寄还给您，运费由您承担", "没有支付，申请照常进行")
    assert (page.amount("fee"), page.times["deadline"]) == ("12.00", IN_WINDOW + timedelta(hours=72))
    page = page.submit("/withdraw", reason="changed_mind")
    assert (page.path, marks(page)) == (f"/cases/{case_no}", ("in_transit", "due"))
    assert page.says("费用待支付", "去支付¥12.00") and "withdraw" not in page.actions
    assert page.times["deadline"] == IN_WINDOW + timedelta(hours=72)
    assert page.amount("fee") == "12.00"
    again = shopper.open(f"/cases/{case_no}/withdraw")
    assert (again.status, again.errors) == (409, ["fee_open"])


@pytest.mark.req("S32")
@pytest.mark.parametrize("method", METHODS)
def test_it_is_paid_by_each_way_there_is(front: Shopfront, shopper: Browserless, shift: Shift, method: str) -> None:
    case_no, page = asked(front, shopper)
    page = page.act("fee")
    assert (page.path, page.one("#fee-panel").get("data-fee")) == (f"/cases/{case_no}/fee", "due")
    offered = {field.get("value") for field in page.all("#fee-panel input[name=method]")}
    assert offered == set(METHODS)
    without = page.submit("/fee", forged={"method": ""})
    assert without.status == 422 and without.says("请选择支付方式") and not without.says("请选择一个原因")
    page = page.submit("/fee", method=method)
    assert (page.path, marks(page)) == (
        f"/cases/{case_no}",
        ("sending_back", "on_delivery" if method == "cod" else "paid"),
    )
    assert shopper.open(f"/cases/{case_no}/fee").status == 409


@pytest.mark.req("S33")
@pytest.mark.parametrize(
    ("kind", "error", "says"),
    [
        ("wrong_password", "wrong_password", ("支付密码不正确，没有扣款", "请在支付宝找回")),
        ("no_funds", "no_funds", ("余额或额度不足，没有扣款", "需付¥12.00")),
        ("down", "provider_down", ("支付宝暂时无法支付", "您没有被扣款", "申请保持不变")),
        ("less", "less_than_due", ("收到¥6.00，少于应付¥12.00",)),
    ],
)
def test_each_failure_is_told_apart_and_paying_again_works(
    front: Shopfront, shopper: Browserless, shift: Shift, plan: Path, kind: str, error: str, says: tuple[str, ...]
) -> None:
    case_no, page = asked(front, shopper)
    plan.write_text(f"payment {case_no}* {kind}\n")
    page = page.act("fee").submit("/fee", method="alipay")
    assert (page.status, page.path, page.errors) == (200, f"/cases/{case_no}/fee", [error])
    assert page.says(*says) and page.one("#fee-panel").get("data-fee") == "due"
    case = shopper.open(f"/cases/{case_no}")
    assert (marks(case), case.says("换个方式支付")) == (("in_transit", "due"), True)
    plan.unlink()
    assert marks(page.submit("/fee", method="card")) == ("sending_back", "paid")


@pytest.mark.req("S33", "N7")
def test_less_than_is_due_is_back_once_the_rail_says_so(
    front: Shopfront, shopper: Browserless, shift: Shift, plan: Path
) -> None:
    case_no, page = asked(front, shopper)
    plan.write_text("payment * less\n")
    page = page.act("fee").submit("/fee", method="wechat")
    assert page.says("正在原路退回")
    for _ in range(3):
        shift.at += timedelta(seconds=30)
        work_all_jobs(deps=front.deps)
    assert shopper.open(f"/cases/{case_no}/fee").says("收到¥6.00，少于应付¥12.00，已原路退回。")


@pytest.mark.req("S33", "P3")
@pytest.mark.parametrize("kind", ["unknown", "slow", "late", "lying"])
def test_an_unknown_outcome_asks_not_to_pay_again_and_settles_by_itself(
    front: Shopfront, shopper: Browserless, shift: Shift, plan: Path, kind: str
) -> None:
    case_no, page = asked(front, shopper)
    plan.write_text(f"payment {case_no}* {kind}\n")
    page = page.act("fee").submit("/fee", method="alipay")
    assert (page.path, page.errors) == (f"/cases/{case_no}/fee", ["unknown"])
    assert page.says("正在确认是否支付成功", "请不要重复支付") and not page.has("input[name=method]")
    assert marks(shopper.open(f"/cases/{case_no}")) == ("in_transit", "processing")
    plan.unlink()
    for _ in range(3):
        shift.at += timedelta(seconds=30)
        work_all_jobs(deps=front.deps)
    assert marks(shopper.open(f"/cases/{case_no}")) == ("sending_back", "paid")
    ((_, taken, moved),) = front.deps.rail.balances()  # type: ignore[attr-defined]
    assert (taken.decimal(), moved.decimal()) == ("12.00", "0.00")


@pytest.mark.req("S36")
def test_unpaid_in_time_it_is_void_and_the_application_goes_on(
    front: Shopfront, shopper: Browserless, shift: Shift
) -> None:
    case_no, page = asked(front, shopper)
    pay = page.act("fee")
    shift.at += timedelta(hours=72, seconds=1)
    late = pay.submit("/fee", method="card")
    assert (late.status, late.says("费用作废，申请照常进行")) == (409, True)
    run_deadlines(deps=front.deps)
    page = shopper.open(f"/cases/{case_no}")
    assert (marks(page), page.says("已作废")) == (("in_transit", "voided"), True)
    assert "withdraw" in page.actions


@pytest.mark.req("N10")
def test_goods_the_shop_has_received_are_written_about(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    case_no = under_way(front)
    open_page = shopper.open(f"/cases/{case_no}/withdraw")
    by = {"actor": front.made.staff("warehouse"), "request_id": "receive", "deps": front.deps}
    receive_goods(case_no=case_no, **by)
    for page in (shopper.open(f"/cases/{case_no}/withdraw"), open_page.submit("/withdraw", reason="changed_mind")):
        assert (page.status, page.errors) == (409, ["goods_received"])
        assert page.says("商家已收到商品并在验货，不能撤销。不想退了，请留言，由客服安排寄还。")


@pytest.mark.req("S37")
def test_the_same_form_again_gets_the_first_answer(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    case_no = under_way(front)
    form = shopper.open(f"/cases/{case_no}/withdraw")
    pay = form.submit("/withdraw", reason="changed_mind").act("fee")
    assert marks(form.submit("/withdraw", reason="changed_mind")) == ("in_transit", "due")
    for _ in range(2):
        assert marks(pay.submit("/fee", method="card")) == ("sending_back", "paid")


@pytest.mark.req("S30")
def test_what_changed_meanwhile_is_shown_instead_of_done(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    case_no = under_way(front)
    page = shopper.open(f"/cases/{case_no}/withdraw")
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"fees": {"withdrawal_fixed": "15.00"}})
    page = page.submit("/withdraw", reason="changed_mind")
    assert (page.status, page.errors, page.amount("fee")) == (409, ["changed"], "15.00")
    assert marks(page.submit("/withdraw", reason="changed_mind")) == ("in_transit", "due")


def test_a_way_to_pay_has_to_be_chosen(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    _, page = asked(front, shopper)
    page = page.act("fee").submit("/fee")
    assert (page.status, page.errors) == (422, ["required"])


def test_nothing_to_pay_and_nobody_elses_fee(front: Shopfront, shopper: Browserless, shift: Shift) -> None:
    assert shopper.open(f"/cases/{under_way(front)}/fee").status == 409
    assert shopper.open("/cases/T20260101ABCDEFGH/fee").status == 404


@pytest.mark.req("S32", "N10")
def test_staff_record_the_fee_paid_at_the_door(app: Flask, plan: Path) -> None:
    office = open_office(app)
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"fees": {"withdrawal_fixed": "12.00"}})
    office.clock.set(IN_WINDOW)
    number = office.take(bought(make_line("1", 3, 30000)))
    ask = ApplicationAsk(
        kind="return_refund", reason="no_reason", units=(("1", 3),), received=True, conditions=CONDITIONS
    )
    by = {"actor": office.made.shopper, "deps": office.deps}
    case_no = apply_for(order_no=number, ask=ask, request_id="apply", **by).case_no
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", request_id="ship", **by)
    withdraw_case(case_no=case_no, reason="changed_mind", request_id="withdraw", **by)
    pay_fee(case_no=case_no, method="cod", request_id="pay", **by)
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}")
    assert (page.one("#desk").get("data-fee"), page.amount("fee")) == ("on_delivery", "12.00")
    page = page.submit("/return-parcel", carrier="SF", tracking_no="SF2000")
    assert page.says("到付¥12.00")
    page = page.submit("/handed-over", handed_over="taken")
    desk_mark = page.one("#desk")
    assert (desk_mark.get("data-state"), desk_mark.get("data-fee")) == ("withdrawn", "paid")


@pytest.mark.req("S30")
def test_staff_close_a_case_on_the_desk_with_the_consent_of_the_customer(app: Flask) -> None:
    office = open_office(app)
    case_no = office.waiting()
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}").submit("/close")
    assert (page.status, page.errors) == (422, ["required"])
    page = page.submit("/close", reason="11月20日电话确认，客户同意")
    assert (page.one("#desk").get("data-state"), page.says("11月20日电话确认，客户同意")) == ("withdrawn", True)
    assert not page.has("#close form")
