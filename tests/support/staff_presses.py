"""Every form of the staff that acts, filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.withdrawing.declaration import Typed
from portal.ports import NoLookUp, RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.goodwill.give_amount import give_amount
from portal.services.identity.throttle import Caller
from portal.services.messages.ask_question import ask_question
from portal.services.refunds.transfer_refund import Destination, answer_transfer, propose_transfer
from portal.services.replacing.send_replacement import send_replacement
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.send_back import send_goods_back
from portal.services.withdrawing.declare import declare_withdrawal
from tests.routes.staff.test_deciding import applied
from tests.support.admin_presses import (
    key_add,
    key_retire,
    looks_save,
    member_away,
    member_back,
    member_change,
    member_disable,
    member_invite,
    member_reset,
    member_sign_out,
    notice_text_keep,
    notice_text_ours,
    origin_add,
    origin_remove,
    rail_check,
    rail_remove,
    rail_save,
    robot_save,
    robot_try,
    shop_section_save,
    token_add,
    token_retire,
)
from tests.support.applications import bought
from tests.support.connector_presses import connector_backfill, connector_compare, connector_save
from tests.support.inbox_presses import INBOX_ACTS
from tests.support.macro_presses import MACRO_ACTS
from tests.support.order_facts import make_line
from tests.support.policy_presses import POLICY_ACTS
from tests.support.presses import MORE, PICTURE, Press, approved, offered, partly_rejected, received
from tests.support.queue_presses import QUEUE_ACTS
from tests.support.said import decide_case
from tests.support.staff import Office
from tests.support.webhook_presses import WEBHOOK_ACTS


def decide_in_part(office: Office) -> Press:
    typed = {"decision": "partly", "quantity-1": "2", "reason": "只有两件有问题"}
    page = f"/staff/cases/{applied(office)}"
    return Press(page, typed, {"quantity-1": "1"}, form="/decide", quoted=True, role="agent")


def hold(office: Office) -> Press:
    page = f"/staff/cases/{office.waiting()}"
    other = {"answer": "too_late", "left_at": "2026-11-20T11:55"}
    return Press(page, {"answer": "stopped"}, other, form="/hold", role="agent")


def inspect(office: Office) -> Press:
    case_no = received(office)
    typed = {"accept-1": "2", "resellable-1": "1", "reject-1": "1", "reason": "有划痕", "photos": PICTURE}
    page = f"/staff/cases/{case_no}"
    return Press(page, typed, {"reason": "有很多划痕"}, form="/inspect", quoted=True, role="warehouse")


def ask(office: Office) -> Press:
    return Press(
        f"/staff/cases/{applied(office)}", {"body": "请拍序列号"}, {"body": "请补照片"}, form="/ask", role="agent"
    )


def offer(office: Office) -> Press:
    page, typed = f"/staff/cases/{applied(office)}", {"kind": "keep", "amount": "12.30", "body": "只有一件有问题"}
    return Press(page, typed, {"amount": "12.40"}, form="/offer", role="agent")


def offer_take_back(office: Office) -> Press:
    return Press(f"/staff/cases/{offered(office)}", {}, MORE, form="/offer/take-back", role="agent")


def reopen(office: Office) -> Press:
    case_no = approved(office)
    run_deadlines(as_of=office.clock.now() + timedelta(days=9), deps=office.deps)
    page, typed = f"/staff/cases/{case_no}", {"reason": "您来电说已经寄出"}
    return Press(page, typed, {"reason": "您写信说已经寄出"}, form="/reopen", role="agent")


def close(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"reason": "电话里同意"}, {"reason": "邮件里同意"}, form="/close", role="agent")


def write(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"body": "收到"}, {"body": "已收到"}, form="/message", role="agent")


def note(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"body": "老客户"}, {"body": "新客户"}, form="/note", role="agent")


def unmask(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"reason": "核对收货人"}, {"reason": "核对电话"}, form="/unmask", role="agent")


def receive(office: Office) -> Press:
    return Press(f"/staff/cases/{approved(office)}", {}, MORE, form="/receive", role="warehouse")


def to_send_back(office: Office) -> str:
    case_no = partly_rejected(office)
    by = {"actor": office.made.shopper, "request_id": "choose", "deps": office.deps}
    choose_rejected(case_no=case_no, choice="send_back", **by)
    return case_no


def return_parcel(office: Office) -> Press:
    page, typed = f"/staff/cases/{to_send_back(office)}", {"carrier": "SF", "tracking_no": "SF1234567890"}
    return Press(page, typed, {"tracking_no": "SF1"}, form="/return-parcel", role="warehouse")


def handed_over(office: Office) -> Press:
    case_no, actor = to_send_back(office), office.made.staff("warehouse")
    parcel = {"carrier": "SF", "tracking_no": "SF1234567890", "request_id": "sent back", "deps": office.deps}
    send_goods_back(case_no=case_no, actor=actor, **parcel)
    typed, other = {"handed_over": "taken"}, {"handed_over": "refused"}
    return Press(f"/staff/cases/{case_no}", typed, other, form="/handed-over", role="warehouse")


def to_reship(office: Office, *, is_sent: bool = False) -> str:
    """A case whose missing goods the shop has agreed to send."""
    case_no = applied(office, "reship", "missing_item")
    by = {"request_id": "yes", "deps": office.deps}
    decide_case(case_no=case_no, decision="accept", actor=office.made.staff("agent"), **by)
    if is_sent:
        parcel = {"carrier": "SF", "tracking_no": "SF1234567890", "request_id": "sent", "deps": office.deps}
        send_replacement(case_no=case_no, actor=office.made.staff("warehouse"), **parcel)
    return f"/staff/cases/{case_no}"


def replacement(office: Office) -> Press:
    typed = {"carrier": "SF", "tracking_no": "SF1234567890"}
    return Press(to_reship(office), typed, {"tracking_no": "SF1"}, form="/replacement", role="warehouse")


def replacement_came(office: Office) -> Press:
    return Press(to_reship(office, is_sent=True), {}, MORE, form="/replacement/arrived", role="warehouse")


def refund_instead(office: Office) -> Press:
    typed, other = {"reason": "没有库存了"}, {"reason": "停产了"}
    return Press(to_reship(office), typed, other, form="/refund-instead", role="agent")


def declared(office: Office) -> str:
    """A declaration that found no order."""
    said = Typed(name="Anna", order_no="lost", contact="other@example.org", lines="a rucksack")
    done = declare_withdrawal(
        said=said,
        actor=Actor(kind="declarant", shop_id=office.made.shop_id),
        caller=Caller(address="192.0.2.1"),
        request_id="declared",
        deps=office.deps,
    )
    office.work()
    return f"/staff/declarations/{done.public_id}"


def declaration_match(office: Office) -> Press:
    line = make_line("1", 2, 4000, currency="EUR")
    number = office.take(bought(line, currency="EUR", country="DE"), policy="eu")
    typed = {"order_no": number, "lines": ""}
    return Press(declared(office), typed, {"lines": "1"}, form="/match", role="agent")


def declaration_close(office: Office) -> Press:
    return Press(declared(office), {"reason": "不是本店的"}, {"reason": "已电话处理"}, form="/close", role="agent")


def declaration_unmask(office: Office) -> Press:
    return Press(declared(office), {"reason": "电话核对"}, {"reason": "邮件核对"}, form="/unmask", role="agent")


def retry_refund(office: Office) -> Press:
    page = office.desk("agent").open(f"/staff/cases/{office.waiting()}").submit("/hold", answer="stopped")
    office.rail.next_refund(RefundAnswer(outcome="failed", reason="账户已注销"))
    office.work()
    refund_no = next(iter(page.browser.open("/staff/refunds").states))

    def arrive() -> None:
        for _ in range(3):
            office.work()
            office.rail.settle()
            office.clock.move(seconds=70)

    form = f"/refunds/{refund_no}/retry"
    return Press("/staff/refunds", {}, MORE, form=form, role="agent", meanwhile=arrive)


def task_done(office: Office) -> Press:
    with unit_of_work(office.deps) as work:
        work.tasks.open(office.made.shop_id, "payment_left", dedup_key="payment_left:1", detail={})
    return Press("/staff/refunds", {}, MORE, form="/done", role="supervisor")


def reconcile(office: Office) -> Press:
    return Press("/staff/refunds", {}, MORE, form="/reconcile", role="agent")


def job_retry(office: Office) -> Press:
    office.waiting()
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE job SET dead_at = created_at, error = 'down' WHERE kind = 'notice'")
    number = office.rows("SELECT id FROM job WHERE kind = 'notice'")[0]["id"]
    return Press("/staff/jobs", {}, MORE, form=f"/jobs/{number}/retry", role="admin")


def failed_refund(office: Office) -> str:
    """The number of a refund that its rail has refused."""
    page = office.desk("agent").open(f"/staff/cases/{office.waiting()}").submit("/hold", answer="stopped")
    office.rail.next_refund(RefundAnswer(outcome="failed", reason="账户已注销"))
    office.work()
    return str(next(iter(page.browser.open("/staff/refunds").states)))


def parked_refund(office: Office) -> str:
    """The number of a refund whose rail cannot say what became of it."""
    page = office.desk("agent").open(f"/staff/cases/{office.waiting()}").submit("/hold", answer="stopped")
    office.rail.next_refund(ProviderUnavailable("fake", "timeout"))
    office.work()
    office.rail.next_find(NoLookUp())
    office.clock.move(seconds=70)
    office.work()
    return str(next(iter(page.browser.open("/staff/refunds").states)))


def parked(office: Office) -> Press:
    page, typed = f"/staff/refunds/{parked_refund(office)}/parked", {"outcome": "arrived", "reference": "NB1"}
    return Press(page, typed, {"reference": "NB2"}, form="/parked", role="agent")


TRANSFER = {"way": "bank", "name": "张三", "account": "6222000012345678", "consent": "电话里同意"}


def transfer(office: Office) -> Press:
    page = f"/staff/refunds/{failed_refund(office)}/transfer"
    return Press(page, TRANSFER, {"account": "6222000012345679"}, form="/transfer", role="agent")


def transferring(office: Office, *, is_approved: bool = False) -> str:
    """One that waits for a second person, or to be paid; its page."""
    number = failed_refund(office)
    proposer, boss = office.made.staff("agent"), replace(office.made.staff("supervisor"), id=99)
    to = Destination(**TRANSFER)
    propose_transfer(refund_no=number, to=to, actor=proposer, request_id="to", deps=office.deps)
    if is_approved:
        with unit_of_work(office.deps) as work:
            work.connection.exec_driver_sql(
                "INSERT INTO staff (id, login, role, password_hash, totp_secret, totp_step, created_at) "
                "VALUES (99, 'boss', 'supervisor', '', '', 0, '2026-01-01 00:00:00')"
            )
        answer_transfer(refund_no=number, answer="approve", actor=boss, request_id="yes", deps=office.deps)
    return f"/staff/refunds/{number}/transfer"


def transfer_answer(office: Office) -> Press:
    page = transferring(office)
    typed, other = {"answer": "approve"}, {"answer": "decline"}
    return Press(page, typed, other, form="/transfer/answer", role="supervisor")


def transfer_take_back(office: Office) -> Press:
    return Press(transferring(office), {}, MORE, form="/transfer/take-back", role="agent")


def transfer_paid(office: Office) -> Press:
    page = transferring(office, is_approved=True)
    return Press(page, {"reference": "NB1"}, {"reference": "NB2"}, form="/transfer/paid", role="agent")


def no_stock(office: Office) -> Press:
    page = f"/staff/cases/{applied(office, 'exchange', 'no_reason')}"
    return Press(page, {"reason": "断货了"}, {"reason": "停产了"}, form="/no-stock", role="agent")


def proposed(office: Office) -> str:
    """Something beyond policy that waits for a second person; the page where that is answered."""
    case_no = applied(office)
    by = {"actor": office.made.staff("agent"), "request_id": f"give-{case_no}", "deps": office.deps}
    give_amount(case_no=case_no, amount="5.00", reason="老客户", **by)
    number = office.rows("SELECT number FROM goodwill ORDER BY id")[-1]["number"]
    return f"/staff/approvals/{number}"


def goodwill(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}/goodwill"
    typed = {"kind": "amount", "amount": "5.00", "reason": "老客户"}
    return Press(page, typed, {"amount": "6.00"}, form="/goodwill", role="agent")


def late_return(office: Office) -> Press:
    number = office.take(bought(make_line("1", 3, 30000), at=office.clock.now() - timedelta(days=40)))
    by = {"actor": office.made.shopper, "request_id": "ask", "deps": office.deps}
    page = f"/staff/cases/{ask_question(order_no=number, body='能退吗', **by).case_no}/goodwill"
    typed = {"kind": "late_return", "quantity-1": "1", "reason": "老客户"}
    return Press(page, typed, {"quantity-1": "2"}, form="/goodwill", role="agent")


def proposal_approve(office: Office) -> Press:
    page = proposed(office)
    office.add("supervisor")
    form = page.removeprefix("/staff/approvals")
    return Press(page, {"answer": "approve"}, {"answer": "decline"}, form=form, role="supervisor")


def proposal_take_back(office: Office) -> Press:
    page = proposed(office)
    return Press(page, {}, MORE, form="/take-back", role="supervisor")


STAFF_ACTS = {
    **QUEUE_ACTS,
    **POLICY_ACTS,
    **MACRO_ACTS,
    **WEBHOOK_ACTS,
    "goodwill": (goodwill, late_return),
    "proposal_answer": (proposal_approve,),
    "proposal_take_back": (proposal_take_back,),
    "no_stock": (no_stock,),
    "decide": (decide_in_part,),
    "hold": (hold,),
    "inspect": (inspect,),
    "ask": (ask,),
    "close": (close,),
    "message": (write,),
    "note": (note,),
    "offer": (offer,),
    "reopen": (reopen,),
    "offer_take_back": (offer_take_back,),
    "unmask": (unmask,),
    "receive": (receive,),
    "return_parcel": (return_parcel,),
    "handed_over": (handed_over,),
    "replacement": (replacement,),
    "replacement_came": (replacement_came,),
    "refund_instead": (refund_instead,),
    "declaration_match": (declaration_match,),
    "declaration_close": (declaration_close,),
    "declaration_unmask": (declaration_unmask,),
    **INBOX_ACTS,
    "retry_refund": (retry_refund,),
    "task_done": (task_done,),
    "reconcile": (reconcile,),
    "job_retry": (job_retry,),
    "parked": (parked,),
    "transfer": (transfer,),
    "transfer_answer": (transfer_answer,),
    "transfer_take_back": (transfer_take_back,),
    "transfer_paid": (transfer_paid,),
    "member_invite": (member_invite,),
    "member_change": (member_change,),
    "member_away": (member_away,),
    "member_back": (member_back,),
    "member_end": (member_disable, member_sign_out),
    "member_reset": (member_reset,),
    "key_add": (key_add,),
    "key_retire": (key_retire,),
    "token_add": (token_add,),
    "token_retire": (token_retire,),
    "origin_add": (origin_add,),
    "origin_remove": (origin_remove,),
    "notice_text_keep": (notice_text_keep,),
    "notice_text_ours": (notice_text_ours,),
    "robot_save": (robot_save,),
    "robot_try": (robot_try,),
    "rail_save": (rail_save,),
    "rail_check": (rail_check,),
    "rail_remove": (rail_remove,),
    "connector_save": (connector_save,),
    "connector_backfill": (connector_backfill,),
    "connector_compare": (connector_compare,),
    "looks_save": (looks_save,),
    "shop_section_save": (shop_section_save,),
}
"""By view: the ways its form is filled in."""
