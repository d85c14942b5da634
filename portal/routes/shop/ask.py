"""提问: a question about an order, without a claim."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.results import Done
from portal.forms import QuestionForm
from portal.pages.shop.messages import ask_page
from portal.routes.shop import shop
from portal.services.messages.ask_question import ask_question
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.guards import signed_in


@shop.route("/orders/<order_no>/ask", methods=["GET", "POST"])
@signed_in
@idempotent
def ask(order_no: str) -> ResponseReturnValue:
    page = ask_page(order_no=order_no, actor=current_actor(), deps=deps())
    form = QuestionForm()
    if request.method == "POST":
        receive_uploads(form.evidence, order_no=order_no)
    if not form.evidence.is_side_step and form.validate_on_submit():
        return follow(_ask(order_no, form))
    status = 422 if form.errors else 200
    return respond("pages/shop/ask.html", "fragments/shop/ask.html", page=page, form=form, status=status)


def _ask(order_no: str, form: QuestionForm) -> Done:
    return ask_question(
        order_no=order_no,
        body=form.body.data or "",
        evidence_ids=form.evidence.data,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )
