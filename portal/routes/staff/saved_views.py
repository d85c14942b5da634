"""保存的视图: what somebody filters the queue by again and again, under a name of their own."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.forms import ActForm, SavedViewForm
from portal.pages.staff.queue_asked import FILTERS, LONGEST_SEARCH, QueueAsked
from portal.pages.staff.saved_views import saved_views_page
from portal.routes.staff import staff
from portal.services.cases.save_view import remove_view, save_view
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.route("/cases/views", methods=["GET", "POST"])
@staff_may("read", "cases")
@idempotent
def views() -> ResponseReturnValue:
    """`name`, and the filters that the list was shown with."""
    form = SavedViewForm() if request.method == "POST" else SavedViewForm(request.args)
    asked = QueueAsked(**{name: (form[name].data or "")[:LONGEST_SEARCH] for name in FILTERS})
    actor = current_actor()
    try:
        if form.validate_on_submit():
            query = tuple(asked.query.items())
            done = save_view(name=form.name.data or "", query=query, actor=actor, request_id=sent(), deps=deps())
            return go(".cases", notice=done, **asked.query)
    except Invalid as invalid:
        form.refuse(invalid.problems)
    forms = {"form": form, "act": ActForm()}
    status = 422 if form.errors else 200
    page = saved_views_page(asked=asked, actor=actor, deps=deps())
    return respond("pages/staff/views.html", "fragments/staff/views.html", page=page, **forms, status=status)


@staff.post("/cases/views/remove")
@staff_may("read", "cases")
@idempotent
def view_remove() -> ResponseReturnValue:
    """`name`: which of them."""
    done = remove_view(name=request.form.get("name", ""), actor=current_actor(), request_id=sent(), deps=deps())
    return go(".views", notice=done)
