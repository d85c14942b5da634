"""The lint that every page of every test goes through: one clean page, and each way to spoil it."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from tests.support.page_lint import lint_fragment, lint_page
from tests.support.page_swap import roots_of

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
CLEAN = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>取消订单</title><link rel="stylesheet" href="/static/app.css"></head>
<body><main><h1>取消订单</h1>
<form id="cancel" method="post" action="/orders/A-1/cancel" hx-post="/orders/A-1/cancel" hx-target="#cancel">
<input type="hidden" name="csrf_token" value="t">
<label for="note">说明</label><input id="note" name="note" aria-describedby="note-hint"><p id="note-hint">200字内</p>
<label><input type="checkbox" name="sure" value="1"> 已确认</label>
<button hx-post="/orders/A-1/cancel/quote" formaction="/orders/A-1/cancel/quote">计算金额</button>
<button>确认取消</button>
</form>
<img src="/goods/1.svg" alt="" width="80" height="80"><a href="https://pay.example/1">去支付</a>
</main></body></html>"""


def complaints(html: str, headers: dict[str, str] = HEADERS, origins: tuple[str, ...] = ()) -> list[str]:
    return lint_page(lxml_html.document_fromstring(html), html, headers, origins)


def test_a_clean_page_has_no_complaints() -> None:
    assert complaints(CLEAN) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("<h1>取消订单</h1>", "<h2>取消订单</h2>", "one h1, this has 0"),
        ("</main>", "<h1>又一个</h1></main>", "one h1, this has 2"),
        ("<title>取消订单</title>", "<title> </title>", "title is empty"),
        (' lang="zh-CN"', "", "no lang"),
        ("main>", "div>", "no main"),
        ('<label for="note">说明</label>', "", "no label"),
        ("> 已确认</label>", "></label>", "no label"),
        ('<p id="note-hint">', '<p id="note">', "stands 2 times"),
        ('<p id="note-hint">', "<p>", "aria-describedby names 'note-hint'"),
        ('hx-target="#cancel"', 'hx-target="#elsewhere"', "hx-target is not there"),
        ('method="post" ', "", "method and action"),
        (' action="/orders/A-1/cancel"', "", "method and action"),
        ('name="csrf_token" value="t"', 'name="other" value="t"', "no csrf_token"),
        ('name="csrf_token" value="t"', 'name="csrf_token" value=""', "no csrf_token"),
        (
            '<label><input type="checkbox"',
            '<button name="remove" value="1">移除</button><label><input type="checkbox"',
            "Enter presses the first button",
        ),
        (
            '<label><input type="checkbox"',
            '<button class="button danger">确认</button><label><input type="checkbox"',
            "Enter presses the first button",
        ),
        ("<button>确认", '<input type="file" name="evidence" aria-label="凭证"><button>确认', "multipart"),
        ("</main>", '<input name="lost" aria-label="x"></main>', "inside its form"),
        ("<button>确认取消", "<button>", "nothing says what it does"),
        ("<h1>", '<h1 style="color:red">', "style is forbidden"),
        ("<h1>", '<h1 onclick="go()">', "onclick is forbidden"),
        ("<h1>", '<h1 hx-on:click="go()">', "hx-on:click is forbidden"),
        ("<h1>", '<h1 hx-boost="true">', "hx-boost is forbidden"),
        ("<h1>", '<h1 hx-confirm="?">', "hx-confirm is forbidden"),
        ("</main>", "<script>go()</script></main>", "inline: <script"),
        ("</head>", "<style>p{}</style></head>", "inline: <style"),
        ('href="https://pay.example/1"', 'href="javascript:go()"', "a script in an address"),
        ("<h1>", "<h1 hx-trigger=\"click[key=='x']\">", "needs eval"),
        (' formaction="/orders/A-1/cancel/quote"', "", "no twin"),
        ('<a href="https://pay.example/1">', '<a href="/orders?after=2" hx-get="/orders?after=3">', "no twin"),
        ("<h1>", '<h1 hx-delete="/orders/A-1">', "only GET and POST"),
        (' alt=""', "", "no alt"),
        (' width="80" height="80"', "", "has a size"),
        ('src="/goods/1.svg"', 'src="https://cdn.example/1.svg"', "fetch from cdn.example"),
        ('href="/static/app.css"', 'href="//cdn.example/app.css"', "fetch from elsewhere"),
        ("</form>", "", "not HTML"),
        ("<h1>取消订单</h1>", "<p><h1>取消订单</h1></p>", "not HTML"),
    ],
)
def test_each_way_to_spoil_a_page_is_named(old: str, new: str, complaint: str) -> None:
    spoilt = CLEAN.replace(old, new)
    assert spoilt != CLEAN
    assert any(complaint in said for said in complaints(spoilt)), complaints(spoilt)


def test_goods_pictures_may_come_from_an_origin_that_the_shop_declared() -> None:
    page = CLEAN.replace("/goods/1.svg", "https://img.example/1.svg")
    assert complaints(page, origins=("https://img.example",)) == []
    assert complaints(page)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        HEADERS | {"X-Content-Type-Options": ""},
        HEADERS | {"Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'unsafe-inline'"},
        HEADERS | {"Content-Security-Policy": "default-src 'self'"},
    ],
)
def test_a_page_without_its_headers_is_refused(headers: dict[str, str]) -> None:
    assert complaints(CLEAN, headers)


@pytest.mark.parametrize(
    ("fragment", "clean"),
    [
        ('<section id="a"><h2>金额</h2></section>', True),
        ('<li id="o-1">订单</li>', True),
        ('<section id="a"></section><p id="n" hx-swap-oob="true">已取消</p>', True),
        ("<section></section><section></section>", False),
        ("只有文字", False),
        ("<section><p>没有结束</section></p>", False),
        ('<section><img src="/1.svg"></section>', False),
    ],
)
def test_a_fragment_has_one_root_and_the_rules_of_pages(fragment: str, clean: bool) -> None:
    assert (lint_fragment(roots_of(fragment), fragment, HEADERS) == []) is clean
