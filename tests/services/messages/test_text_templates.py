"""A gateway with approved texts gets a template and its parameters; nobody is woken by one (S15)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.models.job import Job
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.shops.manage_shops import set_shop
from tests.support.world import World

pytestmark = pytest.mark.req("S15")
CODES = {kind: {"template_id": f"SMS_{kind}", "params": ["code"]} for kind in ("sign_in_code", "behalf_code")}
REFUND = {
    "order_no": "TP1",
    "amount": {"minor": 12345, "currency": "CNY"},
    "provider": "alipay",
    "account": "alipay",
}
NIGHT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""23:30 in Shanghai."""
MORNING = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def set_texts(world: World, templates: dict[str, Any], **more: Any) -> None:
    set_shop(key="tepai", settings={"sms": {"templates": templates, **more}}, deps=world.deps)


def tell(world: World, kind: str = "refund_succeeded", **params: Any) -> None:
    with unit_of_work(world.deps) as work:
        told = REFUND if kind == "refund_succeeded" else params
        work.notices.add(world.made.shop_id, world.shopper.id, kind, dict(told), order_no="TP1")


def test_the_parameters_go_in_the_order_of_the_shop(world: World) -> None:
    template = {"template_id": "SMS_77", "params": ["order_no", "amount", "shop", "path"]}
    set_texts(world, {**CODES, "refund_succeeded": template})
    tell(world)
    work_all_jobs(deps=world.deps)
    [text] = world.texts.sent
    assert (text.template_id, text.params) == ("SMS_77", ("TP1", "¥123.45", "特派商城", "orders/TP1"))


def test_what_has_no_approved_text_goes_by_mail_alone(world: World) -> None:
    set_texts(world, CODES)
    tell(world)
    work_all_jobs(deps=world.deps)
    assert (len(world.mailer.sent), world.texts.sent) == (1, [])
    assert not [job for job in world.rows(Job) if job["done_at"] is None], "nothing waits for a template"


def test_a_shop_without_templates_sends_its_words(world: World) -> None:
    tell(world)
    work_all_jobs(deps=world.deps)
    [text] = world.texts.sent
    assert (text.template_id, text.params) == ("", ()) and "退款¥123.45已退出" in text.body


def test_a_text_of_the_night_goes_once_in_the_morning_and_the_mail_at_once(world: World) -> None:
    world.clock.set(NIGHT)
    tell(world)
    work_all_jobs(deps=world.deps)
    assert (len(world.mailer.sent), len(world.texts.sent)) == (1, 0)
    world.clock.set(MORNING)
    for _ in range(2):
        work_all_jobs(deps=world.deps)
    assert (len(world.mailer.sent), len(world.texts.sent)) == (1, 1)


@pytest.mark.parametrize("news", [True, False])
def test_what_asked_for_something_is_not_sent_once_it_is_overtaken(news: bool, world: World) -> None:
    world.clock.set(NIGHT)
    tell(world, "shipping_postponed", order_no="TP1", deadline="2026-12-01T00:00:00+00:00")
    work_all_jobs(deps=world.deps)
    if news:
        tell(world, "address_changed", order_no="TP1")
    world.clock.set(MORNING)
    work_all_jobs(deps=world.deps)
    assert ["收货信息" in text.body for text in world.texts.sent] == [news]


def test_a_shop_may_send_at_night(world: World) -> None:
    set_texts(world, {}, quiet="")
    world.clock.set(NIGHT)
    tell(world)
    work_all_jobs(deps=world.deps)
    assert len(world.texts.sent) == 1
