"""The desk of one case: taking it, answering the cancel, writing, noting, looking at somebody's details."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.forms import ActForm, HoldForm, MessageForm, NoteForm, UnmaskForm
from portal.routes.staff import staff
from portal.services.answer_cancel import answer_cancel
from portal.services.assign_case import claim_case, release_case
from portal.services.page_values import Changed
from portal.services.page_values.staff import StaffCasePage
from portal.services.pages_staff_case import staff_case_page
from portal.services.unmask_customer import unmask_customer
from portal.services.write_message import message_customer, note_internally
from portal.web.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.current import current_actor, current_shop, deps, now
from portal.web.languages import zone
from portal.web.respond import go, respond
from portal.web.staff_guards import staff_may

UNMASKED = timedelta(minutes=1)


@staff.get("/cases/<case_no>")
@staff_may("read", "cases")
def case(case_no: str) -> ResponseReturnValue:
    return _desk(case_no)


@staff.post("/cases/<case_no>/claim")
@staff_may("write", "cases")
def claim(case_no: str) -> ResponseReturnValue:
    return _act(case_no, claim_case, "case_claimed")


@staff.post("/cases/<case_no>/release")
@staff_may("write", "cases")
def release(case_no: str) -> ResponseReturnValue:
    return _act(case_no, release_case, "case_released")


@staff.route("/cases/<case_no>/hold", methods=["GET", "POST"])
@staff_may("write", "hold")
def hold(case_no: str) -> ResponseReturnValue:
    """`answer` = stopped, too_late; `left_at`. The desk shows what each would do before it is taken."""
    form = HoldForm(zone=zone(), now=now())
    if not form.validate_on_submit():
        return _desk(case_no, status=422 if form.errors else 200, needs_hold=True, hold=form)
    try:
        answer_cancel(
            case_no=case_no,
            answer=form.answer.data,
            left_at=form.left_at.at if form.answer.data == "too_late" else None,
            actor=current_actor(),
            request_id=form.request_id.data,
            shown=form.shown.data or "",
            deps=deps(),
        )
    except Conflict as conflict:
        return _changed(case_no, conflict, hold=form)
    return go(".case", case_no=case_no, notice=f"cancel_{form.answer.data}")


@staff.post("/cases/<case_no>/message")
@staff_may("write", "cases")
def message(case_no: str) -> ResponseReturnValue:
    """`body` goes to the customer."""
    form = MessageForm()
    if not form.validate_on_submit():
        return _desk(case_no, status=422, message=form)
    _write(message_customer, case_no, form)
    return go(".case", case_no=case_no, notice="message_sent")


@staff.post("/cases/<case_no>/note")
@staff_may("write", "cases")
def note(case_no: str) -> ResponseReturnValue:
    """`body` is for colleagues only."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _desk(case_no, status=422, note=form)
    _write(note_internally, case_no, form)
    return go(".case", case_no=case_no, notice="note_kept")


@staff.post("/cases/<case_no>/unmask")
@staff_may("write", "cases")
def unmask(case_no: str) -> ResponseReturnValue:
    """`reason` is recorded, and the next view of this desk shows the customer's details in clear, once."""
    form = UnmaskForm()
    if not form.validate_on_submit():
        return _desk(case_no, status=422, unmask=form)
    values = {"reason": form.reason.data, "request_id": form.request_id.data}
    unmask_customer(case_no=case_no, actor=current_actor(), deps=deps(), **values)
    write_sealed("portal_unmasked", {"case": case_no, "who": current_actor().key}, life=UNMASKED)
    return go(".case", case_no=case_no)


def _act(case_no: str, act: Any, notice: str) -> ResponseReturnValue:
    form = ActForm()
    if not form.validate_on_submit():
        return _desk(case_no, status=422, act=form)
    try:
        act(case_no=case_no, actor=current_actor(), request_id=form.request_id.data, deps=deps())
    except Conflict as conflict:
        return _changed(case_no, conflict)
    return go(".case", case_no=case_no, notice=notice)


def _write(write: Any, case_no: str, form: Any) -> None:
    values = {"body": form.body.data, "request_id": form.request_id.data}
    write(case_no=case_no, actor=current_actor(), deps=deps(), **values)


def _changed(case_no: str, conflict: Conflict, **typed: Any) -> ResponseReturnValue:
    return _desk(case_no, status=409, changed=Changed(who="staff", what=conflict.what, at=conflict.at), **typed)


def _desk(
    case_no: str, *, status: int = 200, changed: Changed | None = None, needs_hold: bool = False, **typed: Any
) -> ResponseReturnValue:
    """The desk as it is now, with the form that was sent as it was typed. `needs_hold`: 409 where nothing waits."""
    page = staff_case_page(
        case_no=case_no,
        actor=current_actor(),
        settings=current_shop().settings,
        unmasked=status == 200 and _take_unmasked(case_no),
        changed=changed,
        deps=deps(),
    )
    if needs_hold and page.hold is None:
        page, status = replace(page, changed=Changed(who="staff", what="decided", at=None)), 409
    forms = _forms(page) | typed
    if page.hold and "hold" in typed:
        typed["hold"].shown.current = page.hold.shown
    return respond("pages/staff/case.html", "fragments/staff/case.html", page=page, forms=forms, status=status)


def _forms(page: StaffCasePage) -> dict[str, Any]:
    """Each with an id of its own, empty; the answer only where there is one to give."""
    shown = page.hold.shown if page.hold else ""
    return {
        "hold": HoldForm(None, shown=shown, zone=zone(), now=now()),
        "message": MessageForm(None),
        "note": NoteForm(None),
        "unmask": UnmaskForm(None),
        "act": ActForm(None),
    }


def _take_unmasked(case_no: str) -> bool:
    """Whether this view was asked for with a reason; asking uses it up."""
    allowed = read_sealed("portal_unmasked")
    if allowed is None:
        return False
    drop_cookie("portal_unmasked")
    return bool(allowed == {"case": case_no, "who": current_actor().key})
