"""申请退款, 退货, 换货, 补寄 and 维修, 修改申请 and 重新申请: one form with its quote, and seven acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.cases.payout import PAYOUTS
from portal.domain.errors import Invalid, RefusedError
from portal.domain.results import Done
from portal.forms import ApplyForm, ApplyOffer, UnitLimit
from portal.pages.shop.applying import ApplyAbout, Applying, application_page
from portal.pages.shop.applying_choice import choosing
from portal.pages.values.applying import ApplyLine
from portal.routes.shop import shop
from portal.services.applying.apply_for import apply_for
from portal.services.applying.edit_application import edit_application
from portal.services.applying.resubmit import resubmit_case
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond, wants_fragment
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.guards import signed_in
from portal.words.codes import why_less


@shop.route("/orders/<order_no>/refund", methods=["GET", "POST"])
@signed_in
@idempotent
def refund(order_no: str) -> ResponseReturnValue:
    return _apply(ApplyAbout(kind="refund_only", order_no=order_no), partial(apply_for, order_no=order_no))


@shop.post("/orders/<order_no>/refund/quote")
@signed_in
def refund_quote(order_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(kind="refund_only", order_no=order_no))


@shop.route("/orders/<order_no>/return", methods=["GET", "POST"])
@signed_in
@idempotent
def return_(order_no: str) -> ResponseReturnValue:
    return _apply(ApplyAbout(kind="return_refund", order_no=order_no), partial(apply_for, order_no=order_no))


@shop.post("/orders/<order_no>/return/quote")
@signed_in
def return_quote(order_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(kind="return_refund", order_no=order_no))


@shop.route("/orders/<order_no>/reship", methods=["GET", "POST"])
@signed_in
@idempotent
def reship(order_no: str) -> ResponseReturnValue:
    return _apply(ApplyAbout(kind="reship", order_no=order_no), partial(apply_for, order_no=order_no))


@shop.post("/orders/<order_no>/reship/quote")
@signed_in
def reship_quote(order_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(kind="reship", order_no=order_no))


@shop.route("/orders/<order_no>/repair", methods=["GET", "POST"])
@signed_in
@idempotent
def repair(order_no: str) -> ResponseReturnValue:
    return _apply(ApplyAbout(kind="repair", order_no=order_no), partial(apply_for, order_no=order_no))


@shop.post("/orders/<order_no>/repair/quote")
@signed_in
def repair_quote(order_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(kind="repair", order_no=order_no))


@shop.route("/orders/<order_no>/exchange", methods=["GET", "POST"])
@signed_in
@idempotent
def exchange(order_no: str) -> ResponseReturnValue:
    """As a return, and `variant-<line_id>`: the sku of what comes instead, "" for the same goods."""
    return _apply(ApplyAbout(kind="exchange", order_no=order_no), partial(apply_for, order_no=order_no))


@shop.post("/orders/<order_no>/exchange/quote")
@signed_in
def exchange_quote(order_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(kind="exchange", order_no=order_no))


@shop.route("/cases/<case_no>/edit", methods=["GET", "POST"])
@signed_in
@idempotent
def edit(case_no: str) -> ResponseReturnValue:
    return _apply(ApplyAbout(case_no=case_no), partial(edit_application, case_no=case_no))


@shop.post("/cases/<case_no>/edit/quote")
@signed_in
def edit_quote(case_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(case_no=case_no))


@shop.route("/cases/<case_no>/resubmit", methods=["GET", "POST"])
@signed_in
@idempotent
def resubmit(case_no: str) -> ResponseReturnValue:
    return _apply(ApplyAbout(follows=case_no), partial(resubmit_case, case_no=case_no))


@shop.post("/cases/<case_no>/resubmit/quote")
@signed_in
def resubmit_quote(case_no: str) -> ResponseReturnValue:
    return _quote(ApplyAbout(follows=case_no))


def _apply(about: ApplyAbout, act: Callable[..., Done]) -> ResponseReturnValue:
    found = _read(about)
    form = _form(about, found)
    if request.method != "POST":
        return _page(choosing(found), form, 200)
    if form.evidence.is_side_step or not form.validate():
        return _page(_chosen(found, form), form, 422 if form.errors else 200)
    return _act(about, form, partial(act, ask=form.ask()))


def _quote(about: ApplyAbout) -> ResponseReturnValue:
    """Computes only; files that came with it are kept as drafts, since no page can choose them again."""
    found = _read(about)
    form = _form(about, found)
    form.quantities.check_typed()
    form.amount.validate(form, [])
    chosen = _chosen(found, form)
    form.refuse(chosen.problems)
    return _page(chosen, form, 422 if form.errors else 200)


def _act(about: ApplyAbout, form: ApplyForm, act: Callable[..., Done]) -> ResponseReturnValue:
    """What was refused is read again: something has changed since, maybe until nothing is left to apply for."""
    try:
        done = act(evidence_ids=form.evidence.data, actor=current_actor(), request_id=sent(), deps=deps())
    except RefusedError:
        return _page(_chosen_anew(about, form), form, 409)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _page(_chosen_anew(about, form), form, 422)
    return follow(done)


def _read(about: ApplyAbout) -> Applying:
    return application_page(
        about=about,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )


def _chosen_anew(about: ApplyAbout, form: ApplyForm) -> Applying:
    """What it chose, of the order as it is now; the form is shown once more with the lines that are left."""
    found = _read(about)
    chosen = _chosen(found, form)
    form.quantities.limits = _limits(found)
    return chosen


def _form(about: ApplyAbout, found: Applying) -> ApplyForm:
    """With the files that came with it; opened again, with those that the case has."""
    choices = found.choices
    offer = ApplyOffer(
        kind=choices.kind,
        units_for=choices.units_for,
        lines=_limits(found),
        in_hand=choices.in_hand.reasons if choices.in_hand else None,
        not_in_hand=choices.not_in_hand.reasons if choices.not_in_hand else None,
        conditions=choices.conditions,
        currency=choices.currency,
        variants={line_id: [one.sku for one in some] for line_id, some in found.variants.items()},
        payouts=PAYOUTS if found.page.credit else (),
    )
    form = ApplyForm(offer=offer, obj=choices.held(request.args.get("reason", "")))
    if request.method != "POST":
        form.evidence.kept_ids = choices.evidence_ids
    if request.method == "POST" or choices.evidence_ids:
        receive_uploads(form.evidence, order_no=about.order_no, case_no=about.old_case_no)
    return form


def _limits(found: Applying) -> tuple[UnitLimit, ...]:
    units = found.units_at_first
    return tuple(_limit(line, units[line.line_id]) for line in found.page.lines)


def _limit(line: ApplyLine, value: int) -> UnitLimit:
    return UnitLimit(
        line_id=line.line_id,
        label=f"{line.title} {line.variant}".strip(),
        most=line.most,
        quantity=line.quantity,
        hint=why_less(line),
        value=value,
    )


def _chosen(found: Applying, form: ApplyForm) -> Applying:
    """What the form has chosen; a choice that cannot be has no sum."""
    return found if form.quantities.errors else choosing(found, form.ask())


def _page(chosen: Applying, form: ApplyForm, status: int) -> ResponseReturnValue:
    """For htmx the whole form, or only its sums where just these were asked for."""
    is_quote = wants_fragment() and request.headers.get("HX-Target") == "quote"
    fragment = "fragments/shop/applying_quote.html" if is_quote else "fragments/shop/applying.html"
    return respond(
        "pages/shop/applying.html", fragment, page=chosen.page, form=form, quote_only=is_quote, status=status
    )
