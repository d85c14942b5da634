"""申请退款, 申请退货 and editing an application: the form, its quote, the act."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.errors import Invalid, RefusedError
from portal.domain.results import Done
from portal.forms import ApplyForm, ApplyOffer, UnitLimit
from portal.pages.shop.applying import ApplyAbout, Applying, ApplyRefused, Choices, applying
from portal.pages.shop.applying_choice import Chosen, choosing
from portal.pages.values.applying import ApplyLine
from portal.routes.shop import shop
from portal.services.applying.apply_for import apply_for
from portal.services.applying.edit_application import edit_application
from portal.services.applying.resubmit import resubmit_case
from portal.services.cases.decide_case import kind_of_case
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond, wants_fragment
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.guards import signed_in
from portal.words.codes import why_less

About = dict[str, Any]
"""Which form: `kind` and `order_no` of a new application, `case_no` of one that is edited, `kind` and `follows` of one
that is asked for again after a refusal."""


@shop.route("/orders/<order_no>/refund", methods=["GET", "POST"])
@signed_in
def refund(order_no: str) -> ResponseReturnValue:
    return _apply({"kind": "refund_only", "order_no": order_no})


@shop.post("/orders/<order_no>/refund/quote")
@signed_in
def refund_quote(order_no: str) -> ResponseReturnValue:
    return _quote({"kind": "refund_only", "order_no": order_no})


@shop.route("/orders/<order_no>/return", methods=["GET", "POST"])
@signed_in
def return_(order_no: str) -> ResponseReturnValue:
    return _apply({"kind": "return_refund", "order_no": order_no})


@shop.post("/orders/<order_no>/return/quote")
@signed_in
def return_quote(order_no: str) -> ResponseReturnValue:
    return _quote({"kind": "return_refund", "order_no": order_no})


@shop.route("/cases/<case_no>/edit", methods=["GET", "POST"])
@signed_in
def edit(case_no: str) -> ResponseReturnValue:
    return _apply({"case_no": case_no})


@shop.post("/cases/<case_no>/edit/quote")
@signed_in
def edit_quote(case_no: str) -> ResponseReturnValue:
    return _quote({"case_no": case_no})


@shop.route("/cases/<case_no>/resubmit", methods=["GET", "POST"])
@signed_in
def resubmit(case_no: str) -> ResponseReturnValue:
    return _apply(_again(case_no))


@shop.post("/cases/<case_no>/resubmit/quote")
@signed_in
def resubmit_quote(case_no: str) -> ResponseReturnValue:
    return _quote(_again(case_no))


def _again(case_no: str) -> About:
    return {"kind": kind_of_case(case_no=case_no, actor=current_actor(), deps=deps()), "follows": case_no}


@idempotent
def _apply(about: About) -> ResponseReturnValue:
    try:
        found = _applying(about)
    except ApplyRefused as refusal:
        return _refused(refusal)
    form = _form(found)
    if request.method == "GET":
        return _page(_choosing(found, None), form, 200)
    _receive_uploads(about, form)
    if form.evidence.is_side_step:
        return _page(_of_form(form, found), form, 422 if form.evidence.errors else 200)
    if not form.validate():
        return _page(_of_form(form, found), form, 422)
    return _act(about, form, found)


def _quote(about: About) -> ResponseReturnValue:
    """Computes only; files that came with it are kept as drafts, since no page can choose them again."""
    try:
        found = _applying(about)
    except ApplyRefused as refusal:
        return _refused(refusal)
    form = _form(found)
    _receive_uploads(about, form)
    form.quantities.validate(form)
    form.amount.validate(form, [])
    chosen = _of_form(form, found)
    form.refuse(chosen.problems)
    has_problem = form.quantities.errors or form.amount.errors or form.evidence.errors
    return _page(chosen, form, 422 if has_problem else 200)


def _act(about: About, form: ApplyForm, found: Applying) -> ResponseReturnValue:
    try:
        done = _submit(about, form, _ask(form, found.choices))
    except RefusedError:
        return _read_again(about, form, 409)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _read_again(about, form, 422)
    return follow(done)


def _submit(about: About, form: ApplyForm, ask: ApplicationAsk) -> Done:
    if "case_no" in about:
        act: Callable[..., Done] = partial(edit_application, case_no=about["case_no"])
    elif "follows" in about:
        act = partial(resubmit_case, case_no=about["follows"])
    else:
        act = partial(apply_for, order_no=about["order_no"])
    return act(
        ask=ask,
        evidence_ids=form.evidence.data,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _ask(form: ApplyForm, choices: Choices) -> ApplicationAsk:
    """What the form asks for, in the domain's words; no quantities = all that the reason can be given for."""
    received, reason = form.is_received, form.reason.data or ""
    chosen = form.quantities.data
    lines = [limit.line_id for limit in form.quantities.limits]
    units = tuple((line_id, chosen[line_id]) for line_id in lines if chosen.get(line_id))
    if not form.quantities.is_sent:
        units = choices.units_for(reason, received=received)
    return ApplicationAsk(
        kind=choices.kind,
        units=units,
        reason=reason,
        received=received,
        note=form.description.data or "",
        amount=form.amount.money,
        conditions=form.conditions.data,
    )


def _receive_uploads(about: About, form: ApplyForm) -> None:
    receive_uploads(
        form.evidence, order_no=about.get("order_no", ""), case_no=about.get("case_no") or about.get("follows", "")
    )


def _of_form(form: ApplyForm, found: Applying) -> Chosen:
    """The page of what the form has chosen, where that is a choice at all."""
    return _choosing(found, None if form.quantities.errors else _ask(form, found.choices))


def _choosing(found: Applying, ask: ApplicationAsk | None) -> Chosen:
    return choosing(found, ask, settings=current_shop().settings, locale=current_locale(), deps=deps())


def _read_again(about: About, form: ApplyForm, status: int) -> ResponseReturnValue:
    """After the act was refused: something has changed since the form was read, maybe until nothing is left of it."""
    try:
        return _page(_of_form(form, _applying(about)), form, status)
    except ApplyRefused as refusal:
        return _refused(refusal)


def _applying(about: About) -> Applying:
    settings = current_shop().settings
    return applying(
        about=ApplyAbout(**about), actor=current_actor(), settings=settings, locale=current_locale(), deps=deps()
    )


def _form(found: Applying) -> ApplyForm:
    choices, asked = found.choices, found.choices.asked
    in_hand, not_in_hand = choices.in_hand, choices.not_in_hand
    chosen = dict(asked.units) if asked else {}
    offer = ApplyOffer(
        lines=tuple(_limit(line, len(found.page.lines), chosen if asked else None) for line in found.page.lines),
        in_hand=in_hand.reasons if in_hand else None,
        not_in_hand=not_in_hand.reasons if not_in_hand else None,
        conditions=in_hand.conditions if in_hand else (),
        currency=choices.currency,
    )
    held: dict[str, Any] = {"received": "yes" if in_hand else "no"}
    if asked:
        held = {
            "received": "yes" if asked.received else "no",
            "reason": asked.reason,
            "description": choices.note,
            "conditions": asked.conditions,
            "amount": asked.amount.decimal() if asked.amount else "",
        }
    form = ApplyForm(offer=offer, data=held)
    if asked and request.method == "GET":
        form.evidence.kept_ids = choices.evidence_ids
        receive_uploads(form.evidence, case_no=found.page.case_no or found.page.follows)
    return form


def _limit(line: ApplyLine, lines: int, chosen: dict[str, int] | None) -> UnitLimit:
    """A single line is chosen from the start; of several the customer chooses."""
    value = chosen.get(line.line_id, 0) if chosen is not None else line.most if lines == 1 else 0
    return UnitLimit(
        line_id=line.line_id,
        label=f"{line.title} {line.variant}".strip(),
        most=line.most,
        quantity=line.quantity,
        hint=why_less(line),
        value=min(value, line.most),
    )


def _page(chosen: Chosen, form: ApplyForm, status: int) -> ResponseReturnValue:
    """For htmx the whole form, or only its sums where just these were asked for."""
    is_quote = wants_fragment() and request.headers.get("HX-Target") == "quote"
    fragment = "fragments/shop/applying_quote.html" if is_quote else "fragments/shop/applying.html"
    return respond(
        "pages/shop/applying.html", fragment, page=chosen.page, form=form, quote_only=is_quote, status=status
    )


def _refused(refusal: ApplyRefused) -> ResponseReturnValue:
    return respond("pages/shop/refused.html", "fragments/shop/refused.html", page=refusal.page, status=409)
