"""Mails in HTML: the same words, one button, nothing to load, readable in the light and in the dark (S15)."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html

from portal.adapters.mail_file import FileMailer
from portal.adapters.mail_smtp import SmtpMailer
from portal.adapters.notices_jinja import JinjaNotices
from portal.domain.messages.notice_kinds import NOTICES
from portal.domain.shops.colours import READABLE
from portal.domain.shops.profile import Theme
from portal.ports import Mail, MailLook
from portal.web.shell.paint import ReadablePaints, contrast
from portal.web.shell.vocabulary import CatalogueWords
from tests.adapters.smtp_sink import SmtpSink
from tests.adapters.test_notices import LINK, VALUES
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.req("S15")
WRITER = JinjaNotices(FakeClock(), CatalogueWords(), ReadablePaints())
LOOK = MailLook(kind="", locale="zh", shop_name="特派商城", theme=Theme(), link=LINK)
KINDS = sorted(kind for kind in NOTICES if not kind.startswith("staff_robot"))
UNSUBSCRIBE = "https://shop.example/unsubscribe/v1.AbC-_d?shop=tepai"


def mailed(kind: str, locale: str = "zh", look: MailLook = LOOK, **values: object) -> str:
    params = {name: {**VALUES, **values}[name] for name in NOTICES[kind]}
    written = WRITER.write(kind=kind, params=params, locale=locale, zone="Asia/Shanghai", shop_name="特派商城")
    return WRITER.in_html(written, replace(look, kind=kind, locale=locale))


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_notice_is_a_mail_that_a_screen_reader_and_an_old_mail_program_can_read(kind: str, locale: str) -> None:
    page = html.fromstring(mailed(kind, locale))
    assert page.get("lang") == ("zh-Hans" if locale == "zh" else "en")
    assert len(page.xpath("//h1")) == 1 and page.xpath("//title")[0].text.strip()
    assert [table.get("role") for table in page.iter("table")] == ["presentation"] * len(page.xpath("//table"))
    assert not page.xpath("//img | //link | //script | //form | //*[@background]")
    [button] = page.xpath("//a[@class='go']")
    assert button.get("href") == LINK and button.text.strip()
    preview = page.xpath("//body/div")[0].text_content()
    assert preview.strip() and len(preview) <= 140


def test_the_button_says_what_it_leads_to() -> None:
    said = {kind: html.fromstring(mailed(kind)).xpath("//a[@class='go']")[0].text for kind in ("fee_due", "needs_info")}
    assert said == {"fee_due": "去支付", "needs_info": "去补充"}
    assert "go" not in html.fromstring(mailed("order_expired", look=replace(LOOK, link=""))).xpath("//a/@class")


def test_whatever_a_person_typed_is_shown_and_never_markup() -> None:
    evil = '<script>alert(1)</script>"><a href="https://evil.example">'
    text = mailed("needs_info", question=evil, look=replace(LOOK, shop_name="<b>店</b>"))
    page = html.fromstring(text)
    assert "<script" not in text and "<b>" not in text
    assert "<script>alert(1)</script>" in page.text_content()
    assert {a.get("class") for a in page.iter("a") if "evil.example" in a.get("href")} <= {"to"}


@pytest.mark.parametrize("accent", ["#14527a", "#000000", "#767676", "#7a1f52", "#008060"])
def test_the_shops_colour_can_be_read_in_the_light_and_in_the_dark(accent: str) -> None:
    text = mailed("fee_due", look=replace(LOOK, theme=Theme(accent=accent, radius=3), unsubscribe=UNSUBSCRIBE))
    button = html.fromstring(text).xpath("//a[@class='go']")[0].get("style")
    ground, colour = re.findall(r"background-color:(#\w{6}).*?;color:(#\w{6})", button)[0]
    assert contrast(ground, colour) >= READABLE and contrast(ground, "#f3f4f6") >= READABLE
    dark = text.partition("prefers-color-scheme: dark")[2].partition("</style>")[0]
    ground, colour = re.findall(r"\.go \{ background-color: (#\w{6}).*?; color: (#\w{6})", dark)[0]
    assert contrast(ground, colour) >= READABLE
    [link] = re.findall(r"\.to \{ color: (#\w{6})", dark)
    assert contrast(link, "#0e1012") >= READABLE and contrast(link, "#191c1f") >= READABLE


def test_a_mail_is_both_and_says_how_to_stop_it_and_which_case_it_belongs_to(tmp_path: Path) -> None:
    mail = Mail(
        to="c1@example.com",
        sender="特派 <after-sales@shop.example>",
        subject="退款¥1.00已退出",
        body="退到支付宝。\n",
        message_id="notice-1",
        html=mailed("refund_succeeded"),
        thread="case.T20261120ABCDEFGH",
        unsubscribe=UNSUBSCRIBE + "x" * 200,
    )
    FileMailer(tmp_path, FakeClock()).send(mail)
    with SmtpSink() as sink:
        SmtpMailer(f"smtp://127.0.0.1:{sink.port}", FakeClock()).send(mail)
    raw = next(iter(tmp_path.glob("*.eml"))).read_bytes()
    assert f"List-Unsubscribe: <{mail.unsubscribe}>\r\n".encode() in raw
    for message in (message_from_bytes(raw, policy=policy.default), *sink.received):
        assert isinstance(message, EmailMessage)
        assert message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert message["List-Unsubscribe"] == f"<{mail.unsubscribe}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["References"] == message["In-Reply-To"] == "<case.T20261120ABCDEFGH@shop.example>"
        assert message["Auto-Submitted"] == "auto-generated"


def test_what_is_owed_has_no_way_to_stop_it(tmp_path: Path) -> None:
    FileMailer(tmp_path, FakeClock()).send(
        Mail(to="a@b.example", sender="s@shop.example", subject="x", body="y", message_id="n", html="<p>y</p>")
    )
    assert b"List-Unsubscribe" not in next(iter(tmp_path.glob("*.eml"))).read_bytes()
    assert "unsubscribe" not in mailed("contract_withdrawn")
