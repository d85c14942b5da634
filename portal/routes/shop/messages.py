"""留言: what customer and shop write to each other about a case."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.forms import MessageForm
from portal.routes.shop import shop
from portal.services.pages_cases import case_page
from portal.services.write_message import answer_shop
from portal.web.current import current_actor, current_shop, deps
from portal.web.guards import signed_in
from portal.web.respond import go, respond


@shop.route("/cases/<case_no>/messages", methods=["GET", "POST"])
@signed_in
def messages(case_no: str) -> ResponseReturnValue:
    page = case_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    form = MessageForm()
    if form.validate_on_submit():
        body, request_id = form.body.data, form.request_id.data
        answer_shop(case_no=case_no, body=body, actor=current_actor(), request_id=request_id, deps=deps())
        return go(".case", case_no=case_no, notice="message_sent")
    status = 422 if form.errors else 200
    return respond("pages/shop/messages.html", "fragments/shop/messages.html", page=page, form=form, status=status)
