"""How values are read, in Chinese and English."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.money import Money
from portal.web.shell import filters
from portal.words.codes import case_word, word

NOW = datetime(2026, 11, 17, 9, 40, tzinfo=UTC)


@pytest.fixture
def page():
    app = Flask(__name__)
    Babel(app, default_locale="zh_Hans_CN")
    filters.register(app, now=lambda: NOW, zone=lambda: ZoneInfo("Asia/Shanghai"))
    with app.test_request_context("/"):
        yield app.jinja_env


def read(page, template: str, **values: object) -> str:
    return page.from_string(template).render(**values)


@pytest.mark.req("S36")
def test_a_term_that_ends_at_midnight_is_named_by_its_last_day(page):
    end = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    shown = read(page, "{{ end|deadline }}", end=end)
    assert ">11月20日24:00前（还剩3天）</time>" in shown
    assert 'datetime="2026-11-21T00:00:00+08:00" data-time="deadline"' in shown


@pytest.mark.req("S36")
@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (timedelta(hours=5, minutes=30), "今天23:10前（还剩5小时）"),
        (timedelta(hours=15), "明天08:40前（还剩15小时）"),
        (timedelta(hours=47, minutes=59), "11月19日17:39前（还剩47小时）"),
        (timedelta(hours=71, minutes=59), "11月20日17:39前（还剩71小时）"),
        (timedelta(hours=72), "11月20日17:40前（还剩3天）"),
        (timedelta(minutes=5), "今天17:45前（不到1小时）"),
        (timedelta(hours=-1), "今天16:40前（已到期）"),
    ],
)
def test_what_is_left_is_said_in_whole_hours_below_three_days(page, after, shown):
    assert shown in read(page, "{{ end|deadline }}", end=NOW + after)


@pytest.mark.req("S36")
@given(rest=st.timedeltas(timedelta(0), timedelta(days=40)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_said_to_be_left_is_never_more_than_there_is_nor_an_hour_less(page, rest):
    said = re.search(r"还剩(\d+)(天|小时)", read(page, "{{ end|deadline }}", end=NOW + rest))
    unit = timedelta(days=1) if said and said[2] == "天" else timedelta(hours=1)
    shown = int(said[1]) * unit if said else timedelta(0)
    assert shown <= rest < shown + unit
    assert unit == timedelta(hours=1) or rest >= timedelta(hours=72)


def test_something_that_happened_at_midnight_keeps_its_own_day(page):
    assert ">11月16日00:00</time>" in read(page, "{{ at|stamp }}", at=datetime(2026, 11, 15, 16, 0, tzinfo=UTC))


def test_the_year_is_said_only_when_it_is_another_one(page):
    assert read(page, "{{ at|day }}", at=date(2025, 3, 1)) == "2025年3月1日"
    assert read(page, "{{ at|day }}", at=NOW) == "11月17日"


@pytest.mark.parametrize(
    ("amount", "shown", "value"),
    [
        (Money(129000, "CNY"), "¥1,290.00", "1290.00"),
        (Money(-500, "JPY"), "-JP¥500", "-500"),
        (Money(1250, "KWD"), "KWD1.250", "1.250"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(page, amount, shown, value):
    assert read(page, "{{ amount|money }} {{ amount|decimal }}", amount=amount) == f"{shown} {value}"


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_yuan_and_yen_are_told_apart_in_every_language(page, locale, monkeypatch):
    monkeypatch.setattr(filters, "language", lambda: locale)
    assert read(page, "{{ amount|money }}", amount=Money(-500, "JPY")) == "-JP¥500"
    assert read(page, "{{ amount|money }}", amount=Money(129000, "CNY")) == "¥1,290.00"


@pytest.mark.parametrize(
    ("mask", "clear", "shown"),
    [
        ("masked_name", "张三丰", "张*"),
        ("masked_phone", "+8613812345678", "138****5678"),
        ("masked_phone", "12345", "****45"),
        ("masked_mail", "zhang@example.com", "z***@example.com"),
        ("masked_address", "世纪大道100号", "世纪****"),
        ("masked_name", "", ""),
    ],
)
def test_personal_data_is_masked(page, mask, clear, shown):
    assert read(page, "{{ clear|" + mask + " }}", clear=clear) == shown


def test_a_cancel_waits_for_the_warehouse_and_other_cases_for_the_shop(page):
    assert case_word("cancel", "submitted") == "待仓库确认"
    assert case_word("return_refund", "submitted") == "待商家处理"
    assert word("new_code", "order") == "new_code"


@pytest.fixture
def berlin():
    """A page of a shop in Shanghai, read in Berlin."""
    app = Flask(__name__)
    Babel(app, default_locale="zh_Hans_CN")
    zone, home = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
    filters.register(app, now=lambda: NOW, zone=lambda: zone, home=lambda: home)
    with app.test_request_context("/"):
        yield app.jinja_env


@pytest.mark.req("S36", "N6")
def test_a_deadline_in_another_zone_than_the_shops_names_the_zone(berlin):
    end = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    shown = read(berlin, "{{ end|deadline }}", end=end)
    assert ">11月20日24:00（柏林时间）前（还剩3天）</time>" in shown
    assert 'datetime="2026-11-21T00:00:00+01:00"' in shown
    assert ">11月21日00:00</time>" in read(berlin, "{{ at|stamp }}", at=end)


def test_opening_hours_name_the_clock_of_the_shop_to_who_reads_by_another(berlin):
    assert read(berlin, "{{ '9:00—21:00'|shop_hours }}{{ ''|shop_hours }}") == "9:00—21:00（上海时间）"


def test_opening_hours_are_as_the_shop_has_them_to_who_reads_by_its_clock(page):
    assert read(page, "{{ '9:00—21:00'|shop_hours }}") == "9:00—21:00"


def test_a_zone_with_the_clock_of_the_shop_needs_no_name():
    app = Flask(__name__)
    Babel(app, default_locale="zh_Hans_CN")
    filters.register(
        app, now=lambda: NOW, zone=lambda: ZoneInfo("Asia/Singapore"), home=lambda: ZoneInfo("Asia/Shanghai")
    )
    with app.test_request_context("/"):
        assert filters.ends(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == "11月20日24:00"
