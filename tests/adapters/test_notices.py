"""What customers and staff read by mail and SMS: every kind in both languages, and the exact words of some."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

import portal.adapters.notices_jinja as notices
from portal.adapters.notice_formats import NoticeFormats
from portal.adapters.notices_jinja import WITHOUT_FOOT, JinjaNotices
from portal.domain.messages.notice_kinds import NOTICES
from portal.domain.money import Money
from portal.ports import NoticeWriter, WrittenNotice
from portal.web.shell.paint import ReadablePaints
from portal.web.shell.vocabulary import CatalogueWords
from tests.support.fakes import NOON, FakeClock, PlainNotices

WORDS = CatalogueWords()
LINK = "https://shop.example/orders/A-1001"
VALUES: dict[str, Any] = {
    "order_no": "A-1001",
    "case_no": "T20261120ABCDEFGH",
    "kind": "reship",
    "refund": {"minor": 1230, "currency": "CNY"},
    "granted": {"minor": 2000, "currency": "CNY"},
    "asked": {"minor": 22200, "currency": "CNY"},
    "amount": {"minor": 1230, "currency": "CNY"},
    "account": "alipay",
    "provider": "alipay",
    "arrival_from": "2026-11-20",
    "arrival_to": "2026-11-26",
    "points_back": 100,
    "units": 2,
    "coupons_back": [{"name": "满99减5", "expires_at": "2027-01-03T16:00:00+00:00"}],
    "deadline": "2026-11-20T10:30:00+00:00",
    "at": "2026-11-20T10:15:00+00:00",
    "tasks": [{"what": "new_case", "order_no": "A-1001", "case_no": "T20261120AB", "deadline": "", "link": ""}],
    "total": 3,
    "left": 2,
    "left_at": "2026-11-20T02:15:00+00:00",
    "reason": "银行退回",
    "rest": {"minor": 200, "currency": "CNY"},
    "code": "012345",
    "purpose": "sign_in",
    "what": "refund_failed",
    "at_zero": "approve",
    "return_no": "R261120ABCDEFG",
    "question": "请补充照片",
    "given": "keep",
    "sends_back": True,
    "words": "只有一件有问题。",
    "reason_code": "evidence",
    "complaint_line": "12315",
    "why": "customer_sends_back",
    "again_until": "2026-11-25T16:00:00+00:00",
    "is_over": False,
    "is_last_try": False,
    "is_paid_back": True,
    "accepted": 2,
    "rejected": 1,
    "carrier": "SF",
    "tracking_no": "SF1234567890",
    "slot_from": "2026-12-01T01:00:00+00:00",
    "slot_until": "2026-12-01T04:00:00+00:00",
    "charge": {"minor": 1200, "currency": "CNY"},
    "name": "张三",
    "contact": "c1@example.com",
    "items": [{"title": "羽绒服", "quantity": 2}, {"title": "围巾", "quantity": 1}],
    "submitted_at": "2026-11-20T10:30:05+00:00",
    "is_late": False,
    "problem": "no_funds",
    "on_delivery": {"minor": 1200, "currency": "CNY"},
    "appeal_by": "2026-11-27T16:00:00+00:00",
    "about": "k2",
    "trace": "20261120110070001506",
    "lines": "羽绒服×2",
    "refund_rule": {"zh": "商家在14天内退款", "en": "The shop refunds within 14 days"},
    "verify": "shop.example/verify/0A1B",
    "link": LINK,
}
KINDS = sorted(NOTICES)
FOOT = {"zh": "客服不会索要密码、验证码，也不会让您转账。", "en": "We never ask for passwords, codes or transfers."}


def params_of(kind: str, **changed: Any) -> dict[str, Any]:
    return {name: VALUES[name] for name in NOTICES[kind]} | changed


def write(kind: str, locale: str = "zh", **changed: Any) -> WrittenNotice:
    return JinjaNotices(FakeClock(), WORDS, ReadablePaints()).write(
        kind=kind, params=params_of(kind, **changed), locale=locale, zone="Asia/Shanghai", shop_name="特派商城"
    )


@pytest.mark.req("S15")
@pytest.mark.parametrize(
    "writer", [PlainNotices(), JinjaNotices(FakeClock(), WORDS, ReadablePaints())], ids=["plain", "jinja"]
)
class TestEveryNoticeWriter:
    def write(self, writer: NoticeWriter, kind: str, params: dict[str, Any]) -> WrittenNotice:
        return writer.write(kind=kind, params=params, locale="zh", zone="Asia/Shanghai", shop_name="特派商城")

    def test_a_text_message_is_the_shop_the_subject_and_the_link(self, writer: NoticeWriter) -> None:
        notice = self.write(writer, "order_cancelled", params_of("order_cancelled"))
        assert notice.text == f"【特派商城】{notice.subject} {LINK}"

    def test_a_parameter_too_few_or_too_many_and_an_unknown_kind_are_errors(self, writer: NoticeWriter) -> None:
        whole = params_of("order_expired")
        with pytest.raises(ValueError, match="lacks link"):
            self.write(writer, "order_expired", {"order_no": "A-1"})
        with pytest.raises(ValueError, match="does not take colour"):
            self.write(writer, "order_expired", whole | {"colour": "red"})
        with pytest.raises(ValueError, match="no notice of kind"):
            self.write(writer, "order_exploded", whole)


@pytest.mark.req("S15")
@pytest.mark.parametrize(("kind", "locale"), [*itertools.product(KINDS, ["zh", "en"])])
class TestEveryNotice:
    def test_it_has_one_line_of_subject_a_body_the_link_and_the_foot(self, kind: str, locale: str) -> None:
        notice = write(kind, locale)
        assert notice.subject and "\n" not in notice.subject
        if kind in WITHOUT_FOOT:
            assert notice.body.strip().endswith(LINK) and FOOT[locale] not in notice.body
            return
        first, *_, link, foot, shop = [part for part in notice.body.split("\n\n") if part]
        assert first and "\n\n\n" not in notice.body
        assert link.endswith(LINK)
        assert (foot, shop) == (FOOT[locale], "特派商城\n")
        assert not re.search(r"\{|\}|None|<|>", notice.subject + notice.body)

    def test_without_a_link_none_is_promised(self, kind: str, locale: str) -> None:
        notice = write(kind, locale, link="")
        assert "http" not in notice.body + notice.text
        assert "查看详情" not in notice.body and "Details" not in notice.body

    def test_it_uses_every_parameter_it_asks_for(self, kind: str, locale: str) -> None:
        sources = "".join(
            (TEMPLATES / f"{name}.{locale}.txt").read_text() for name in (kind, "what_comes_back", "foot")
        )
        assert {name for name in NOTICES[kind] if not re.search(rf"\b{name}\b", sources)} == set()

    def test_a_line_break_in_a_parameter_stays_out_of_the_subject(self, kind: str, locale: str) -> None:
        broken = {name: "x\n\ny" for name in ("order_no", "case_no") if name in NOTICES[kind]}
        assert "\n" not in write(kind, locale, **broken).subject


OF_REFUNDS = {
    "refund_succeeded",
    "refund_failed",
    "refund_reversed",
    "refund_late_payment",
    "refund_transferred",
    "fee_returned",
    "fee_return_reversed",
    "refund_by_dispute",
    "early_refund_begun",
}


@pytest.mark.req("S15")
@pytest.mark.parametrize(("kind", "locale"), [*itertools.product(KINDS, ["zh", "en"])])
def test_in_a_sandbox_whatever_tells_of_a_refund_says_that_it_is_none(kind: str, locale: str) -> None:
    """In the subject, which is all that a text message has, and in the body; nothing else is said to be one."""
    real = write(kind, locale)
    said = JinjaNotices(FakeClock(), WORDS, ReadablePaints(), is_sandbox=True).write(
        kind=kind, params=params_of(kind), locale=locale, zone="Asia/Shanghai", shop_name="特派商城"
    )
    mark, warning = {"zh": ("演示退款", "不会真的退款"), "en": ("Demonstration refund", "no money")}[locale]
    is_about_one = "refund" in NOTICES[kind] or kind in OF_REFUNDS
    # One that is new and speaks of a refund to a customer is not forgotten.
    assert is_about_one or kind.startswith("staff_") or "退款" not in write(kind).subject
    assert (mark in said.subject, mark in said.text, warning in said.body) == (is_about_one,) * 3, said
    assert said.body.endswith(real.body) if not is_about_one else said != real


def test_where_there_is_no_money_in_it_a_sandbox_says_nothing_of_a_refund() -> None:
    said = JinjaNotices(FakeClock(), WORDS, ReadablePaints(), is_sandbox=True).write(
        kind="order_cancelled",
        params=params_of("order_cancelled", refund=None),
        locale="zh",
        zone="Asia/Shanghai",
        shop_name="特派商城",
    )
    assert "演示" not in said.subject + said.body


@pytest.mark.parametrize("kind", KINDS)
def test_chinese_notices_use_the_words_and_the_punctuation_of_the_house(kind: str) -> None:
    text = (TEMPLATES / f"{kind}.zh.txt").read_text()
    assert not re.search("用户|买家|卖家|系统|RMA|工单|驳回|非法|无权|亲|哦|！", text)
    assert not re.search(r"[\u4e00-\u9fff}][,.;:!?()]|[\u4e00-\u9fff] [A-Za-z0-9{]", text)


@pytest.mark.req("S6", "S15")
def test_a_cancelled_order_says_how_much_goes_where_and_when_and_what_comes_back() -> None:
    notice = write("order_cancelled")
    assert notice.subject == "订单A-1001已取消，退款¥12.30已发起"
    assert notice.body == (
        "退回到支付宝，预计11月20日至11月26日到账。\n"
        "退回积分100。\n"
        "退回优惠券满99减5（有效期至2027年1月4日）。\n\n"
        f"查看详情：{LINK}\n\n{FOOT['zh']}\n\n特派商城\n"
    )


@pytest.mark.req("S15")
def test_a_cancelled_order_in_english_says_the_same() -> None:
    notice = write("order_cancelled", "en-GB", refund=Money(123456, "GBP"), account=["card", "Visa 4242"])
    assert notice.subject == "Order A-1001 cancelled, refund of £1,234.56 started"
    assert notice.body.startswith(
        "To your bank card, Visa 4242, expected Nov 20 to Nov 26.\n"
        "100 points back.\nCoupon back: 满99减5 (valid until Jan 4, 2027).\n\n"
    )


@pytest.mark.req("S7", "S14")
def test_where_nothing_was_paid_no_refund_is_mentioned_and_an_ended_coupon_says_so() -> None:
    notice = write(
        "order_cancelled",
        refund=None,
        account="",
        arrival_from=None,
        arrival_to=None,
        points_back=0,
        coupons_back=[
            {"name": "满99减5", "expires_at": "2026-11-01T00:00:00+08:00"},
            {"name": "C-9", "expires_at": None},
        ],
    )
    assert notice.subject == "订单A-1001已取消"
    assert notice.body.startswith("这次没有要退的款。\n满99减5已于11月1日过期，退回后不能再用。\n退回优惠券C-9。\n\n")


@pytest.mark.req("S10", "S15")
def test_an_order_of_which_only_units_were_cancelled_is_never_called_cancelled() -> None:
    notice = write("units_cancelled")
    assert notice.subject == "订单A-1001有2件已取消，退款¥12.30已发起"
    assert "（有效期至2027年1月4日）。\n\n其他商品照常处理。\n\n" in notice.body
    assert write("units_cancelled", "en").subject == "Order A-1001: 2 cancelled, refund of ¥12.30 started"


@pytest.mark.req("N7", "S12")
def test_a_refund_is_called_sent_only_with_the_providers_word() -> None:
    notice = write("refund_succeeded")
    assert notice.subject == "退款¥12.30已退出"
    assert notice.body.startswith("支付宝已确认退款成功，退到支付宝。\n")
    assert "已到账" not in notice.body


@pytest.mark.req("N7")
def test_a_refund_that_failed_never_asks_for_an_account_by_mail() -> None:
    notice = write("refund_failed")
    assert notice.subject == "退款没有成功，正在处理"
    assert notice.body.startswith("银行退回，我们会重新处理。如需换收款方式，只在订单页上进行。\n")
    assert write("refund_failed", reason="账户异常。").body.startswith("账户异常，我们会重新处理。")
    assert write("refund_failed", reason="").body.startswith("我们会重新处理。")
    assert "amount_differs" not in write("refund_failed", "en", reason="amount_differs").body


@pytest.mark.req("S2")
def test_a_code_says_what_it_is_for_and_how_long_it_lives() -> None:
    notice = write("sign_in_code", link="")
    assert notice.text == "【特派商城】验证码012345，5分钟内有效，只用于登录，请不要告诉任何人。"
    assert write("sign_in_code", "en").subject == "Code 012345, valid 5 minutes, for signing in only; tell nobody."
    with pytest.raises(KeyError):
        write("sign_in_code", purpose="something else")


@pytest.mark.req("P14")
def test_a_cancel_that_waits_names_the_hour_of_the_answer() -> None:
    notice = write("cancel_received")
    assert notice.subject == "已收到您的申请T20261120ABCDEFGH"
    assert "商家会在今天18:30前（还剩6小时）答复" in notice.body
    assert "by 18:30 today (6 hours left)" in write("cancel_received", "en").body


@pytest.mark.req("P14")
def test_of_an_order_that_nobody_has_paid_for_no_refund_is_promised_while_the_warehouse_looks() -> None:
    assert "拦下就取消并退款；" in write("cancel_received").body
    assert "拦下就取消；" in write("cancel_received", is_paid_back=False).body
    assert "Stopped means cancelled;" in write("cancel_received", "en", is_paid_back=False).body


@pytest.mark.req("S11")
@pytest.mark.parametrize("kind", ["parcel_awaited", "return_received"])
def test_of_goods_that_nobody_has_paid_for_no_refund_is_announced(kind: str) -> None:
    assert "退款" in write(kind).body and "refund" in write(kind, "en").body
    assert "处理完成" in write(kind, is_paid_back=False).body
    assert "后退款" not in write(kind, is_paid_back=False).body
    assert "refund starts" not in write(kind, "en", is_paid_back=False).body


@pytest.mark.req("S11")
def test_too_late_names_when_the_parcel_left_and_the_ways_on() -> None:
    body = write("cancel_too_late").body
    assert body.startswith("包裹已于11月20日10:15寄出，")
    assert "拒收" in body and "退货" in body
    assert "The parcel left at Nov 20, 10:15" in write("cancel_too_late", "en").body


@pytest.mark.parametrize(
    ("deadline", "zh", "en"),
    [
        ("2026-11-23T16:00:00Z", "11月23日24:00前（还剩3天）", "by Nov 23, 24:00 (3 days left)"),
        ("2026-11-21T12:30:00+08:00", "11月21日12:30前（还剩24小时）", "by Nov 21, 12:30 (24 hours left)"),
        ("2026-11-23T11:59:00+08:00", "11月23日11:59前（还剩71小时）", "by Nov 23, 11:59 (71 hours left)"),
        ("2026-11-21T00:00:00+08:00", "今天24:00前（还剩12小时）", "by 24:00 today (12 hours left)"),
        ("2026-11-21T09:30:00+08:00", "明天09:30前（还剩21小时）", "by 09:30 tomorrow (21 hours left)"),
        ("2026-11-20T13:59:00+08:00", "今天13:59前（还剩1小时）", "by 13:59 today (1 hour left)"),
        ("2026-11-20T12:40:00+08:00", "今天12:40前（还剩不到1小时）", "by 12:40 today (less than an hour left)"),
        ("2026-11-20T11:00:00+08:00", "11月20日11:00前", "by Nov 20, 11:00"),
        ("2027-01-01T00:00:00+08:00", "12月31日24:00前（还剩41天）", "by Dec 31, 24:00 (41 days left)"),
        ("2027-01-01T08:00:00+08:00", "2027年1月1日08:00前（还剩41天）", "by Jan 1, 2027, 08:00 (41 days left)"),
    ],
)
@pytest.mark.req("S36", "N6")
def test_a_deadline_names_its_last_day_and_what_is_left(deadline: str, zh: str, en: str) -> None:
    assert NoticeFormats("zh", "Asia/Shanghai", NOON, WORDS).before(deadline) == zh
    assert NoticeFormats("en", "Asia/Shanghai", NOON, WORDS).before(deadline) == en


def test_a_time_is_told_in_the_shops_zone_and_one_without_offset_is_an_error() -> None:
    assert NoticeFormats("zh", "Europe/London", NOON, WORDS).moment("2026-11-20T02:15:00Z") == "11月20日02:15"
    with pytest.raises(ValueError, match="without offset"):
        NoticeFormats("zh", "Asia/Shanghai", NOON, WORDS).moment("2026-11-20T02:15:00")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Money(1230, "CNY"), "¥12.30"),
        (Money(0, "CNY"), "¥0.00"),
        (Money(500, "JPY"), "JP¥500"),
        (Money(1250, "KWD"), "KWD1.250"),
        (Money(1250, "IQD"), "IQD1.250"),
        ({"minor": 999, "currency": "RSD"}, "RSD9.99"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency_and_not_of_the_locale(amount: Any, shown: str) -> None:
    assert NoticeFormats("zh", "Asia/Shanghai", NOON, WORDS).money(amount) == shown


def test_yuan_and_yen_are_told_apart_in_every_language() -> None:
    for language in ("zh", "en"):
        write_money = NoticeFormats(language, "Asia/Shanghai", NOON, WORDS).money
        assert (write_money(Money(500, "JPY")), write_money(Money(1230, "CNY"))) == ("JP¥500", "¥12.30")


@pytest.mark.parametrize(
    ("locale", "subject"),
    [("zh-CN", "登录密码已修改"), ("zh_Hans_CN", "登录密码已修改"), ("", "登录密码已修改")]
    + [(locale, "Your password was changed") for locale in ("en", "en-GB", "de")],
)
def test_who_does_not_read_chinese_reads_english(locale: str, subject: str) -> None:
    assert write("password_changed", locale).subject == subject


TEMPLATES = Path(notices.__file__).parent.parent / "templates" / "mail"


def test_every_template_belongs_to_a_kind() -> None:
    parts = ("what_comes_back", "foot", "sandbox")
    expected = {f"{kind}.{language}.txt" for kind in (*NOTICES, *parts) for language in ("zh", "en")}
    expected |= {"layout.html"}
    assert {file.name for file in TEMPLATES.iterdir()} == expected


@pytest.mark.req("S36", "N6")
def test_a_deadline_read_in_another_zone_than_the_shops_names_the_zone() -> None:
    deadline = "2026-11-23T16:00:00Z"
    zh, en = (NoticeFormats(language, "Europe/Berlin", NOON, WORDS, "Asia/Shanghai") for language in ("zh", "en"))
    assert zh.before(deadline) == "11月23日17:00（柏林时间）前（还剩3天）"
    assert en.before(deadline) == "by Nov 23, 17:00 (Berlin time) (3 days left)"
