"""待审批: what goes beyond policy and over what one person alone may give waits here for a second (S44)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.forms import ActForm, Offer, ProposalForm
from portal.pages.staff.goodwill import approvals_page, proposal_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.cases.answer_proposal import ProposalAnswer, answer_proposal
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may

LIST, ONE = "pages/staff/approvals.html", "pages/staff/proposal.html"
_ANSWERS = ("approve", "decline")


@staff.get("/approvals")
@staff_may("read", "approvals")
def approvals() -> ResponseReturnValue:
    return respond(LIST, LIST, page=approvals_page(actor=current_actor(), deps=deps()))


@staff.get("/approvals/<number>")
@staff_may("read", "approvals")
def proposal(number: str) -> ResponseReturnValue:
    return _page(number)


@staff.post("/approvals/<number>")
@staff_may("write", "approvals")
@idempotent
def proposal_answer(number: str) -> ResponseReturnValue:
    """`answer` = approve, decline; `reason`, needed to decline."""
    form = ProposalForm(offer=Offer(reasons=_ANSWERS))
    if not form.validate():
        return _page(number, status=422, form=form)
    return _act(number, form.answer.data, form, reason=form.reason.data or "")


@staff.post("/approvals/<number>/take-back")
@staff_may("write", "propose")
@idempotent
def proposal_take_back(number: str) -> ResponseReturnValue:
    """By whoever proposed it, while nobody has answered."""
    form = ActForm()
    return _act(number, "take_back", None) if form.validate() else _page(number, status=422)


def _act(number: str, answer: ProposalAnswer, form: ProposalForm | None, *, reason: str = "") -> ResponseReturnValue:
    try:
        done = answer_proposal(
            number=number, answer=answer, reason=reason, actor=current_actor(), request_id=sent(), deps=deps()
        )
    except Conflict as conflict:
        changed = Changed(who="staff", what=conflict.what, at=conflict.at)
        return _page(number, status=409, form=form, changed=changed)
    return go(".approvals", notice=done)


def _page(
    number: str, *, status: int = 200, form: ProposalForm | None = None, changed: Changed | None = None
) -> ResponseReturnValue:
    page = proposal_page(number=number, actor=current_actor(), settings=current_shop().settings, deps=deps())
    reasons = _ANSWERS if page.may_approve else _ANSWERS[1:]
    shown = form or ProposalForm(None, offer=Offer(reasons=reasons))
    return respond(ONE, ONE, status=status, page=page, form=shown, act_form=ActForm(None), changed=changed)
