"""留言: what customer and shop write to each other about a case."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.results import Done
from portal.forms import MessageForm
from portal.pages.shop.cases import case_page
from portal.routes.shop import shop
from portal.services.messages.write_message import answer_shop
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go_to, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/messages", methods=["GET", "POST"])
@signed_in
@idempotent
def messages(case_no: str) -> ResponseReturnValue:
    page = case_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    form = MessageForm()
    if request.method == "POST":
        receive_uploads(form.evidence, case_no=case_no)
    if not form.evidence.is_side_step and form.validate_on_submit():
        done = _write(case_no, form)
        # Another address for each form, so that a browser that stands on the thread already asks for it again.
        thread = url_for(".case", case_no=case_no, messages=sent().digest[:8], _anchor="messages")
        return go_to(thread, notice=done)
    status = 422 if form.errors else 200
    return respond("pages/shop/messages.html", "fragments/shop/messages.html", page=page, form=form, status=status)


def _write(case_no: str, form: MessageForm) -> Done:
    return answer_shop(
        case_no=case_no,
        body=form.body.data or "",
        evidence_ids=form.evidence.data,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )
