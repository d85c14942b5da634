"""A draft before it is published: what it would have decided, proposed by one and approved by another."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.forms import PolicyAnswerForm, PolicyTakeBackForm, ProposeForm, SimulateForm
from portal.pages.staff.policy_review import review_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.policy.propose import answer_policy, propose_policy
from portal.services.policy.simulate_draft import start_simulation
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.request.languages import language, shop_zone
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/policy_review.html"


@staff.get("/policies/review")
@staff_may("read", "policies")
def policy_review() -> ResponseReturnValue:
    """`after`: where the cases that change go on."""
    return _page()


@staff.post("/policies/review/simulate")
@staff_may("write", "policies")
@idempotent
def policy_simulate() -> ResponseReturnValue:
    """`days` = 30, 90, 180, 365. A job does it; the page shows how far it is."""
    form = SimulateForm()
    if not form.validate():
        return _page(status=422, simulate_form=form)
    return _act(start_simulation, {"simulate_form": form}, days=int(form.days.data), revision=form.revision.number)


@staff.post("/policies/review/propose")
@staff_may("write", "policies")
@idempotent
def policy_propose() -> ResponseReturnValue:
    """`starts_at`, nothing for at once; `reason`."""
    form = ProposeForm(zone=shop_zone())
    if not form.validate():
        return _page(status=422, form=form)
    said = {"revision": form.revision.number, "starts_at": form.at, "reason": form.reason.data or ""}
    return _act(propose_policy, {"form": form}, **said)


@staff.post("/policies/review/answer")
@staff_may("write", "policies")
@idempotent
def policy_answer() -> ResponseReturnValue:
    """`answer` = approve, decline; `reason`, needed to decline."""
    form = PolicyAnswerForm()
    if not form.validate():
        return _page(status=422, answer_form=form)
    said = {"proposal_id": form.proposal.number, "answer": form.answer.data, "reason": form.reason.data or ""}
    return _act(answer_policy, {"answer_form": form}, **said)


@staff.post("/policies/review/take-back")
@staff_may("write", "policies")
@idempotent
def policy_take_back() -> ResponseReturnValue:
    """While nobody has answered; the draft stays."""
    form = PolicyTakeBackForm()
    if not form.validate():
        return _page(status=422)
    return _act(answer_policy, {}, proposal_id=form.proposal.number, answer="take_back")


def _act(act: Any, typed: dict[str, Any], **said: Any) -> ResponseReturnValue:
    try:
        done = act(actor=current_actor(), request_id=sent(), deps=deps(), **said)
    except Invalid as invalid:
        if "form" not in typed:
            raise
        typed["form"].refuse(invalid.problems)
        return _page(status=422, **typed)
    except Conflict as conflict:
        return _page(status=409, changed=Changed(who="staff", what=conflict.what, at=conflict.at), **typed)
    return go(".policies" if getattr(done, "version_id", None) else ".policy_review", notice=done)


def _page(*, status: int = 200, changed: Changed | None = None, **typed: Any) -> ResponseReturnValue:
    page = review_page(after=request.args.get("after", ""), locale=language(), actor=current_actor(), deps=deps())
    forms = {
        "form": ProposeForm(None, zone=shop_zone()),
        "simulate_form": SimulateForm(None),
        "answer_form": PolicyAnswerForm(None),
        "take_back_form": PolicyTakeBackForm(None),
    }
    return respond(TEMPLATE, TEMPLATE, status=status, page=page, changed=changed, **(forms | typed))
