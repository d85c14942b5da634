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
from sqlalchemy import create_engine, select
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


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/orders")
def orders() -> str:
    with engine.begin() as connection:
        customer = signed_in(connection)
        shown = ORDERS.c.id, ORDERS.c.number, ORDERS.c.state, ORDERS.c.placed_at, ORDERS.c.total_minor
        more = ORDERS.c.item_count, ORDERS.c.pay_by, ORDERS.c.ship_due_at, ORDERS.c.shipments
        mine = select(*shown, *more).where(ORDERS.c.customer_id == customer)
        page = connection.execute(mine.order_by(ORDERS.c.placed_at.desc(), ORDERS.c.id.desc()).limit(20)).all()
        ids = [order.id for order in page]
        in_them = select(LINES.c.order_id, LINES.c.title, LINES.c.image_url).where(LINES.c.order_id.in_(ids))
        lines: dict[int, list[Any]] = {}
        for line in connection.execute(in_them.order_by(LINES.c.position)):
            lines.setdefault(line.order_id, []).append(line)
        open_ones = select(CASES.c.order_id, CASES.c.case_no, CASES.c.deadline_at)
        cases = {row.order_id: row for row in connection.execute(open_ones.where(CASES.c.order_id.in_(ids)))}
    return show("floor_orders.html", orders=page, lines=lines, cases=cases)


@app.get("/orders/<number>")
def order(number: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, ORDERS.c.number == number)
        events = connection.execute(events_of(found.id)).all()
    timeline = [(found.placed_at, "提交订单", "您"), *((row.paid_at, "付款", "您") for row in payments)]
    parcels = [parcel_of(stored, lines) for stored in found.shipments]
    for parcel in parcels:
        timeline += [(parcel["shipped_at"], "包裹由顺丰速运寄出", "仓库"), (parcel["delivered_at"], "包裹已签收", "您")]
    # What the intake has left is told by the order itself.
    told = [(event.at, json.loads(event.text)["kind"]) for event in events]
    timeline += [(moment, kind, "商家") for moment, kind in told if not kind.startswith("feed:")]
    values = {"order": found, "lines": lines, "payments": payments, "parcels": parcels}
    return show("floor_order.html", timeline=timeline, **values)


@app.get("/orders/<number>/cancel")
def confirm(number: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, ORDERS.c.number == number)
    return show("floor_confirm.html", order=found, lines=lines, payments=payments, reasons=REASONS)


@app.get("/orders/<number>/<any(refund, return):kind>")
def apply(number: str, kind: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, ORDERS.c.number == number)
    return show("floor_apply.html", order=found, lines=lines, payments=payments, faults=FAULTS, kind=kind)


@app.post("/orders/<number>/refund/quote")
def quote(number: str) -> str:
    with engine.begin() as connection:
        found, lines, payments = load(connection, ORDERS.c.number == number)
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
        customer = signed_in(connection)
        mine = select(CASES).where(CASES.c.case_no == case_no, CASES.c.customer_id == customer)
        waiting = connection.execute(mine).one()
        found, lines, payments = load(connection, ORDERS.c.id == waiting.order_id, customer)
        events = connection.execute(events_of(found.id)).all()
        connection.execute(select(MESSAGES).where(MESSAGES.c.case_id == waiting.id)).all()
    timeline = [(event.at, json.loads(event.text)["kind"], "您") for event in events][-1:]
    values = {"order": found, "lines": lines, "payments": payments, "timeline": timeline}
    return show("floor_case.html", case=waiting, **values)


def signed_in(connection: Any) -> int:
    digest = hashlib.sha256(request.cookies.get("portal", "").encode()).hexdigest()
    session = select(SESSIONS.c.customer_id, SESSIONS.c.expires_at, CUSTOMERS.c.name)
    session = session.join(CUSTOMERS, CUSTOMERS.c.id == SESSIONS.c.customer_id).where(SESSIONS.c.token_hash == digest)
    row = connection.execute(session).one_or_none()
    if row is None or row.expires_at < datetime.now(UTC):
        abort(401)
    return int(row.customer_id)


def load(connection: Any, condition: Any, customer: int | None = None) -> tuple[Row[Any], list[Any], list[Any]]:
    """The order, its lines, its payments."""
    customer = customer or signed_in(connection)
    found = connection.execute(select(ORDERS).where(condition, ORDERS.c.customer_id == customer)).one_or_none()
    if found is None:
        abort(404)
    lines = connection.execute(select(LINES).where(LINES.c.order_id == found.id).order_by(LINES.c.position)).all()
    payments = connection.execute(select(PAYMENTS).where(PAYMENTS.c.order_id == found.id)).all()
    g.amounts = [
        ("goods", "商品金额", sum(line.total_minor for line in lines)),
        ("coupon", "优惠券", -sum(line.coupon for line in lines)),
        ("freight", "运费", found.freight_minor),
        ("total", "应付合计", found.total_minor),
        ("paid", "实付", sum(payment.captured_minor for payment in payments)),
        ("refundable", "还可退", sum(payment.captured_minor - payment.refunded_minor for payment in payments)),
    ]
    return found, lines, payments


def parcel_of(stored: dict[str, Any], lines: list[Any]) -> dict[str, Any]:
    titles = {line.line_id: line.title for line in lines}
    moments = {name: datetime.fromisoformat(stored[name]) for name in ("shipped_at", "delivered_at") if stored[name]}
    return stored | moments | {"titles": [f"{titles[line_id]}×{count}" for line_id, count in stored["lines"]]}


def events_of(order_id: int) -> Any:
    return select(EVENTS.c.at, EVENTS.c.text).where(EVENTS.c.order_id == order_id).order_by(EVENTS.c.seq)


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
def decimal(minor: int) -> str:
    return f"{minor / 100:.2f}"


@app.template_filter()
def money(minor: int) -> str:
    return f"¥{minor / 100:,.2f}" if minor >= 0 else f"-¥{-minor / 100:,.2f}"
