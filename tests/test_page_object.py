"""The page object, against a small application with every kind of field and answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, Response, redirect, request, session
from sqlalchemy import create_engine, text

from tests.support.page import Browserless, Page
from tests.test_page_lint import HEADERS

PAGE = """<!doctype html><html lang="zh-CN"><head><title>{title}</title></head><body>
<header><form method="get" action="/search"><input name="q" aria-label="搜索"><button>搜索</button></form></header>
<main><h1>{title}</h1>{body}</main></body></html>"""
ORDER = """<article data-order="A-1" data-state="paid">
<p>应付 <data value="30.00" data-amount="total">¥30.00</data></p>
<p data-refused="SHOP-3" data-for="return">还不能退货。   请签收后再申请。</p>
<a data-action="cancel" href="/cancel">取消订单</a>
<time datetime="2026-11-20T16:00:00+00:00" data-time="deadline">11月20日24:00前</time>
<ul id="more"><li>一</li></ul>
<a href="/more?after=1" hx-get="/more?after=1" hx-target="#more" hx-swap="beforeend">加载更多</a></article>"""
CANCEL = """<section id="panel">{alert}<form id="cancel" method="post" action="/cancel" enctype="multipart/form-data"
 hx-post="/cancel" hx-target="#panel" hx-swap="outerHTML">
<input type="hidden" name="csrf_token" value="t"><input type="hidden" name="request_id" value="r-1">
<label><input type="radio" name="reason" value="changed_mind"> 不想要了</label>
<label><input type="radio" name="reason" value="other" checked> 其他</label>
<label><input type="checkbox" name="sure" value="yes"> 已确认</label>
<label>数量 <input type="number" name="quantity-1" value="2"></label>
<label>方式 <select name="method"><option value="alipay">支付宝</option><option>card</option></select></label>
<label>说明 <textarea name="note">
一行</textarea></label>
<label>凭证 <input type="file" name="evidence"></label>
<label>没有 <input name="gone" value="1" disabled></label>
<button formaction="/quote" hx-post="/quote" hx-target="#panel" hx-swap="outerHTML">计算金额</button>
<button>确认取消</button></form></section>"""
ALERT = '<div role="alert"><p data-error="reason_required">请选择原因</p></div>'


def small_app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "small"
    engine = create_engine("sqlite://")

    def whole(title: str, body: str, status: int = 200) -> Response:
        return Response(PAGE.format(title=title, body=body), status, HEADERS, mimetype="text/html")

    def either(title: str, part: str, status: int = 200) -> Response:
        alone = "HX-Request" in request.headers
        return Response(part, status, HEADERS, mimetype="text/html") if alone else whole(title, part, status)

    @app.get("/order")
    def order() -> Response:
        with engine.begin() as connection:
            connection.execute(text("select 1"))
        return whole("订单", ORDER + f"<p>{session.get('note', '')}</p>")

    @app.get("/more")
    def more() -> Response:
        return either("更多", "<li>二</li>" if "HX-Request" in request.headers else "<p>二</p>")

    @app.get("/cancel")
    def form() -> Response:
        return either("取消", CANCEL.format(alert=""))

    @app.post("/cancel")
    def cancel() -> Response:
        app.config["SENT"] = request.form.to_dict(flat=False), [f.filename for f in request.files.getlist("evidence")]
        app.config["HEADERS"] = dict(request.headers)
        if request.form.get("reason") != "changed_mind":
            return either("取消", CANCEL.format(alert=ALERT), 422)
        session["note"] = "已取消"
        if "HX-Request" in request.headers:
            return Response("", 200, HEADERS | {"HX-Redirect": "/order"}, mimetype="text/html")
        return redirect("/order", 303)  # type: ignore[return-value]

    @app.post("/quote")
    def quote() -> Response:
        return either("取消", CANCEL.format(alert='<data value="9.90" data-amount="refund">¥9.90</data>'))

    @app.get("/search")
    def search() -> Response:
        return whole("搜索", f"<p>找 {request.args['q']}</p>")

    @app.get("/broken")
    def broken() -> Response:
        return Response("", 500)

    @app.get("/circle")
    def circle() -> Response:
        return redirect("/circle")  # type: ignore[return-value]

    return app


@pytest.fixture
def app() -> Flask:
    return small_app()


def sent(app: Flask) -> dict[str, list[str]]:
    return app.config["SENT"][0]


def test_a_page_is_read_through_its_marks(visitor: Browserless) -> None:
    page = visitor.open("/order")
    assert (page.status, page.path, page.title, page.h1, page.state) == (200, "/order", "订单", "订单", "paid")
    assert page.actions == {"cancel"}
    assert page.refusal("return").rule == "SHOP-3"
    assert page.refusal("return").says("还不能退货。 请签收", "再申请")
    assert page.amount("total") == "30.00"
    assert page.times["deadline"] == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert page.states == {"A-1": "paid"}
    assert page.links["取消订单"] == "/cancel"
    assert page.one("article").says("应付")
    assert not page.has("article[data-state=cancelled]")


def test_a_page_knows_what_it_cost_in_sql(visitor: Browserless) -> None:
    assert visitor.open("/order").queries == ["select 1"]
    assert visitor.open("/cancel").queries == []


def test_what_is_sent_is_what_a_browser_would_send(app: Flask, visitor: Browserless) -> None:
    visitor.open("/cancel").submit(fields={"quantity-1": 1})
    assert sent(app) == {
        "csrf_token": ["t"],
        "request_id": ["r-1"],
        "reason": ["other"],
        "quantity-1": ["1"],
        "method": ["alipay"],
        "note": ["一行"],
    }
    assert app.config["SENT"][1] == [""]
    assert app.config["HEADERS"]["Origin"] == "http://localhost"


def test_boxes_choices_and_files_are_sent_as_chosen(app: Flask, visitor: Browserless) -> None:
    visitor.open("/cancel").submit(sure=True, method="card", note="a\nb", evidence=("坏.png", b"png", "image/png"))
    assert sent(app)["sure"] == ["yes"]
    assert sent(app)["method"] == ["card"]
    assert sent(app)["note"] == ["a\nb"]
    assert app.config["SENT"][1] == ["坏.png"]


def test_what_no_page_offers_is_sent_only_when_forged(app: Flask, visitor: Browserless) -> None:
    page = visitor.open("/cancel")
    for impossible in ({"reason": "stolen"}, {"method": "gold"}, {"request_id": "r-2"}, {"gone": "2"}, {"new": "1"}):
        with pytest.raises(AssertionError):
            page.submit("#cancel", fields=impossible)
    page.submit(forged={"reason": "stolen", "csrf_token": None})
    assert sent(app)["reason"] == ["stolen"]
    assert "csrf_token" not in sent(app)


def test_a_form_that_is_refused_stays_with_its_errors(visitor: Browserless) -> None:
    page = visitor.open("/cancel").submit(reason="other")
    assert page.status == 422
    assert page.errors == ["reason_required"]
    assert page.h1 == "取消"


def test_a_form_that_is_done_leads_on(visitor: Browserless) -> None:
    page = visitor.open("/order").act("cancel").submit(reason="changed_mind")
    assert page.path == "/order"
    assert page.says("已取消")


def test_another_button_posts_elsewhere(visitor: Browserless) -> None:
    for button in ("计算金额", "quote"):
        assert visitor.open("/cancel").submit("#cancel", button=button).amount("refund") == "9.90"


def test_a_get_form_becomes_a_query(visitor: Browserless) -> None:
    page = visitor.open("/order").submit("/search", q="手机 壳")
    assert page.says("找 手机 壳")
    assert page.url.startswith("/search?q=")


def test_htmx_appends_what_a_link_names_and_plain_pages_lead_there(app: Flask) -> None:
    plain = Browserless(app.test_client()).open("/order").follow("加载更多")
    assert plain.url == "/more?after=1"
    swapped = Browserless(app.test_client(), htmx=True).open("/order").follow("加载更多")
    assert [item.text for item in swapped.all("#more li")] == ["一", "二"]
    assert swapped.url == "/order"


def test_htmx_says_what_it_asks_for(app: Flask) -> None:
    Browserless(app.test_client(), htmx=True).open("/cancel").submit(reason="other")
    headers = app.config["HEADERS"]
    assert (headers["Hx-Request"], headers["Hx-Target"], headers["Hx-Trigger"]) == ("true", "panel", "cancel")


@pytest.mark.parametrize("address", ["/broken", "/circle"])
def test_a_crash_and_a_circle_fail_the_test(visitor: Browserless, address: str) -> None:
    with pytest.raises(AssertionError):
        visitor.open(address)


def test_every_page_is_linted_as_it_is_fetched(app: Flask, visitor: Browserless) -> None:
    @app.get("/spoilt")
    def spoilt() -> Response:
        return Response(PAGE.format(title="坏", body="<h1>坏</h1>"), 200, HEADERS, mimetype="text/html")

    with pytest.raises(AssertionError, match="one h1, this has 2"):
        visitor.open("/spoilt")


def test_a_document_is_a_page_without_words(app: Flask, visitor: Browserless) -> None:
    @app.get("/slip.pdf")
    def slip() -> Response:
        return Response(b"%PDF-\xff", mimetype="application/pdf")

    page: Page = visitor.open("/slip.pdf")
    assert page.response.data == b"%PDF-\xff"
