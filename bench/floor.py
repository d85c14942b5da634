"""The floor: a bare Flask app on SQLAlchemy Core and Jinja with the same data in pages of the same size.

It checks the session and loads what a page shows, one plain query a table, and nothing else: no translation, no token,
no rule, no masking, no headers, no compression. What the portal costs beyond it is the price of being the portal.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, abort, g, render_template, request
from markupsafe import Markup
from sqlalchemy import Select, bindparam, create_engine, select
from sqlalchemy.engine import Row

import portal.models  # noqa: F401 - the tables
from portal.extensions import Model

app = Flask(__name__)
app.config["TEMPLATES_AUTO_RELOAD"] = False
engine = create_engine(os.environ["PORTAL_DATABASE_URL"])
ZONE = ZoneInfo("Asia/Shanghai")
TABLES = Model.metadata.tables
SESSIONS, CUSTOMERS = TABLES["session"], TABLES["customer"]
ORDERS, LINES, PAYMENTS = TABLES["orders"], TABLES["order_line"], TABLES["payment"]
EVENTS, CASES, MESSAGES = TABLES["event"], TABLES["after_sales_case"], TABLES["message"]
STATES = {
    "awaiting_payment": "待付款",
    "paid": "待发货",
    "picking": "配货中",
    "shipped": "已发货",
    "delivered": "已签收",
    "completed": "已完成",
    "cancelled": "已取消",
}
REASONS = (
    ("changed_mind", "不想要了"),
    ("wrong_item_ordered", "拍错了（商品、规格或数量）"),
    ("wrong_address", "收货信息填错了"),
    ("found_cheaper", "价格不合适"),
    ("duplicate_order", "重复下单了"),
    ("other", "其他原因"),
)
FAULTS = (
    ("no_reason", "不想要了（7天无理由）"),
    ("quality", "商品有质量问题"),
    ("damaged", "收到时已破损"),
    ("wrong_item", "发错货了"),
    ("missing_item", "少发或漏发"),
    ("not_as_described", "与商品描述不符"),
    ("other", "其他原因"),
)
KINDS = (
    ("return", "退货退款", "寄回后退款"),
    ("refund", "仅退款", "不用寄回"),
    ("exchange", "换货", "寄回商品，换一件新的"),
    ("reship", "补寄", "商家补发，不用寄回"),
    ("repair", "维修", "寄回修好再寄给您"),
)
_WHOLE, _LABEL, _WAYBILL = ("whole", "整件商品的照片"), ("label", "型号或标签的照片"), ("waybill", "快递面单")
_CLOSE_UP = ("close_up", "问题处的近照")
EXAMPLES = (
    ("quality", "商品有质量问题", (_CLOSE_UP, _WHOLE, _LABEL)),
    ("damaged", "收到时已破损", (_CLOSE_UP, ("carton", "外箱和破损处"), _WAYBILL)),
    ("wrong_item", "发错货了", (_WHOLE, _LABEL, _WAYBILL)),
    ("missing_item", "少发或漏发", (("all_together", "收到的全部商品摆在一起"), _WAYBILL)),
    ("not_as_described", "与商品描述不符", (("difference", "和描述不一样的地方"), _LABEL)),
)


# Statements are put together once, and read the columns that are shown.
_SESSION = (
    select(SESSIONS.c.shop_id, SESSIONS.c.customer_id, SESSIONS.c.expires_at, CUSTOMERS.c.name)
    .join(CUSTOMERS, CUSTOMERS.c.id == SESSIONS.c.customer_id)
    .where(SESSIONS.c.token_hash == bindparam("digest"))
)
_IS_MINE = (ORDERS.c.customer_id == bindparam("customer"), ORDERS.c.shop_id == bindparam("shop"))
_LISTED = "id number state placed_at total_minor item_count pay_by ship_due_at shipments".split()
_PAGE = (
    select(*(ORDERS.c[name] for name in _LISTED))
    .where(*_IS_MINE)
    .order_by(ORDERS.c.placed_at.desc(), ORDERS.c.id.desc())
    .limit(20)
)
_IDS = bindparam("ids", expanding=True)
_LISTED_LINES = (
    select(LINES.c.order_id, LINES.c.title, LINES.c.image_url)
    .where(LINES.c.order_id.in_(_IDS))
    .order_by(LINES.c.position)
)
_LISTED_CASES = select(CASES.c.order_id, CASES.c.case_no, CASES.c.deadline_at).where(CASES.c.order_id.in_(_IDS))
_OF_ORDER = "id number state placed_at total_minor freight_minor item_count ship_to ship_due_at shipments".split()
_ORDER = select(*(ORDERS.c[name] for name in _OF_ORDER)).where(*_IS_MINE)
_BY_NUMBER = _ORDER.where(ORDERS.c.number == bindparam("number"))
_BY_ID = _ORDER.where(ORDERS.c.id == bindparam("order"))
_OF_LINE = "line_id title variant quantity unit_price total_minor coupon image_url product_url claimed gone".split()
_LINES = (
    select(*(LINES.c[name] for name in _OF_LINE))
    .where(LINES.c.order_id == bindparam("order"))
    .order_by(LINES.c.position)
)
_OF_PAYMENT = "method captured_minor refunded_minor paid_at reference".split()
_PAYMENTS = select(*(PAYMENTS.c[name] for name in _OF_PAYMENT)).where(PAYMENTS.c.order_id == bindparam("order"))
_EVENTS = select(EVENTS.c.at, EVENTS.c.text).where(EVENTS.c.order_id == bindparam("order")).order_by(EVENTS.c.seq)
_CASE = select(CASES.c.id, CASES.c.order_id, CASES.c.case_no, CASES.c.opened_at, CASES.c.deadline_at).where(
    CASES.c.case_no == bindparam("case_no"),
    CASES.c.customer_id == bindparam("customer"),
    CASES.c.shop_id == bindparam("shop"),
)
_MESSAGES = select(MESSAGES.c.author_kind, MESSAGES.c.body, MESSAGES.c.created_at).where(
    MESSAGES.c.case_id == bindparam("case")
)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/orders")
def orders() -> str:
    with engine.begin() as connection:
        page = connection.execute(_PAGE, signed_in(connection)).all()
        ids = {"ids": [order.id for order in page]}
        lines: dict[int, list[Any]] = {}
        for line in connection.execute(_LISTED_LINES, ids):
            lines.setdefault(line.order_id, []).append(line)
        cases = {row.order_id: row for row in connection.execute(_LISTED_CASES, ids)}
    return show("floor_orders.html", orders=page, lines=lines, cases=cases)


@app.get("/orders/<number>")
def order(number: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, _BY_NUMBER, number=number)
        events = connection.execute(_EVENTS, {"order": found.id}).all()
    steps = [("提交", found.placed_at), *(("付款", row.paid_at) for row in payments[:1])]
    timeline = [(found.placed_at, "order_placed", "提交订单", "您")]
    timeline += [(row.paid_at, "order_paid", f"付款{money(row.captured_minor)}", "您") for row in payments]
    parcels = [parcel_of(stored) for stored in found.shipments]
    for parcel in parcels:
        steps += [("发货", parcel["shipped_at"]), ("签收", parcel["delivered_at"])]
        timeline.append((parcel["shipped_at"], "parcel_shipped", "包裹由顺丰速运寄出", "仓库"))
        timeline.append((parcel["delivered_at"], "parcel_delivered", "包裹已签收", "您"))
    # What the intake has left is told by the order itself.
    told = [(event.at, json.loads(event.text)["kind"]) for event in events]
    timeline += [(moment, kind, kind, "商家") for moment, kind in told if not kind.startswith("feed:")]
    values = {"order": found, "lines": lines, "payments": payments, "parcels": parcels}
    return show("floor_order.html", timeline=timeline, steps=steps, **values)


@app.get("/orders/<number>/cancel")
def confirm(number: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, _BY_NUMBER, number=number)
    return show("floor_confirm.html", order=found, lines=lines, payments=payments, reasons=REASONS)


@app.get("/orders/<number>/<any(refund, return):kind>")
def apply(number: str, kind: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, _BY_NUMBER, number=number)
    values = {"order": found, "lines": lines, "payments": payments}
    return show("floor_apply.html", kind=kind, kinds=KINDS, faults=FAULTS, examples=EXAMPLES, **values)


@app.post("/orders/<number>/refund/quote")
def quote(number: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, _BY_NUMBER, number=number)
    chosen = {line.line_id: int(request.form.get(f"quantity-{line.line_id}", 0)) for line in lines}
    parts = [(line, count, share(line, line.gone, count)) for line in lines if (count := chosen[line.line_id])]
    goods = sum(worth for _, _, (worth, _) in parts)
    coupon = sum(less for _, _, (_, less) in parts)
    answer_by = datetime.now(UTC) + timedelta(hours=48)
    values = {"order": found, "parts": parts, "goods": goods, "coupon": coupon, "payments": payments}
    return render_template("floor_quote.html", reason=request.form["reason"], answer_by=answer_by, **values)


def share(line: Any, gone: int, count: int) -> tuple[int, int]:
    """What `count` units cost and what their coupon took, after `gone` others: rounded where all of them end."""
    all_units = line.quantity
    worth, less = (
        amount * (gone + count) // all_units - amount * gone // all_units for amount in (line.total_minor, line.coupon)
    )
    return worth, less


@app.get("/cases/<case_no>")
def case(case_no: str) -> str:
    with engine.begin() as connection:
        waiting = connection.execute(_CASE, signed_in(connection) | {"case_no": case_no}).one()
        found, lines, payments = load(connection, _BY_ID, order=waiting.order_id)
        events = connection.execute(_EVENTS, {"order": found.id}).all()
        connection.execute(_MESSAGES, {"case": waiting.id}).all()
    timeline = [(event.at, json.loads(event.text)["kind"], "申请取消订单", "您") for event in events][-1:]
    values = {"order": found, "lines": lines, "payments": payments, "timeline": timeline}
    return show("floor_case.html", case=waiting, **values)


def signed_in(connection: Any) -> dict[str, int]:
    """Whose the session is: `customer` and `shop`. Asked once a request."""
    if "visitor" not in g:
        digest = hashlib.sha256(request.cookies.get("portal", "").encode()).hexdigest()
        row = connection.execute(_SESSION, {"digest": digest}).one_or_none()
        if row is None or row.expires_at < datetime.now(UTC):
            abort(401)
        g.visitor = {"customer": row.customer_id, "shop": row.shop_id}
    visitor: dict[str, int] = g.visitor
    return visitor


def load(connection: Any, statement: Select[Any], **which: Any) -> tuple[Row[Any], list[Any], list[Any]]:
    """The order, its lines, its payments."""
    found = connection.execute(statement, signed_in(connection) | which).one_or_none()
    if found is None:
        abort(404)
    lines = connection.execute(_LINES, {"order": found.id}).all()
    payments = connection.execute(_PAYMENTS, {"order": found.id}).all()
    g.amounts = [
        ("goods", "商品金额", sum(line.total_minor for line in lines)),
        ("coupon", "优惠券", -sum(line.coupon for line in lines)),
        ("freight", "运费", found.freight_minor),
        ("total", "应付合计", found.total_minor),
        ("paid", "实付", sum(payment.captured_minor for payment in payments)),
        ("refundable", "还可退", sum(payment.captured_minor - payment.refunded_minor for payment in payments)),
    ]
    return found, lines, payments


def parcel_of(stored: dict[str, Any]) -> dict[str, Any]:
    return stored | {name: parsed(stored[name]) for name in ("shipped_at", "delivered_at") if stored[name]}


def show(template: str, **values: Any) -> str:
    token, amounts = "0" * 43, g.get("amounts", ())
    values |= {"token": token, "digest": token[:12], "path": request.path, "states": STATES, "amounts": amounts}
    return render_template(template, **values)


@app.template_filter()
def at(moment: datetime, name: str) -> Markup:
    local = moment.astimezone(ZONE)
    shown = f"{local.month}月{local.day}日{local:%H:%M}"
    return Markup(f'<time datetime="{local.isoformat(timespec="seconds")}" data-time="{name}">{shown}</time>')


@app.template_filter()
def day(moment: datetime) -> str:
    local = moment.astimezone(ZONE)
    return f"{local.month}月{local.day}日"


@app.template_filter()
def slashed(moment: datetime) -> str:
    local = moment.astimezone(ZONE)
    return f"{local.month}/{local.day}"


@app.template_filter()
def parsed(stored: str) -> datetime:
    return datetime.fromisoformat(stored)


@app.template_filter()
def decimal(minor: int) -> str:
    return f"{minor / 100:.2f}"


@app.template_filter()
def money(minor: int) -> str:
    return f"¥{minor / 100:,.2f}" if minor >= 0 else f"-¥{-minor / 100:,.2f}"
