"""Browsers inside WeChat and Alipay: what does not work there, and how their customers get to one where it does.

They show pages, but a download ends in a blank page or in nothing (at best in the app's own viewer, which keeps no
file; on an iPhone WeChat shows a PDF, but no zip), each refuses to lead to the other's payment, and `target=_blank`
stays in the same view. On a desktop it depends on the version, so that is led out too.

Where a person would meet that, the answer leads to an address that shows the way inside the app, and anywhere else
gives the thing itself: so the app's own 在浏览器打开 is enough (docs/decisions/0026).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, Response, request
from flask_babel import gettext as _

from portal.web.answers.respond import respond
from portal.words.codes import word

COMPANY, MESSENGER, ALIPAY = "wxwork/", "micromessenger/", "alipayclient/"
DESKTOP = ("windowswechat", "macwechat")
MINI_PROGRAM = "miniprogram"
CANNOT_PAY = {"wechat": "alipay", "wecom": "alipay", "alipay": "wechat"}
"""By app: the method whose page it does not open."""


LONGEST_KEPT = 600
"""Characters of a browser's own name that are read and remembered; those of apps in web views have about 350."""


@dataclass(frozen=True, slots=True)
class WebView:
    """app: wechat, wecom, alipay. menu: where it leads to a browser: phone, desktop, or none (in a mini program)."""

    app: str
    menu: str

    @property
    def cannot_pay(self) -> str:
        return CANNOT_PAY[self.app]

    def refuses(self, method: str, not_in_own_app: Collection[str]) -> bool:
        """Whether a payment by this method has to go on in a browser. `not_in_own_app`: methods whose provider's page
        opens in every browser but its own app's, where a code is all there is: nobody can scan the screen that he
        holds, so only a desktop window shows it to any use."""
        is_own = self.app in ("wechat", "wecom") and method in not_in_own_app
        return method == self.cannot_pay or (is_own and self.menu != "desktop")


def web_view_of(user_agent: str) -> WebView | None:
    """None for a browser of its own. Of what it says of itself the beginning counts."""
    return _view_of(user_agent[:LONGEST_KEPT])


@lru_cache(maxsize=512)
def _view_of(user_agent: str) -> WebView | None:
    # WeCom calls itself WeChat too, so it is asked for first.
    said = user_agent.lower()
    app = "wecom" if COMPANY in said else "wechat" if MESSENGER in said else "alipay" if ALIPAY in said else ""
    if not app:
        return None
    if any(name in said for name in DESKTOP):
        return WebView(app, "desktop")
    return WebView(app, "none" if MINI_PROGRAM in said else "phone")


def web_view() -> WebView | None:
    """What this request was sent from."""
    return web_view_of(request.headers.get("User-Agent", ""))


def show_how_to_leave(what: str, *, name: str = "", is_once: bool = False) -> Response:
    """How to open this request's own address in a browser. `what`: slip, record, evidence, fee, order, by `name`."""
    view = web_view()
    assert view
    return respond(
        "pages/embed/way_out.html",
        "pages/embed/way_out.html",
        view=view,
        what=what,
        name=name,
        why=_why(view, what),
        steps=_steps(view),
        address=request.base_url,
        is_once=is_once,
    )


def _why(view: WebView, what: str) -> str:
    if what == "fee":
        return str(_("选的支付方式在%(app)s里不能用。", app=word(view.app, "app")))
    if what == "order":
        return refused_payment(view)
    return str(_("%(app)s里不能下载文件。", app=word(view.app, "app")))


def refused_payment(view: WebView) -> str:
    return str(_("%(app)s里不能用%(method)s支付。", app=word(view.app, "app"), method=word(view.cannot_pay, "method")))


def refused_here(methods: Collection[str], not_in_own_app: Collection[str]) -> list[str]:
    """A sentence for each of these methods that does not work in this app."""
    view = web_view()
    refused = [method for method in methods if view and view.refuses(method, not_in_own_app)]
    own = str(_("微信支付要到浏览器里付，会自动打开微信。"))
    return [own if method in not_in_own_app else refused_payment(view) for method in refused if view]


def _steps(view: WebView) -> list[str]:
    match view.menu:
        case "desktop":
            return [_("点窗口右上角的“使用默认浏览器打开”。")]
        case "none":
            return [_("复制下面的地址。"), _("打开手机上的浏览器，粘贴到地址栏。")]
        case _:
            return [_("点右上角的“···”。"), _("选“在浏览器打开”或“在默认浏览器中打开”。")]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(web_view=web_view, refused_payment=refused_payment, refused_here=refused_here)
