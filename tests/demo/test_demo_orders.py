import json
import re
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

import portal.demo
from portal.demo.catalogue import GOODS
from portal.demo.orders import demo_accounts, demo_orders
from portal.demo.pictures import FOLDER, PICTURES, draw
from portal.domain.identity.logins import read_login, read_phone
from portal.domain.identity.passwords import password_problem
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.money import minor_digits
from portal.domain.policy.jurisdictions import find_zone
from portal.schemas.order import read_order
from portal.schemas.shop_settings import read_settings

NOW = datetime(2026, 11, 23, 5, 28, 8, tzinfo=UTC)
# Noon, just after midnight in China, a Saturday there, a leap day, New Year.
MOMENTS = [
    NOW,
    datetime(2026, 12, 3, 16, 1, tzinfo=UTC),
    datetime(2026, 11, 27, 20, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
    datetime(2027, 1, 1, 4, 0, tzinfo=ZoneInfo("Europe/Berlin")),
]
STATES = {"awaiting_payment", "paid", "picking", "shipped", "delivered", "completed", "cancelled"}
# The order format of INTERFACE, table by table.
ORDER_KEYS = set(
    """number placed_at updated_at currency status promised_ship_by pay_by pay_url jurisdiction payment_terms
    points_earned invoice customer ship_to lines freight freight_tax fees freight_waived discounts payments refunds
    shipments""".split()
)
LINE_KEYS = set(
    """id sku title variant quantity unit_price discount tax category tags opened_at return_days gift_of gift_value
    restriction image_url product_url stock_problem""".split()
)
CUSTOMER_KEYS = {"id", "name", "phone", "mail", "locale", "zone"}
RECIPIENT_KEYS = {"name", "phone", "country", "region", "address", "postcode"}
SHIPMENT_KEYS = set(
    "id carrier tracking_no shipped_at delivered_at status promised_at last_scan_at lines".split(),
)
ORDERS = list(demo_orders(NOW))
LIN = [order for order in ORDERS if order["customer"]["id"] == "c-1001"]


def amount(text, currency):
    assert isinstance(text, str)
    value = Decimal(text)
    assert value >= 0
    assert -value.as_tuple().exponent <= minor_digits(currency)
    return value


def line_total(line, currency):
    cent = Decimal(1).scaleb(-minor_digits(currency))
    goods = (Decimal(line["unit_price"]) * line["quantity"]).quantize(cent, ROUND_HALF_UP)
    return goods - amount(line.get("discount", "0"), currency) + amount(line.get("tax", "0"), currency)


def cost(order):
    currency = order["currency"]
    goods = sum(line_total(line, currency) for line in order["lines"])
    off = sum(amount(one["amount"], currency) for one in order["discounts"])
    fees = sum(amount(one["amount"], currency) for one in order["fees"])
    return goods - off + amount(order["freight"], currency) + amount(order["freight_tax"], currency) + fees


def moment(text):
    read = datetime.fromisoformat(text)
    assert read.utcoffset() == timedelta(hours=8)
    return read


def moments_of(value, key=""):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from moments_of(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from moments_of(item)
    elif key == "at" or key.endswith(("_at", "_by")):
        yield key, moment(value)


def tagged(tag):
    return [order for order in LIN for line in order["lines"] if tag in line.get("tags", ())]


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_every_order_adds_up_to_the_minor_unit(now):
    for order in demo_orders(now, 120):
        paid = sum(Decimal(payment["amount"]) for payment in order["payments"])
        is_collected = order.get("payment_terms") != "cod" or order["status"] == "delivered"
        if order["status"] == "awaiting_payment" or not is_collected or not order["payments"]:
            assert paid == 0
        else:
            assert paid == cost(order), order["number"]
        assert cost(order) >= 0
        assert all(line_total(line, order["currency"]) >= 0 for line in order["lines"])
        assert all(amount(payment["amount"], order["currency"]) > 0 for payment in order["payments"])


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_every_order_is_taken_in_without_a_word(now):
    for order in demo_orders(now, 200):
        taken = read_order(order)
        assert isinstance(taken, ImportedOrder), taken
        assert taken.unknown == ()
        assert balance_problem(taken) is None


def test_only_unpaid_free_and_uncollected_orders_are_without_payment():
    without = [order for order in ORDERS if not order["payments"]]
    reasons = [
        order["status"] in ("awaiting_payment", "cancelled") or cost(order) == 0 or order.get("payment_terms") == "cod"
        for order in without
    ]
    assert all(reasons)
    assert any(cost(order) == 0 for order in without)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_nothing_has_happened_after_now_or_before_the_order(now):
    for order in demo_orders(now, 120):
        placed_at = moment(order["placed_at"])
        for key, at in moments_of(order):
            if key in ("promised_ship_by", "promised_at", "expires_at"):
                continue
            assert at >= placed_at, (order["number"], key)
            assert key == "pay_by" or at <= now, (order["number"], key)
        if order["status"] == "awaiting_payment":
            assert moment(order["pay_by"]) > now
            assert order["pay_url"].startswith("https://")
        for parcel in order["shipments"]:
            assert parcel.get("delivered_at", now.isoformat()) > parcel["shipped_at"]
        done = ("placed_at", "paid_at", "shipped_at", "delivered_at", "last_scan_at", "at")
        assert moment(order["updated_at"]) >= max(at for key, at in moments_of(order) if key in done)


def test_orders_are_the_same_for_the_same_moment_and_seed_and_can_be_sent_as_json():
    again = list(demo_orders(NOW))
    assert again == ORDERS == [json.loads(json.dumps(order, ensure_ascii=False)) for order in ORDERS]
    assert list(demo_orders(NOW, seed=8)) != ORDERS
    assert len({order["number"] for order in demo_orders(NOW, 2000)}) == 2000


def test_numbers_and_ids_are_as_the_interface_wants_them():
    for order in ORDERS:
        assert re.fullmatch(r"[A-Za-z0-9-]{1,64}", order["number"])
        for group in ("lines", "payments", "refunds", "shipments"):
            ids = [one["id"] for one in order[group]]
            assert len(set(ids)) == len(ids)
            assert all(re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", one) for one in ids)
        tracking = [parcel["tracking_no"] for parcel in order["shipments"]]
        assert all(re.fullmatch(r"(SF|ZTO|YTO|JD|EMS)\d{10,}", one) for one in tracking)


def test_orders_have_no_key_that_the_format_does_not_know_and_refer_only_to_their_own_lines():
    for order in ORDERS:
        assert order.keys() <= ORDER_KEYS
        assert order["customer"].keys() <= CUSTOMER_KEYS
        assert order["ship_to"].keys() <= RECIPIENT_KEYS
        quantities = {line["id"]: line["quantity"] for line in order["lines"]}
        sent = Counter()
        for line in order["lines"]:
            assert line.keys() <= LINE_KEYS
            assert line.get("gift_of", line["id"]) in quantities
        for parcel in order["shipments"]:
            assert parcel.keys() <= SHIPMENT_KEYS
            sent.update({one["line"]: one["quantity"] for one in parcel["lines"]})
        assert all(count <= quantities[line] for line, count in sent.items())
        for refund in order["refunds"]:
            paid = {payment["id"]: Decimal(payment["amount"]) for payment in order["payments"]}
            assert 0 < Decimal(refund["amount"]) <= paid[refund["payment"]]
            assert all(one["quantity"] <= quantities[one["line"]] for one in refund["lines"])
        assert all(line in quantities for one in order["discounts"] for line in one.get("lines", ()))


@pytest.mark.req("S3")
def test_there_are_enough_orders_for_paging_and_every_state_for_the_first_shopper():
    assert len(ORDERS) == 72
    assert len({order["customer"]["id"] for order in ORDERS}) >= 6
    assert ORDERS[0]["customer"]["id"] == "c-1001"
    assert {"phone", "mail"} <= ORDERS[0]["customer"].keys()
    assert len(LIN) >= 30
    assert {order["status"] for order in LIN} == STATES


@pytest.mark.req("S9", "S10", "S14")
def test_the_turns_an_order_can_take_are_all_there():
    now = NOW.isoformat()
    waiting = [order for order in LIN if order["status"] in ("paid", "picking")]
    assert {order["status"] for order in waiting if order.get("promised_ship_by", "9") < now} == {"paid", "picking"}
    assert {x["stock_problem"] for o in waiting for x in o["lines"] if "stock_problem" in x} == {
        "out_of_stock",
        "faulty",
    }
    kinds = Counter(one["kind"] for order in LIN for one in order["discounts"])
    assert kinds.keys() == {"coupon", "points", "promotion", "adjustment"}
    ends = [one["expires_at"] for order in waiting for one in order["discounts"] if one["kind"] == "coupon"]
    assert min(ends) < now < max(ends)
    assert any(one.get("threshold") for order in LIN for one in order["discounts"])
    assert any(one.get("lines") for order in LIN for one in order["discounts"])
    assert {tuple(p["method"] for p in order["payments"]) for order in LIN} >= {
        ("gift_card", "alipay"),
        ("wechat", "store_credit"),
    }
    assert any(order["fees"] for order in LIN)
    assert any("freight_waived" in order for order in LIN)
    assert any("gift_of" in line and "gift_value" in line for order in LIN for line in order["lines"])
    assert any(line.get("return_days") == 30 for order in LIN for line in order["lines"])
    assert max(line["quantity"] for order in LIN for line in order["lines"]) == 12
    assert max(len(order["lines"]) for order in LIN) == 60
    assert any(order["refunds"] and order["status"] == "delivered" for order in LIN)


@pytest.mark.req("S11")
def test_parcels_are_in_transit_partly_sent_several_refused_lost_and_without_a_date():
    parcels = [parcel for order in LIN for parcel in order["shipments"]]
    assert {parcel["status"] for parcel in parcels} == {"in_transit", "delivered", "refused", "lost"}
    assert any(parcel["status"] == "delivered" and "delivered_at" not in parcel for parcel in parcels)
    assert any(len(order["shipments"]) > 1 for order in LIN)
    partly = [
        order
        for order in LIN
        if order["status"] == "shipped"
        and sum(one["quantity"] for parcel in order["shipments"] for one in parcel["lines"])
        < sum(line["quantity"] for line in order["lines"])
    ]
    assert partly


@pytest.mark.req("S22")
def test_restricted_goods_have_arrived_in_time_to_be_asked_about():
    for tag in ("custom", "fresh", "digital", "newspaper"):
        assert [order for order in tagged(tag) if order["status"] == "delivered"], tag
    [(_, confirmed)] = [(o, x) for o in LIN for x in o["lines"] if "restriction" in x]
    assert confirmed["restriction"]["ground"] == "CN-3"
    assert any("opened_at" in line for order in tagged("digital") for line in order["lines"])


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_one_delivery_has_its_seventh_day_on_a_day_of_rest_that_is_not_over(now):
    signed = [
        moment(parcel["delivered_at"]).date()
        for order in demo_orders(now)
        for parcel in order["shipments"]
        if "delivered_at" in parcel
    ]
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    last_days = [day + timedelta(days=7) for day in signed]
    assert any(day.weekday() == 5 and day >= today for day in last_days)


def test_cash_on_delivery_is_collected_at_the_door_only():
    cod = [order for order in ORDERS if order.get("payment_terms") == "cod"]
    assert {order["status"] for order in cod} == {"paid", "picking", "shipped", "delivered"}
    assert [order["status"] for order in cod if order["payments"]] == ["delivered"]


def test_orders_from_abroad_have_their_currency_zone_and_language():
    [germany] = {
        (o["currency"], o["jurisdiction"], o["customer"]["locale"], o["customer"]["zone"])
        for o in ORDERS
        if o["ship_to"]["country"] == "DE"
    }
    assert germany == ("EUR", "EU", "en", "Europe/Berlin")
    japan = [order for order in ORDERS if order["ship_to"]["country"] == "JP"]
    assert {order["currency"] for order in japan} == {"JPY"}
    assert any(line["tax"] not in ("0", "0.00") for order in japan for line in order["lines"])
    assert all(find_zone(o["customer"]["zone"]) for o in ORDERS if "zone" in o["customer"])


def test_phones_are_valid_made_up_and_nobody_shares_one():
    customers = {order["customer"]["id"]: order["customer"] for order in demo_orders(NOW, 300)}
    phones = [customer["phone"] for customer in customers.values() if "phone" in customer]
    assert len(set(phones)) == len(phones)
    assert all(read_phone(phone) == phone for phone in phones)
    chinese = [order["ship_to"]["phone"] for order in ORDERS if order["ship_to"]["country"] == "CN"]
    assert all(re.fullmatch(r"\+861380000\d{4}", phone) for phone in chinese)


@pytest.mark.req("S1")
def test_everybody_who_ordered_can_sign_in_and_every_role_is_staffed():
    accounts = demo_accounts()
    shoppers = [account for account in accounts if not account.role]
    assert shoppers[0].login == "c-1001"
    assert {account.login for account in shoppers} == {order["customer"]["id"] for order in demo_orders(NOW, 300)}
    assert [account.role for account in accounts if account.role] == [
        "agent",
        "supervisor",
        "warehouse",
        "auditor",
        "admin",
    ]
    for account in accounts:
        assert password_problem(account.password, logins=[account.login]) is None
        assert read_login(account.login).key == account.login


def test_the_shop_has_settings_that_can_be_used():
    text = Path(portal.demo.__path__[0], "shop.toml").read_text(encoding="utf-8")
    settings = read_settings(tomllib.loads(text))
    used = {parcel["carrier"] for order in ORDERS for parcel in order["shipments"]}
    assert used == {carrier.code for carrier in settings.carriers}
    assert settings.pay_link(ORDERS[0]["number"]) == ORDERS[0]["pay_url"]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_kept_as_it_is_drawn_small_and_square(name):
    kept = (FOLDER / f"{name}.svg").read_bytes()
    assert kept.decode() == draw(name)
    assert len(kept) <= 2000
    assert etree.fromstring(kept).get("viewBox") == "0 0 240 240"


def test_every_good_has_its_picture_and_orders_show_them():
    assert set(GOODS) == set(PICTURES) == {path.stem for path in FOLDER.glob("*.svg")}
    shown = {line["image_url"] for order in ORDERS for line in order["lines"]}
    assert len(shown) >= 24
    assert shown <= {f"/static/demo/{name}.svg" for name in PICTURES}
    elsewhere = next(demo_orders(NOW, 1, "https://img.example"))
    assert elsewhere["lines"][0]["image_url"].startswith("https://img.example/")
