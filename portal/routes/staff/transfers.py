"""Another way for a refund that its rail cannot make: proposed, approved by a second person, paid and recorded."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.refunds.transfer import WAYS
from portal.forms import ActForm, Offer, TransferAnswerForm, TransferForm, TransferPaidForm
from portal.pages.staff.transfers import transfer_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.refunds.transfer_refund import (
    Destination,
    answer_transfer,
    propose_transfer,
    record_transfer,
    show_account,
)
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/transfer.html"
_ANSWERS = ("approve", "decline")


@staff.route("/refunds/<refund_no>/transfer", methods=["GET", "POST"])
@staff_may("write", "refunds")
@idempotent
def transfer(refund_no: str) -> ResponseReturnValue:
    """`way` = bank, alipay, wechat; `name`, `account`, `consent`."""
    form = TransferForm(offer=Offer(reasons=WAYS))
    if not form.validate_on_submit():
        return _page(refund_no, status=422 if form.errors else 200, form=form)
    said = {name: form[name].data for name in ("way", "name", "account", "consent")}
    return _act(refund_no, propose_transfer, {"form": form}, to=Destination(**said))


@staff.post("/refunds/<refund_no>/transfer/answer")
@staff_may("write", "approvals")
@idempotent
def transfer_answer(refund_no: str) -> ResponseReturnValue:
    """`answer` = approve, decline; `reason`, needed to decline."""
    form = TransferAnswerForm(offer=Offer(reasons=_ANSWERS))
    if not form.validate():
        return _page(refund_no, status=422, answer_form=form)
    said = {"answer": form.answer.data, "reason": form.reason.data or ""}
    return _act(refund_no, answer_transfer, {"answer_form": form}, **said)


@staff.post("/refunds/<refund_no>/transfer/take-back")
@staff_may("write", "refunds")
@idempotent
def transfer_take_back(refund_no: str) -> ResponseReturnValue:
    """Before it is paid: the rail is tried again."""
    if not ActForm().validate():
        return _page(refund_no, status=422)
    return _act(refund_no, answer_transfer, {}, answer="take_back")


@staff.post("/refunds/<refund_no>/transfer/account")
@staff_may("write", "refunds")
def transfer_account(refund_no: str) -> ResponseReturnValue:
    """The answer itself shows name and account; that they were seen is on record."""
    try:
        shown = show_account(refund_no=refund_no, actor=current_actor(), deps=deps())
    except Conflict as conflict:
        return _page(refund_no, status=409, changed=Changed(who="staff", what=conflict.what, at=conflict.at))
    return _page(refund_no, shown=shown)


@staff.post("/refunds/<refund_no>/transfer/paid")
@staff_may("write", "refunds")
@idempotent
def transfer_paid(refund_no: str) -> ResponseReturnValue:
    """`reference`: what the money can be found by."""
    form = TransferPaidForm()
    if not form.validate():
        return _page(refund_no, status=422, paid_form=form)
    return _act(refund_no, record_transfer, {"paid_form": form}, reference=form.reference.data)


def _act(refund_no: str, act: Any, typed: dict[str, Any], **said: Any) -> ResponseReturnValue:
    try:
        done = act(refund_no=refund_no, actor=current_actor(), request_id=sent(), deps=deps(), **said)
    except Invalid as invalid:
        if "form" not in typed:
            raise
        typed["form"].refuse(invalid.problems)
        return _page(refund_no, status=422, **typed)
    except Conflict as conflict:
        changed = Changed(who="staff", what=conflict.what, at=conflict.at)
        return _page(refund_no, status=409, changed=changed, **typed)
    return go(".refunds", notice=done)


def _page(
    refund_no: str,
    *,
    status: int = 200,
    shown: tuple[str, str] | None = None,
    changed: Changed | None = None,
    **typed: Any,
) -> ResponseReturnValue:
    page = transfer_page(refund_no=refund_no, actor=current_actor(), deps=deps(), shown=shown)
    forms = {
        "form": TransferForm(None, offer=Offer(reasons=WAYS)),
        "answer_form": TransferAnswerForm(None, offer=Offer(reasons=_ANSWERS)),
        "paid_form": TransferPaidForm(None),
        "act_form": ActForm(None),
    }
    return respond(TEMPLATE, TEMPLATE, status=status, page=page, changed=changed, **(forms | typed))
