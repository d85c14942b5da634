"""在此撤回合同 (EU): the confirmation, its quote, the act."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, NotSummarised
from portal.domain.results import Done
from portal.forms import ContractForm, Offer, UnitLimit
from portal.pages.shop.contract_withdrawal import ContractRefused, Statement, contract_page
from portal.pages.values.applying import ApplyLine
from portal.pages.values.cancelling import Changed
from portal.routes.shop import shop
from portal.services.withdrawing.withdraw_contract import Declaration, withdraw_contract
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.security.guards import signed_in
from portal.words.codes import why_less


@shop.route("/orders/<order_no>/contract-withdrawal", methods=["GET", "POST"])
@signed_in
@idempotent
def contract_withdrawal(order_no: str) -> ResponseReturnValue:
    """`name`, `contact`; `quantity-<line_id>` for a part of it."""
    try:
        found = _statement(order_no)
    except ContractRefused as refusal:
        return _refused(refusal)
    form = _form(found)
    if not form.validate_on_submit():
        return _page(_for_choice(order_no, form, found), form, 422 if form.errors else 200)
    return _act(order_no, form)


@shop.post("/orders/<order_no>/contract-withdrawal/quote")
@signed_in
def contract_quote(order_no: str) -> ResponseReturnValue:
    """Computes only: the same page with the summary of what is chosen now."""
    try:
        found = _statement(order_no)
    except ContractRefused as refusal:
        return _refused(refusal)
    form = _form(found)
    form.quantities.validate(form)
    return _page(_for_choice(order_no, form, found), form, 422 if form.quantities.errors else 200)


def _act(order_no: str, form: ContractForm) -> ResponseReturnValue:
    try:
        done = _withdraw(order_no, form)
    except Conflict as conflict:
        changed = Changed(who="shop", what=conflict.what, at=conflict.at)
        return _again(order_no, form, changed, 409)
    except NotSummarised:
        return _again(order_no, form, None, 422)
    return follow(done)


def _withdraw(order_no: str, form: ContractForm) -> Done:
    return withdraw_contract(
        order_no=order_no,
        declared=Declaration(name=form.name.data or "", contact=form.contact.data or "", units=form.units),
        shown=form.shown.data or "",
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _again(order_no: str, form: ContractForm, changed: Changed | None, status: int) -> ResponseReturnValue:
    """What was typed stays; the summary and its digest are those of now."""
    try:
        found = _statement(order_no, form, changed)
    except ContractRefused as refusal:
        return _refused(refusal)
    return _page(found, _form(found), status)


def _for_choice(order_no: str, form: ContractForm, whole: Statement) -> Statement:
    """The confirmation of what the form has chosen, where that is a choice at all."""
    if not form.quantities.is_sent or form.quantities.errors or not form.units:
        return whole
    found = _statement(order_no, form)
    form.shown.current = found.shown
    return found


def _statement(order_no: str, form: ContractForm | None = None, changed: Changed | None = None) -> Statement:
    return contract_page(
        order_no=order_no,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
        units=form.units if form else (),
        changed=changed,
    )


def _form(found: Statement) -> ContractForm:
    lines = tuple(_limit(line) for line in found.page.lines)
    known = {"name": found.name, "contact": found.contact}
    return ContractForm(offer=Offer(lines=lines, shown=found.shown), data=known)


def _limit(line: ApplyLine) -> UnitLimit:
    label = f"{line.title} {line.variant}".strip()
    return UnitLimit(line_id=line.line_id, label=label, most=line.most, quantity=line.quantity, hint=why_less(line))


def _page(found: Statement, form: ContractForm, status: int) -> ResponseReturnValue:
    page, part = "pages/shop/contract_withdrawal.html", "fragments/shop/contract_withdrawal.html"
    return respond(page, part, page=found.page, form=form, status=status)


def _refused(refusal: ContractRefused) -> ResponseReturnValue:
    return respond("pages/shop/refused.html", "fragments/shop/refused.html", page=refusal.page, status=409)
