"""What mails about applications and withdrawals from contract say in which case: the exact words."""

from __future__ import annotations

import pytest

from portal.adapters.notices_jinja import JinjaNotices
from portal.web.shell.paint import ReadablePaints
from tests.adapters.test_notices import WORDS, params_of, write
from tests.support.fakes import FakeClock


@pytest.mark.req("S39")
def test_what_was_applied_for_as_often_as_may_be_can_only_be_contested() -> None:
    assert "前（还剩7天）可以修改后重新申请，或申诉，由另一位人员复核" in write("application_refused").body
    assert "前（还剩7天）可以申诉，由另一位人员复核" in write("application_refused", is_last_try=True).body
    assert "Appeal by Nov 27" in write("application_refused", "en", is_last_try=True).body


@pytest.mark.req("S26")
def test_the_address_to_send_to_is_told_of_what_was_asked_for() -> None:
    def subject(of: str, locale: str) -> str:
        told = {"zone": "Asia/Shanghai", "shop_name": "特派商城", "params": params_of("return_approved") | {"kind": of}}
        return (
            JinjaNotices(FakeClock(), WORDS, ReadablePaints())
            .write(kind="return_approved", locale=locale, **told)
            .subject
        )

    assert subject("return_refund", "zh").startswith("退货申请已通过，请在今天18:30前")
    assert subject("exchange", "zh").startswith("换货申请已通过，请在今天18:30前")
    # A withdrawal from contract is nothing that a shop would have to approve.
    assert subject("contract_withdrawal", "zh").startswith("合同已撤回，请在今天18:30前")
    assert subject("contract_withdrawal", "en").startswith("Withdrawn from contract: send it back")


@pytest.mark.req("S12")
def test_what_arrives_on_one_day_names_it_once() -> None:
    assert "退回到支付宝，预计11月20日至11月26日到账。" in write("order_cancelled").body
    one = {"arrival_to": "2026-11-20"}
    assert "退回到支付宝，预计11月20日到账。" in write("order_cancelled", **one).body
    assert "expected Nov 20.\n" in write("order_cancelled", "en", **one).body


@pytest.mark.req("S36")
def test_a_reminder_says_whether_it_can_be_applied_for_again() -> None:
    assert "前（还剩5天）还可以再申请。" in write("return_reminder").body
    over = {"again_until": None, "is_over": True}
    assert "那时无理由退货期限已过，不能再以无理由申请。" in write("return_reminder", **over).body
    assert "The return period will be over by then" in write("return_reminder", "en", **over).body
    assert "再申请" not in write("return_reminder", again_until=None).body


@pytest.mark.req("S28")
def test_where_nothing_was_accepted_no_count_of_none_is_told() -> None:
    assert "0件通过" not in write("goods_not_accepted", accepted=0, refund=None).body
    assert "0 accepted" not in write("goods_not_accepted", "en", accepted=0, refund=None).body


@pytest.mark.req("N5")
def test_a_withdrawal_from_contract_is_acknowledged_with_content_date_and_time() -> None:
    notice = write("contract_withdrawn")
    assert notice.subject == "已收到您撤回合同的声明"
    assert notice.body.startswith(
        "订单A-1001，羽绒服×2、围巾×1，2026年11月20日18:30:05（Asia/Shanghai）提交。请保存这封邮件。\n\n声明人张三，"
    )
    english = write("contract_withdrawn", "en", is_late=True)
    assert "submitted Nov 20, 2026, 18:30:05 (Asia/Shanghai). Keep this mail." in english.body
    assert "on record and a person answers you" in english.body


@pytest.mark.req("P24")
def test_an_acknowledgement_from_before_there_was_an_address_is_still_shown() -> None:
    old = {
        name: value for name, value in params_of("contract_withdrawn").items() if name not in ("verify", "refund_rule")
    }
    notice = JinjaNotices(FakeClock(), WORDS, ReadablePaints()).write(
        kind="contract_withdrawn", params=old, locale="zh", zone="Asia/Shanghai", shop_name="特派商城"
    )
    assert "14天内原路退款" in notice.body and "核对" not in notice.body


@pytest.mark.req("P24")
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_foot_leads_to_the_button_where_the_shop_does(locale: str) -> None:
    where = "Vertrag widerrufen: https://shop.example/withdraw-contract?shop=tepai"
    notice = JinjaNotices(FakeClock(), WORDS, ReadablePaints()).write(
        kind="order_expired",
        params=params_of("order_expired"),
        locale=locale,
        zone="Asia/Shanghai",
        shop_name="特派商城",
        withdraw=where,
    )
    assert [part for part in notice.body.split("\n\n") if part][-2:] == [where, "特派商城\n"]
