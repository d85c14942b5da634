"""规则之外: an amount or a late return that no rule gives, with a reason (S44)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.results import Done
from portal.forms import GoodwillForm, Offer, UnitLimit
from portal.pages.staff.goodwill import goodwill_page
from portal.pages.values.cancelling import Changed
from portal.pages.values.goodwill import GoodwillPage
from portal.routes.staff import staff
from portal.services.goodwill.give_amount import give_amount
from portal.services.goodwill.late_return import open_late_return
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/goodwill.html"


@staff.route("/cases/<case_no>/goodwill", methods=["GET", "POST"])
@staff_may("write", "propose")
@idempotent
def goodwill(case_no: str) -> ResponseReturnValue:
    """`kind` = amount, late_return; `amount`, `quantity-<line_id>`, `reason`."""
    page = goodwill_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    form = GoodwillForm(offer=Offer(reasons=page.kinds, lines=_limits(page)))
    if not form.validate_on_submit():
        return _answer(page, form, status=422 if form.errors else 200)
    try:
        return follow(_give(case_no, form))
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _answer(page, form, status=422)
    except Conflict as conflict:
        changed = Changed(who="staff", what=conflict.what, at=conflict.at)
        return _answer(page, form, status=409, changed=changed)


def _give(case_no: str, form: GoodwillForm) -> Done:
    reason, who, which = form.reason.data, current_actor(), sent()
    if form.kind.data == "amount":
        amount = form.typed_amount
        return give_amount(case_no=case_no, amount=amount, reason=reason, actor=who, request_id=which, deps=deps())
    return open_late_return(case_no=case_no, units=form.units, reason=reason, actor=who, request_id=which, deps=deps())


def _limits(page: GoodwillPage) -> tuple[UnitLimit, ...]:
    return tuple(
        UnitLimit(
            line_id=line.line_id,
            label=f"{line.title} {line.variant}".strip(),
            most=line.units,
            quantity=line.units,
            value=0,
        )
        for line in page.lines
    )


def _answer(
    page: GoodwillPage, form: GoodwillForm, *, status: int, changed: Changed | None = None
) -> ResponseReturnValue:
    return respond(TEMPLATE, TEMPLATE, status=status, page=page, form=form, changed=changed)
