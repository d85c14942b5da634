"""A shop's policy on its pages: read by four roles, drafted by a supervisor, tried out, published by two."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.page import Page
from tests.support.staff import Office

pytestmark = pytest.mark.req("N4")


def supervisor(office: Office, login: str = "zhuguan-1", htmx: bool = False) -> Any:
    return office.desk("supervisor", login=login, htmx=htmx)


def typed_in(page: Page, name: str) -> str | None:
    value: str | None = page.one(f'[name="{name}"]').tree.get("value")
    return value


def drafted(desk: Any) -> Page:
    return desk.open("/staff/policies").submit("/draft/begin")


def test_it_is_drafted_simulated_proposed_and_approved_by_another(office: Office, htmx: bool) -> None:
    desk = supervisor(office, htmx=htmx)
    page = desk.open("/staff/policies")
    assert page.says("现在的规则", "无理由退货：7天", "CN-1 网上购买的商品", "消费者权益保护法第25条第1款")
    page = drafted(desk)
    assert page.path == "/staff/policies/draft" and page.says(
        "不写时：7天", "CN-1 网上购买的商品", "还有：CN-5、CN-7、CN-17"
    )
    page = page.submit("/draft", fields={"windows.no_reason_days": "30"})
    assert page.path == "/staff/policies/review" and page.says(
        "草稿已保存", "无理由退货的天数", "发布前先用这份草稿试算"
    )
    page = page.submit("/simulate", days="90")
    assert page.says("正在试算") and page.one("progress")
    office.work()
    page = desk.open("/staff/policies/review")
    assert page.says("已试算0件") and not page.says("刷新进度")
    page = page.submit("/propose", reason="春节放宽")
    assert page.says("已提交审批", "这是您自己提出的") and not [form for form in page.forms if form.matches("/answer")]
    boss = supervisor(office, "zhuguan-2", htmx=htmx)
    assert boss.open("/staff/policies").says("等第二人审批", "春节放宽")
    assert boss.open("/staff/approvals").follow("查看并审批").path == "/staff/policies/review"
    page = boss.open("/staff/policies/review").submit("/answer", answer="approve")
    assert page.path == "/staff/policies"
    assert page.says("新的规则已发布", "无理由退货：30天", "zhuguan-1提出，zhuguan-2批准", "起草新的规则")
    version = boss.open(page.one("#own-versions tr[data-state=in_use] a").tree.get("href"))
    assert version.says("这个版本", "现在有效")
    assert office.desk("auditor").open("/staff/audit").says("发布了新的规则", "提交新的规则等第二人审批")


def test_everything_wrong_is_said_at_its_field_and_above_and_what_was_typed_stays(office: Office) -> None:
    desk = supervisor(office)
    typed = {"windows.no_reason_days": "3", "timers.shop_inspects": "x", "fees.cancel.fixed": "1,2,3"}
    page = drafted(desk).submit("/draft", fields=typed | {"title.zh": "", "kinds": ["cancel"]})
    assert page.status == 422 and page.says("不能少于7", "这是法律的要求", "请填写1或更大的整数", "请填写金额")
    assert (typed_in(page, "windows.no_reason_days"), typed_in(page, "fees.cancel.fixed")) == ("3", "1,2,3")
    assert len(page.errors) >= 4
    assert office.rows("SELECT revision FROM policy_draft") == [{"revision": 1}]


def test_a_file_is_pasted_or_uploaded_and_a_wrong_one_stays_to_be_corrected(office: Office) -> None:
    page = drafted(supervisor(office))
    text = 'name = "tepai"\non = "cn"\ntitle = { zh = "特派", en = "Tepai" }\n[windows]\nno_reason_days = 15\n'
    wrong = page.submit("/draft/text", fields={"text": text.replace("15", "5")})
    assert wrong.status == 422 and wrong.says("不能少于7") and "no_reason_days = 5" in wrong.text
    done = wrong.submit("/draft/text", fields={"file": ("good.toml", text.encode(), "application/toml")})
    assert done.says("草稿已保存", "15")


def test_who_was_slower_keeps_what_they_typed(office: Office) -> None:
    first = drafted(supervisor(office))
    second = supervisor(office, "zhuguan-2").open("/staff/policies/draft")
    first.submit("/draft", fields={"windows.no_reason_days": "30"})
    page = second.submit("/draft", fields={"windows.no_reason_days": "60"})
    assert page.status == 409 and page.says("同事刚刚改了草稿") and typed_in(page, "windows.no_reason_days") == "60"
    assert page.submit("/draft", fields={"windows.no_reason_days": "60"}).says("草稿已保存", "60")


@pytest.mark.parametrize("role", ["agent", "auditor", "admin"])
def test_others_read_and_change_nothing(office: Office, role: str) -> None:
    drafted(supervisor(office)).submit("/draft", fields={"windows.no_reason_days": "30"})
    desk = office.desk(role)
    for path in ("/staff/policies", "/staff/policies/review"):
        page = desk.open(path)
        assert page.says("30天" if path.endswith("review") else "处不同")
        assert not [form for form in page.forms if form.matches("/policies")]
    assert desk.open("/staff/policies/draft", status=403).status == 403


def test_a_draft_is_given_up(office: Office) -> None:
    desk = supervisor(office)
    drafted(desk)
    page = desk.open("/staff/policies").submit("/draft/discard")
    assert page.says("已放弃草稿", "起草新的规则") and office.rows("SELECT id FROM policy_draft") == []
    assert desk.open("/staff/policies/review").says("现在没有草稿")
