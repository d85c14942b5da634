"""撤回声明: the list, one of them, and what staff do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.forms import CloseDeclarationForm, MatchForm, UnmaskForm
from portal.pages.staff.declarations import declaration_page, declarations_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.withdrawing.match_declaration import close_declaration, match_by_hand, unmask_declaration
from portal.web.answers.follow import follow
from portal.web.answers.problems import problem
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.staff_guards import staff_may

UNMASKED = timedelta(minutes=1)


@staff.get("/declarations")
@staff_may("read", "cases")
def declarations() -> ResponseReturnValue:
    page = declarations_page(actor=current_actor(), deps=deps())
    return respond("pages/staff/declarations.html", "fragments/staff/declarations.html", page=page)


@staff.get("/declarations/<public_id>")
@staff_may("read", "cases")
def declaration(public_id: str) -> ResponseReturnValue:
    return _page(public_id, unmasked=_take_unmasked(public_id))


@staff.post("/declarations/<public_id>/match")
@staff_may("write", "cases")
@idempotent
def declaration_match(public_id: str) -> ResponseReturnValue:
    """`order_no`, and `lines` as they are to be read."""
    form = MatchForm()
    if not form.validate():
        return _page(public_id, status=422, match=form)
    typed = {"order_no": form.order_no.data, "lines": form.lines.data or ""}
    try:
        done = match_by_hand(public_id=public_id, actor=current_actor(), request_id=sent(), deps=deps(), **typed)
    except Conflict as conflict:
        return _changed(public_id, conflict, match=form)
    except Invalid as invalid:
        for name, code in invalid.problems:
            form[name].errors = [problem(f"declaration_{code}")]
        return _page(public_id, status=422, match=form)
    return follow(done)


@staff.post("/declarations/<public_id>/close")
@staff_may("write", "cases")
@idempotent
def declaration_close(public_id: str) -> ResponseReturnValue:
    """`reason`: why no order is meant, or how it was settled."""
    form = CloseDeclarationForm()
    if not form.validate():
        return _page(public_id, status=422, close=form)
    said = {"public_id": public_id, "reason": form.reason.data}
    try:
        return follow(close_declaration(actor=current_actor(), request_id=sent(), deps=deps(), **said))
    except Conflict as conflict:
        return _changed(public_id, conflict, close=form)


@staff.post("/declarations/<public_id>/unmask")
@staff_may("write", "cases")
@idempotent
def declaration_unmask(public_id: str) -> ResponseReturnValue:
    """`reason` is recorded, and the next view shows who declared in clear, once."""
    form = UnmaskForm()
    if not form.validate():
        return _page(public_id, status=422, unmask=form)
    said = {"public_id": public_id, "reason": form.reason.data}
    done = unmask_declaration(actor=current_actor(), request_id=sent(), deps=deps(), **said)
    write_sealed("portal_unmasked", {"declaration": public_id, "who": current_actor().key}, life=UNMASKED)
    return follow(done)


def _changed(public_id: str, conflict: Conflict, **typed: Any) -> ResponseReturnValue:
    return _page(public_id, status=409, changed=Changed(who="staff", what=conflict.what, at=conflict.at), **typed)


def _page(
    public_id: str, *, status: int = 200, unmasked: bool = False, changed: Changed | None = None, **typed: Any
) -> ResponseReturnValue:
    """With the form that was sent as it was typed."""
    page = declaration_page(public_id=public_id, actor=current_actor(), deps=deps(), unmasked=unmasked, changed=changed)
    given = {"order_no": page.row.order_no, "lines": page.row.lines}
    forms = {"match": MatchForm(None, data=given), "close": CloseDeclarationForm(None), "unmask": UnmaskForm(None)}
    whole, part = "pages/staff/declaration.html", "fragments/staff/declaration.html"
    return respond(whole, part, page=page, forms=forms | typed, status=status)


def _take_unmasked(public_id: str) -> bool:
    """Whether this view was asked for with a reason; asking uses it up."""
    allowed = read_sealed("portal_unmasked")
    if allowed is None:
        return False
    drop_cookie("portal_unmasked")
    return bool(allowed == {"declaration": public_id, "who": current_actor().key})
