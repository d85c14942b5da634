import json
import tomllib
from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.money import Money
from portal.domain.shops import profile
from portal.domain.shops.colours import READABLE
from portal.domain.shops.settings import SettingsError, ShopSettings, settings_to_dict
from portal.schemas import shop_settings as schemas
from portal.schemas.shop_settings import read_settings
from portal.web.shell.paint import DARK_GROUNDS, LIGHT_GROUNDS, contrast, dark_paint, light_paint

EVERYTHING = tomllib.loads(
    """
    zone = "Europe/Berlin"
    locale = "en"
    currency = "JPY"
    closed_days = [2027-02-06, "2027-01-01"]
    second_step = true
    remembered_sign_in = true
    eu_information_given = false
    sms_sender = "特派商城"
    mail_from = "特派商城 <after-sales@shop.example>"
    [return_address]
    name = "退货组"
    phone = "+8657100000001"
    region = "浙江省杭州市"
    address = "云栖路1号"
    postcode = "310000"
    [contact]
    phone = "400-000-0001"
    hours = "每天9:00—21:00"
    mail = "service@shop.example"
    chat_url = "https://chat.shop.example/"
    [[carriers]]
    code = "SF"
    name = "顺丰速运"
    track_url = "https://track.example/?no={tracking_no}"
    [arrival.alipay]
    max_days = 2
    [arrival.points_card]
    kind = "wallet"
    label = { zh = "积分卡", en = "Points card" }
    [fees]
    withdrawal_fixed = "12"
    withdrawal_percent = "1.5"
    return_freight_cap = "30"
    on_delivery = false
    [limits]
    auto_refund = "500"
    second_person = "200"
    [links]
    pay = "https://pay.shop.example/{order_no}"
    basket = "https://shop.example/basket?add={items}"
    [warehouse]
    hours = "09:00-18:00"
    days = ["fri", "mon"]
    closed_days = [2027-03-05]
    [theme]
    accent = "#8A1538"
    radius = 4
    mode = "light"
    """
)


def problems_of(table):
    with pytest.raises(SettingsError) as raised:
        read_settings(table)
    return dict(raised.value.problems)


def test_a_shop_that_says_nothing_has_every_setting():
    settings = read_settings({})
    assert settings == ShopSettings()
    assert (settings.zone, settings.locale, settings.currency) == ("Asia/Shanghai", "zh-CN", "CNY")
    assert settings.warehouse_hours.is_open_on(date(2027, 2, 6))
    assert settings.pay_link("A-1") == settings.basket_link([("S", 1)], "A-1") == settings.track_link("SF", "1") == ""
    assert settings.carrier_name("sf") == "顺丰速运"
    assert settings.carrier_name("Overland") == "Overland"


@pytest.mark.req("S12")
@pytest.mark.parametrize(
    ("method", "kind", "days"),
    [
        ("alipay", "wallet", (0, 1)),
        ("wechat", "wallet", (0, 1)),
        ("gift_card", "wallet", (0, 1)),
        ("store_credit", "wallet", (0, 1)),
        ("card", "bank", (3, 7)),
        ("unionpay", "bank", (3, 7)),
        ("anything_else", "bank", (3, 7)),
    ],
)
def test_each_payment_method_has_its_own_arrival(method, kind, days):
    arrival = ShopSettings().arrival_of(method)
    assert (arrival.kind, (arrival.min_days, arrival.max_days)) == (kind, days)


@pytest.mark.req("S12")
def test_what_a_shop_says_of_a_method_leaves_the_rest_as_it_was():
    settings = read_settings(EVERYTHING)
    alipay = settings.arrival_of("alipay")
    assert (alipay.min_days, alipay.max_days, alipay.kind, alipay.label.zh) == (0, 2, "wallet", "支付宝")
    assert settings.arrival_of("points_card").label.in_locale("en") == "Points card"
    assert settings.arrival_of("wechat") == ShopSettings().arrival_of("wechat")


def test_every_setting_is_read():
    settings = read_settings(EVERYTHING)
    assert settings.closed_days == (date(2027, 1, 1), date(2027, 2, 6))
    assert settings.second_step and not settings.eu_information_given
    assert settings.return_address.region == "浙江省杭州市"
    assert settings.contact.chat_url == "https://chat.shop.example/"
    assert settings.fees.withdrawal_fixed == Money(12, "JPY")
    assert settings.fees.withdrawal_percent == Decimal("1.5")
    assert not settings.fees.on_delivery and ShopSettings().fees.on_delivery
    assert settings.limits.second_person == Money(200, "JPY")
    assert settings.theme.accent == "#8a1538"


def test_numbers_are_quoted_into_links():
    settings = read_settings(EVERYTHING)
    assert settings.pay_link("A 1&b") == "https://pay.shop.example/A%201%26b"
    assert settings.track_link("sf", "SF 1") == "https://track.example/?no=SF%201"
    assert settings.basket_link([("S,1", 2), ("甲", 1)], "") == "https://shop.example/basket?add=S%2C1:2,%E7%94%B2:1"


def test_the_warehouse_rests_on_its_own_days_and_on_those_of_the_shop():
    hours = read_settings(EVERYTHING).warehouse_hours
    assert (hours.opens, hours.closes, hours.weekdays) == (540, 1080, frozenset({0, 4}))
    assert not hours.is_open_on(date(2027, 3, 5))
    assert not hours.is_open_on(date(2027, 1, 1))
    assert hours.is_open_on(date(2027, 1, 8))


def test_settings_survive_being_stored_as_json():
    settings = read_settings(EVERYTHING)
    assert read_settings(json.loads(json.dumps(settings_to_dict(settings)))) == settings
    assert read_settings(settings_to_dict(ShopSettings())) == ShopSettings()


def test_every_problem_is_named_with_its_key():
    problems = problems_of(
        {
            "zone": "Beijing",
            "curency": "CNY",
            "contact": {"mail": "nobody", "chat_url": "javascript:alert(1)"},
            "carriers": [{"code": "SF"}, {"code": "SF", "name": "顺丰速运"}, "ZTO"],
            "arrival": {"card": {"min_days": 9}, "Card": {}, "alipay": {"label": {"zh": 1}}},
            "fees": {"withdrawal_fixed": 12, "withdrawal_percent": "101"},
            "limits": {"auto_refund": "-1.00", "second_person": "1.005"},
            "warehouse": {"hours": "18:00-09:00", "days": ["Mon"], "closed_days": "2027-01-01"},
            "links": {"pay": "https://shop.example/pay"},
            "theme": "dark",
        }
    )
    assert problems.keys() == {
        "zone",
        "curency",
        "contact.mail",
        "contact.chat_url",
        "carriers[0].name",
        "carriers[1].code",
        "carriers[2]",
        "arrival.card.max_days",
        "arrival.Card",
        "arrival.alipay.label.zh",
        "fees.withdrawal_fixed",
        "fees.withdrawal_percent",
        "limits.auto_refund",
        "limits.second_person",
        "warehouse.hours",
        "warehouse.days",
        "warehouse.closed_days",
        "links.pay",
        "theme",
    }
    assert problems["curency"] == "is not a setting, did you mean currency?"


def test_the_error_reads_as_one_line_a_problem():
    with pytest.raises(SettingsError) as raised:
        read_settings({"zone": "Beijing", "second_step": "yes"})
    assert str(raised.value).splitlines() == [
        "zone: must be an IANA time zone like Asia/Shanghai",
        "second_step: must be true or false",
    ]


@pytest.mark.parametrize(
    ("key", "table"),
    [
        ("currency", {"currency": "RMB"}),
        ("currency", {"currency": ["CNY"]}),
        ("locale", {"locale": "fr"}),
        ("return_address", {"return_address": None}),
        ("carriers", {"carriers": {"SF": "顺丰速运"}}),
        ("arrival", {"arrival": 3}),
        ("arrival.card.min_days", {"arrival": {"card": {"min_days": True}}}),
        ("contact.hours", {"contact": {"hours": "9:00\n18:00"}}),
        ("contact.hours", {"contact": {"hours": "时" * 201}}),
        ("links.pay", {"links": {"pay": "https://{order_no}.example/"}}),
        ("links.pay", {"links": {"pay": "http://shop.example/{order_no}"}}),
        ("links.pay", {"links": {"pay": "https://shop.example/{order_no}/{order}"}}),
        ("mail_from", {"mail_from": "特派商城"}),
        ("closed_days", {"closed_days": ["soon"]}),
        ("theme.radius", {"theme": {"radius": 8.5}}),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(key, table):
    assert problems_of(table).keys() == {key}


CODES = {kind: {"template_id": "SMS_1"} for kind in ("sign_in_code", "behalf_code")}


@pytest.mark.req("S15")
@pytest.mark.parametrize(
    ("key", "said", "templates"),
    [
        ("sms.templates.refund_succeeded.params[1]", "is none of shop, path", {"params": ["order_no", "price"]}),
        ("sms.templates.refund_succeeded.template_id", "is missing", {"template_id": None}),
        ("sms.templates.refund_succeded", "did you mean refund_succeeded?", None),
        ("sms.templates.behalf_code", "is needed", "no code"),
    ],
)
def test_a_text_template_that_cannot_be_used_names_its_key_and_the_reason(key, said, templates):
    wanted = {**CODES, "refund_succeeded": {"template_id": "SMS_2"}}
    if templates is None:
        wanted["refund_succeded"] = {"template_id": "SMS_3"}
    elif templates == "no code":
        del wanted["behalf_code"]
    else:
        wanted["refund_succeeded"] |= templates
        wanted["refund_succeeded"] = {name: one for name, one in wanted["refund_succeeded"].items() if one}
    found = problems_of({"sms": {"templates": wanted}})
    assert found.keys() == {key} and said in found[key]


@pytest.mark.req("S15")
def test_a_template_is_approved_in_a_language_or_in_both():
    templates = {**CODES, "refund_succeeded": {"template_id": {"zh": "SMS_2", "en": "SMS_3"}, "params": ["amount"]}}
    read = read_settings({"sms": {"templates": templates}}).sms.templates["refund_succeeded"]
    assert (read.template_id.zh, read.template_id.en, read.params) == ("SMS_2", "SMS_3", ("amount",))
    assert problems_of({"sms": {"quiet": "late"}}).keys() == {"sms.quiet"}


def test_an_accent_that_cannot_be_read_on_white_is_refused_with_its_contrast():
    assert "2.85" in problems_of({"theme": {"accent": "#999999"}})["theme.accent"]
    assert read_settings({"theme": {"accent": "#767676"}}).theme.accent == "#767676"


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_an_accent_that_is_taken_can_be_read_in_both_schemes(colour):
    try:
        theme = read_settings({"theme": {"accent": colour}}).theme
    except SettingsError:
        assert contrast(colour, "#ffffff") < READABLE
        return
    for paint, grounds in ((light_paint(theme), LIGHT_GROUNDS), (dark_paint(theme), DARK_GROUNDS)):
        assert min(contrast(paint.accent, ground) for ground in (*grounds, paint.tint)) >= READABLE
        assert contrast(paint.on_accent, paint.accent) >= READABLE


PAIRS = [
    (schemas.ReturnAddressTable, profile.ReturnAddress),
    (schemas.ContactTable, profile.Contact),
    (schemas.CarrierTable, profile.Carrier),
    (schemas.ArrivalSettings, profile.ShopArrival),
    (schemas.FeeSettings, profile.ShopFees),
    (schemas.LimitSettings, profile.ShopLimits),
    (schemas.LinksTable, profile.Links),
    (schemas.WarehouseTable, profile.Warehouse),
    (schemas.ThemeTable, profile.Theme),
    (schemas.SettingsTable, ShopSettings),
]


@pytest.mark.parametrize(("table", "kind"), PAIRS, ids=lambda one: one.__name__)
def test_a_table_has_the_keys_of_its_dataclass_and_no_others(table, kind):
    assert table.__annotations__.keys() == {field.name for field in fields(kind)}


HOURS = {"zh": "每天9:00—21:00", "en": "9:00–21:00 every day"}


@pytest.mark.req("N6", "S36")
@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        (HOURS, HOURS["zh"], HOURS["en"]),
        ("9:00—21:00", "9:00—21:00", "9:00—21:00"),
        ({"zh": "每天"}, "每天", "每天"),
        ({"en": "daily"}, "daily", "daily"),
        ("", "", ""),
        ({}, "", ""),
    ],
)
def test_words_of_a_shop_are_a_line_or_one_for_each_language_and_fall_back_on_the_other(said, zh, en):
    table = {"name": said, "contact": {"hours": said}, "carriers": [{"code": "JT", "name": said}]}
    settings = read_settings(table)
    for found in (settings.name, settings.contact.hours, settings.carriers[0].name):
        assert (found.in_locale("zh-CN"), found.in_locale("en")) == (zh, en)
    assert settings.carrier_name("jt", "en") == en
    assert settings.name_in("en", "added as") == (en or "added as")
    assert read_settings(json.loads(json.dumps(settings_to_dict(settings)))) == settings
    if isinstance(said, str):
        assert settings_to_dict(settings)["contact"]["hours"] == said


@pytest.mark.req("N6", "S36")
def test_a_carrier_that_a_shop_names_in_chinese_alone_has_its_english_name():
    settings = read_settings({"carriers": [{"code": "SF", "name": "顺丰速运"}, {"code": "YD", "name": "我们的韵达"}]})
    assert settings.carrier_name("SF", "en") == "SF Express" and settings.carrier_name("SF") == "顺丰速运"
    assert settings.carrier_name("YD", "en") == "我们的韵达"


@pytest.mark.parametrize(
    ("key", "table"),
    [
        ("contact.hours.fr", {"contact": {"hours": {"fr": "9h"}}}),
        ("contact.hours.en", {"contact": {"hours": {"zh": "每天", "en": " 9"}}}),
        ("contact.hours.en", {"contact": {"hours": {"en": 9}}}),
        ("contact.hours", {"contact": {"hours": 9}}),
        ("name", {"name": " 特派"}),
        ("carriers[0].name.en", {"carriers": [{"code": "SF", "name": {"en": "x" * 201}}]}),
    ],
)
def test_what_is_wrong_with_words_is_named_by_its_language(key, table):
    assert key in problems_of(table)
