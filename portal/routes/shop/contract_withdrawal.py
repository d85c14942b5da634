"""在此撤回合同 (EU): the confirmation, its quote, the act."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, NotSummarised
from portal.domain.results import Done
from portal.forms import ContractForm, Offer, UnitLimit, units_as_sent
from portal.pages.shop.contract_withdrawal import contract_page
from portal.pages.values.applying import ApplyLine
from portal.pages.values.cancelling import Changed
from portal.pages.values.contract_withdrawal import ContractPage
from portal.routes.shop import shop
from portal.services.withdrawing.withdraw_contract import Declaration, withdraw_contract
from portal.web.answers.errors import changed_by, status_of
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
    page = _page(order_no)
    form = _form(page)
    if not form.validate_on_submit():
        return _show(page, form, 422 if form.errors else 200)
    try:
        return follow(_withdraw(order_no, form))
    except (Conflict, NotSummarised) as why:
        now = _page(order_no, changed_by(why))
        return _show(now, _form(now), status_of(why))


@shop.post("/orders/<order_no>/contract-withdrawal/quote")
@signed_in
def contract_quote(order_no: str) -> ResponseReturnValue:
    """Computes only: the same page with the summary of what is chosen now; of nothing chosen yet there is none."""
    page = _page(order_no)
    form = _form(page)
    form.quantities.check_typed()
    return _show(page, form, 422 if form.quantities.errors else 200)


def _page(order_no: str, changed: Changed | None = None) -> ContractPage:
    """Read once, decided once, for what the form has chosen."""
    return contract_page(
        order_no,
        choice=units_as_sent(request.form),
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
        changed=changed,
    )


def _form(page: ContractPage) -> ContractForm:
    """What was typed stays; the limits and the digest are those of the page."""
    offer = Offer(lines=tuple(_limit(line) for line in page.lines), shown=page.shown)
    return ContractForm(offer=offer, data={"name": page.name, "contact": page.contact})


def _limit(line: ApplyLine) -> UnitLimit:
    label = f"{line.title} {line.variant}".strip()
    return UnitLimit(line_id=line.line_id, label=label, most=line.most, quantity=line.quantity, hint=why_less(line))


def _withdraw(order_no: str, form: ContractForm) -> Done:
    return withdraw_contract(
        order_no=order_no,
        declared=Declaration(name=form.name.data or "", contact=form.contact.data or "", units=form.units),
        shown=form.shown.data or "",
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _show(page: ContractPage, form: ContractForm, status: int) -> ResponseReturnValue:
    whole, part = "pages/shop/contract_withdrawal.html", "fragments/shop/contract_withdrawal.html"
    return respond(whole, part, page=page, form=form, status=status)
