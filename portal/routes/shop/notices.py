"""消息: what the customer was told, and what of it is sent to them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.messages.notice_choice import WAYS
from portal.domain.typed import typed_count
from portal.pages.shop.notices import Reader, mark_notices_read, notice_page, notice_settings_page, notices_page
from portal.routes.shop import shop
from portal.services.identity.sessions import set_language
from portal.services.messages.choose_notices import choose_notices, open_notice
from portal.web.answers.respond import go, part_of, respond
from portal.web.request.current import (
    current_actor,
    current_locale,
    current_session,
    current_shop,
    deps,
    shop_name,
)
from portal.web.request.languages import choose_language
from portal.web.security.guards import all_orders

_LARGEST = 999_999_999_999_999_999


@shop.get("/notices")
@all_orders
def notices() -> ResponseReturnValue:
    page = notices_page(after=request.args.get("after", ""), reader=_reader(), deps=deps())
    return respond("pages/shop/notices.html", part_of("notices", more="notice_cards"), page=page)


@shop.post("/notices/read")
@all_orders
def notices_read() -> ResponseReturnValue:
    mark_notices_read(actor=current_actor(), deps=deps())
    return go(".notices")


@shop.route("/notices/<notice_id>", methods=["GET", "POST"])
@all_orders
def notice(notice_id: str) -> ResponseReturnValue:
    """Pressed in the list it is read from then on; looked at again it is only shown."""
    if request.method == "POST":
        open_notice(notice_id=_number(notice_id), actor=current_actor(), deps=deps())
        return go(".notice", notice_id=notice_id)
    page = notice_page(notice_id=_number(notice_id), reader=_reader(), deps=deps())
    return respond("pages/shop/notice.html", "pages/shop/notice.html", page=page)


@shop.route("/notices/settings", methods=["GET", "POST"])
@all_orders
def notice_settings() -> ResponseReturnValue:
    """`mail`, `text`: the groups wanted, each once or not at all; `locale`: the language of notices and pages."""
    if request.method == "POST":
        _speak(choose_language(request.form.get("locale", "")))
        wanted = {way: request.form.getlist(way) for way in WAYS}
        choose_notices(wanted=wanted, actor=current_actor(), deps=deps())
        return go(".notice_settings", notice="notices_chosen")
    page = notice_settings_page(actor=current_actor(), deps=deps())
    return respond("pages/shop/notice_settings.html", "pages/shop/notice_settings.html", page=page)


def _number(written: str) -> int:
    """Of a notice; 0, which none has, for what is no number or too long for one."""
    number = typed_count(written) or 0
    return number if number <= _LARGEST else 0


def _speak(locale: str) -> None:
    set_language(actor=current_actor(), session_id=current_session().id, locale=locale, deps=deps())


def _reader() -> Reader:
    return Reader(
        actor=current_actor(),
        shop_name=shop_name(),
        settings=current_shop().settings,
        locale=current_locale(),
        zone=current_session().zone,
    )
