"""解决了吗: what a customer says of a closed case, as often as they change their mind."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.forms import SolvedForm
from portal.pages.shop.solving import solved_page
from portal.routes.shop import shop
from portal.services.cases.say_solved import say_solved
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/solved", methods=["GET", "POST"])
@signed_in
@idempotent
def solved(case_no: str) -> ResponseReturnValue:
    """`answer` = yes, no; `note`."""
    page = solved_page(case_no=case_no, actor=current_actor(), deps=deps())
    form = SolvedForm(data={"answer": page.answer, "note": page.note})
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return respond("pages/shop/solved.html", "fragments/shop/solved.html", page=page, form=form, status=status)
    said = {"answer": form.answer.data, "note": form.note.data or ""}
    return follow(say_solved(case_no=case_no, **said, actor=current_actor(), request_id=sent(), deps=deps()))
