"""申诉: contesting a refusal, or the goods that were not accepted."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import RefusedError
from portal.domain.results import Done
from portal.forms import AppealForm
from portal.pages.shop.appealing import appeal_page
from portal.routes.shop import shop
from portal.services.cases.appeal import appeal_case
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/appeal", methods=["GET", "POST"])
@signed_in
@idempotent
def appeal(case_no: str) -> ResponseReturnValue:
    """`body`, `evidence`."""
    form = AppealForm()
    if request.method != "POST":
        return _page(case_no, form, 200)
    receive_uploads(form.evidence, case_no=case_no)
    if form.evidence.is_side_step or not form.validate():
        return _page(case_no, form, 422 if form.errors else 200)
    try:
        return follow(_appeal(case_no, form))
    except RefusedError:
        return _page(case_no, form, 409)


def _appeal(case_no: str, form: AppealForm) -> Done:
    return appeal_case(
        case_no=case_no,
        body=form.body.data or "",
        evidence_ids=form.evidence.data,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _page(case_no: str, form: AppealForm, status: int) -> ResponseReturnValue:
    page = appeal_page(
        case_no=case_no,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )
    return respond("pages/shop/appealing.html", "fragments/shop/appealing.html", page=page, form=form, status=status)
