"""May this be returned, as JSON: the decision's own facts beside the sentence that a page would show (P22)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from portal.domain.deadlines.spans import Span
from portal.pages.values.options import (
    ActOption,
    GoodsAct,
    GoodsReason,
    LineOptions,
    OrderOptions,
    ProductOptions,
    ReasonOption,
)
from portal.pages.values.parts import Refusal, RuleWords
from portal.services.identity.visits import VisitedShop
from portal.web.request.current import language_of, speak_for
from portal.web.request.languages import read_in, speaking
from portal.web.shell.saying import said, shown
from portal.words.options import GOODS_OPTIONS, OPTIONS
from portal.words.sentences import Sentence

Answer = dict[str, Any]
FRESH_FOR = 300
"""Seconds for which anybody may keep what is said of a product."""


def order_answer(options: OrderOptions, shop: VisitedShop, locale: str) -> Answer:
    """`locale`: zh-CN or en, that the sentences are in. Times are told by the clock of whom the order is for."""
    speak_for(shop)
    read_in(options.zone)
    with speaking(language_of(locale)):
        return _order(options, locale)


def product_answer(options: ProductOptions, shop: VisitedShop, locale: str, *, is_of_token: bool = False) -> Response:
    """The same of goods that nobody has bought yet. Nobody's in particular: it may be kept by anybody for a while, and
    read by the scripts of the shop's own sites. Where a token said which shop, only by whoever brought it."""
    if is_of_token:
        speak_for(shop)
    with speaking(language_of(locale)):
        response = jsonify(_product(options, locale))
    response.headers["Cache-Control"] = f"{'private' if is_of_token else 'public'}, max-age={FRESH_FOR}"
    response.vary.update(("Origin", "Authorization"))
    if (origin := request.headers.get("Origin", "")) in shop.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
    response.add_etag()
    response.make_conditional(request)
    return response


def _order(options: OrderOptions, locale: str) -> Answer:
    return {
        "number": options.order_no,
        "state": options.state,
        "at": options.at.isoformat(),
        "locale": locale,
        "acts": [_act(act) for act in options.acts],
        "lines": [_line(line) for line in options.lines],
    }


def _product(options: ProductOptions, locale: str) -> Answer:
    return {
        "sku": options.sku,
        "title": options.title,
        "placed_at": options.placed_at.isoformat(),
        "law": options.law,
        "locale": locale,
        "acts": [_goods_act(act) for act in options.acts],
    }


def _line(line: LineOptions) -> Answer:
    return {
        "id": line.line_id,
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "acts": [_act(act) for act in line.acts],
    }


def _act(act: ActOption) -> Answer:
    refusal = act.refusal
    return {
        "act": act.act,
        "allowed": refusal is None,
        "units": act.units,
        "until": _iso(act.until),
        "decided_by": act.decided_by or None,
        "answer_by": _iso(act.answer_by),
        "rules": _rules(refusal.rules if refusal else act.rules),
        "words": _refused(refusal) if refusal else _plain(OPTIONS.find(act)),
        "why": refusal.why if refusal else None,
        "instead": list(refusal.instead) if refusal else [],
        "without_reason": _refused(act.without_reason) if act.without_reason else None,
        "reasons": [_reason(reason) for reason in act.reasons],
    }


def _reason(reason: ReasonOption) -> Answer:
    return {
        "reason": reason.reason,
        "units": reason.units,
        "until": _iso(reason.until),
        "decided_by": reason.decided_by,
        "rules": _rules(reason.rules),
        "words": _plain(OPTIONS.find(reason)),
    }


def _goods_act(act: GoodsAct) -> Answer:
    return {
        "act": act.act,
        "allowed": any(reason.refusal is None for reason in act.reasons),
        "reasons": [_goods_reason(reason) for reason in act.reasons],
    }


def _goods_reason(reason: GoodsReason) -> Answer:
    return {
        "reason": reason.reason,
        "allowed": reason.refusal is None,
        "within": _duration(reason.within),
        "only_unopened": reason.code == "unopened",
        "decided_by": reason.decided_by or None,
        "rules": _rules(reason.rules),
        "words": _plain(GOODS_OPTIONS.find(reason)),
    }


def _rules(rules: Iterable[RuleWords]) -> list[Answer]:
    return [{"rule": rule.rule, "words": rule.sentence} for rule in rules]


def _refused(refusal: Refusal) -> str:
    """Its heading and its sentence, as the order's page has them."""
    return f"{said('refusal_title', refusal).striptags()}: {said('refusal', refusal).striptags()}"


def _plain(sentence: Sentence | None) -> str:
    """Without the marks that a page has around times and amounts."""
    return shown(sentence).striptags() if sentence else ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _duration(span: Span | None) -> str | None:
    """ISO 8601: `P7D`, `PT48H`."""
    if span is None:
        return None
    return f"P{span.amount}D" if span.unit.endswith("days") else f"PT{span.amount}H"
