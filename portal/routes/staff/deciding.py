"""The answer to an application on its desk: accept, partly, refuse, or ask the customer first."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.results import Done
from portal.forms import DECISIONS, AskForm, DecideForm, Offer, lines_as_sent
from portal.pages.staff.deciding import Choice, find_deciding
from portal.pages.values.deciding import Deciding
from portal.routes.staff import staff
from portal.routes.staff.answer_form import answer_form
from portal.routes.staff.case import desk_changed, desk_page
from portal.services.cases.decide_case import Verdict, decide_case
from portal.services.messages.ask_customer import ask_customer
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond, wants_fragment
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may


@staff.post("/cases/<case_no>/decide")
@staff_may("write", "cases")
@idempotent
def decide(case_no: str) -> ResponseReturnValue:
    """`decision` = accept, partly, refuse; `reason_code`, `reason`, `amount`, `quantity-<line_id>`."""
    form = sent_form(case_no)
    if not form.validate():
        return desk_page(case_no, status=422, decide=form)
    try:
        done = _decide(case_no, form)
    except Conflict as conflict:
        return desk_changed(case_no, conflict, decide=form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return desk_page(case_no, status=422, decide=form)
    return follow(done)


@staff.post("/cases/<case_no>/decide/quote")
@staff_may("write", "cases")
def decide_quote(case_no: str) -> ResponseReturnValue:
    """Computes only: what granting this part would pay."""
    form = sent_form(case_no)
    form.quantities.check_typed()
    choice = (form.units, form.typed_amount) if form.quantities.has_sum else None
    is_part = wants_fragment() and request.headers.get("HX-Target") == "decide-quote"
    if not is_part:
        return desk_page(case_no, choice=choice, decide=form)
    found = _deciding(case_no, choice)
    form.refuse(found.problems if found else ())
    fragment = "fragments/staff/deciding_quote.html"
    return respond(fragment, fragment, choice=found, form=form, status=422 if form.errors else 200)


@staff.post("/cases/<case_no>/ask")
@staff_may("write", "cases")
@idempotent
def ask(case_no: str) -> ResponseReturnValue:
    """`body`: the customer is asked, and the case waits for them."""
    form = AskForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, ask=form)
    try:
        body = form.body.data or ""
        done = ask_customer(case_no=case_no, body=body, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict, ask=form)
    return follow(done)


def _decide(case_no: str, form: DecideForm) -> Done:
    is_part = form.decision.data == "partly"
    verdict = Verdict(
        decision=form.decision.data,
        units=form.units if is_part else (),
        amount=form.typed_amount if is_part else "",
        reason_code=form.reason_code.data or "",
        reason=form.reason.data or "",
    )
    return decide_case(
        case_no=case_no,
        verdict=verdict,
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or "",
        deps=deps(),
    )


def sent_form(case_no: str) -> DecideForm:
    """Of a case that is decided already as it came: the service says by whom and when."""
    found = _deciding(case_no)
    return answer_form(found, is_sent=True) if found else _form_as_sent()


def _form_as_sent() -> DecideForm:
    return DecideForm(offer=Offer(reasons=DECISIONS, lines=lines_as_sent(request.form)))


def _deciding(case_no: str, choice: Choice | None = None) -> Deciding | None:
    settings = current_shop().settings
    return find_deciding(case_no=case_no, actor=current_actor(), settings=settings, deps=deps(), choice=choice)
