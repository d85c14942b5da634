"""The desk of one case: taking it, answering the cancel, writing, noting, looking at somebody's details."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.cases.found import Found
from portal.domain.errors import Conflict
from portal.domain.results import Done
from portal.forms import (
    ActForm,
    AskForm,
    CloseForm,
    HoldForm,
    MessageForm,
    NoteForm,
    ReopenForm,
    SnoozeForm,
    UnmaskForm,
)
from portal.pages.staff.archived import staff_case_or_archived
from portal.pages.staff.case import DeskView
from portal.pages.staff.deciding import Choice
from portal.pages.staff.desk import TABS
from portal.pages.values.cancelling import Changed
from portal.pages.values.staff import StaffCasePage
from portal.routes.staff import staff
from portal.routes.staff.answer_form import answer_form
from portal.routes.staff.draft_forms import fill_in
from portal.routes.staff.kept_queue import keep_place, kept_queue
from portal.routes.staff.offering_forms import offer_form
from portal.routes.staff.replacing_forms import no_stock_forms, replacing_forms
from portal.routes.staff.returning_forms import goods_forms
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.cases.assign import claim_case, release_case
from portal.services.identity.unmask_customer import unmask_customer
from portal.services.messages.write_message import message_customer, note_internally
from portal.services.withdrawing.close_with_consent import close_with_consent
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps, now
from portal.web.request.languages import zone
from portal.web.request.uploads import receive_uploads
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.staff_guards import staff_may

UNMASKED = timedelta(minutes=1)


@staff.get("/cases/<case_no>")
@staff_may("read", "cases")
def case(case_no: str) -> ResponseReturnValue:
    return desk_page(case_no)


@staff.post("/cases/<case_no>/claim")
@staff_may("write", "cases")
@idempotent
def claim(case_no: str) -> ResponseReturnValue:
    return _act(case_no, claim_case)


@staff.post("/cases/<case_no>/release")
@staff_may("write", "cases")
@idempotent
def release(case_no: str) -> ResponseReturnValue:
    return _act(case_no, release_case)


@staff.route("/cases/<case_no>/hold", methods=["GET", "POST"])
@staff_may("write", "hold")
@idempotent
def hold(case_no: str) -> ResponseReturnValue:
    """`answer` = stopped, too_late; `left_at`. The desk shows what each would do before it is taken."""
    form = HoldForm(zone=zone(), now=now())
    if not form.validate_on_submit():
        return desk_page(case_no, status=422 if form.errors else 200, needs_hold=True, hold=form)
    try:
        return follow(_answer_cancel(case_no, form))
    except Conflict as conflict:
        return desk_changed(case_no, conflict, hold=form)


@staff.route("/cases/<case_no>/close", methods=["GET", "POST"])
@staff_may("write", "cases")
@idempotent
def close(case_no: str) -> ResponseReturnValue:
    """`reason`: when and how the customer has agreed that the application is taken back."""
    form = CloseForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422 if form.errors else 200, close=form)
    reason = form.reason.data or ""
    try:
        done = close_with_consent(case_no=case_no, reason=reason, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict, close=form)
    return follow(done)


@staff.post("/cases/<case_no>/message")
@staff_may("write", "cases")
@idempotent
def message(case_no: str) -> ResponseReturnValue:
    """`body` and `evidence` go to the customer."""
    return _write(message_customer, case_no, "message", MessageForm())


@staff.post("/cases/<case_no>/note")
@staff_may("write", "cases")
@idempotent
def note(case_no: str) -> ResponseReturnValue:
    """`body` and `evidence` are for colleagues only."""
    return _write(note_internally, case_no, "note", NoteForm())


@staff.post("/cases/<case_no>/unmask")
@staff_may("write", "cases")
@idempotent
def unmask(case_no: str) -> ResponseReturnValue:
    """`reason` is recorded, and the next view of this desk shows the customer's details in clear, once."""
    form = UnmaskForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, unmask=form)
    reason = form.reason.data or ""
    done = unmask_customer(case_no=case_no, reason=reason, actor=current_actor(), request_id=sent(), deps=deps())
    write_sealed("portal_unmasked", {"case": case_no, "who": current_actor().key}, life=UNMASKED)
    return follow(done)


def _answer_cancel(case_no: str, form: HoldForm) -> Done:
    return answer_cancel(
        case_no=case_no,
        answer=form.answer.data,
        left_at=form.left_at.at if form.answer.data == "too_late" else None,
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or "",
        deps=deps(),
    )


def _act(case_no: str, act: Any) -> ResponseReturnValue:
    form = ActForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, act=form)
    try:
        done = act(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    return follow(done)


def _write(write: Any, case_no: str, name: str, form: MessageForm | NoteForm) -> ResponseReturnValue:
    """A form that is sent only to add or remove a file is shown again."""
    receive_uploads(form.evidence, case_no=case_no)
    if form.evidence.is_side_step:
        return desk_page(case_no, status=422 if form.evidence.errors else 200, **{name: form})
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, **{name: form})
    values = {"body": form.body.data, "evidence_ids": form.evidence.data, "request_id": sent()}
    return follow(write(case_no=case_no, actor=current_actor(), deps=deps(), **values))


def desk_changed(case_no: str, conflict: Conflict, **typed: Any) -> ResponseReturnValue:
    return desk_page(case_no, status=409, changed=Changed(who="staff", what=conflict.what, at=conflict.at), **typed)


def desk_page(
    case_no: str,
    *,
    status: int = 200,
    changed: Changed | None = None,
    needs_hold: bool = False,
    choice: Choice | None = None,
    found: Found | None = None,
    **typed: Any,
) -> ResponseReturnValue:
    """The desk as it is now, with the form that was sent as it was typed. `needs_hold`: 409 where nothing waits.

    `choice`: the part whose effect is to be shown before it is granted.
    """
    kept = kept_queue()
    view = DeskView(
        queue=kept.asked.state,
        locale=current_locale(),
        unmasked=status == 200 and _take_unmasked(case_no),
        changed=changed,
        choice=choice,
        found=found,
        tab=_tab(),
    )
    page = staff_case_or_archived(
        case_no=case_no, view=view, actor=current_actor(), settings=current_shop().settings, deps=deps()
    )
    keep_place(kept, case_no, page.place)
    if needs_hold and page.hold is None:
        page, status = replace(page, changed=Changed(who="staff", what="decided", at=None)), 409
    forms = fill_in(_forms(page), page.drafts) | typed
    has_problem = _bring_up_to_date(typed, page)
    if "macro" in typed and not typed["macro"].fill(page, forms):
        status = 409
    status = 422 if status == 200 and has_problem else status
    # A file that is imported with a message must not take along what is being typed in the answer.
    part = "messages" if request.headers.get("HX-Target") == "desk-messages" else "case"
    fragment = f"fragments/staff/{part}.html"
    ways = {"queue": kept.asked.query, "before": kept.before(case_no)}
    return respond("pages/staff/case.html", fragment, page=page, forms=forms, status=status, **ways)


def _tab() -> str:
    """What the address asks for, else the application."""
    asked = request.args.get("tab", "")
    return asked if asked in TABS else TABS[0]


def _bring_up_to_date(typed: dict[str, Any], page: StaffCasePage) -> bool:
    """Forms shown again carry the digest of what is shown now, and what is wrong with what they say of it."""
    has_problem = False
    if page.hold and "hold" in typed:
        typed["hold"].shown.current = page.hold.shown
    if page.offering and "offer" in typed:
        typed["offer"].shown.current = page.offering.shown
    if page.replacing and "refund_instead" in typed:
        typed["refund_instead"].shown.current = page.replacing.shown
    if page.no_stock and "no_stock" in typed:
        typed["no_stock"].shown.current = page.no_stock.shown
    if page.goods and "inspect" in typed:
        typed["inspect"].shown.current = page.goods.shown
        typed["inspect"].refuse(page.goods.problems)
        has_problem = bool(page.goods.problems)
    if page.deciding and "decide" in typed:
        typed["decide"].shown.current = page.deciding.shown
        typed["decide"].refuse(page.deciding.problems)
        has_problem = has_problem or bool(typed["decide"].errors)
    return has_problem


def _forms(page: StaffCasePage) -> dict[str, Any]:
    """Each with an id of its own, empty; the answer only where there is one to give."""
    shown = page.hold.shown if page.hold else ""
    answer = {"decide": answer_form(page.deciding, is_sent=False)} if page.deciding else {}
    goods = goods_forms(page.goods) if page.goods else {}
    return (
        answer
        | goods
        | ({"offer": offer_form(page.offering, is_sent=False)} if page.offering else {})
        | (replacing_forms(page.replacing) if page.replacing else {})
        | (no_stock_forms(page.no_stock) if page.no_stock else {})
        | {
            "ask": AskForm(None),
            "close": CloseForm(None),
            "reopen": ReopenForm(None),
            "hold": HoldForm(None, shown=shown, zone=zone(), now=now()),
            "message": MessageForm(None),
            "note": NoteForm(None),
            "snooze": SnoozeForm(None, zone=zone(), proposed=page.snooze_proposed),
            "unmask": UnmaskForm(None),
            "act": ActForm(None),
        }
    )


def _take_unmasked(case_no: str) -> bool:
    """Whether this view was asked for with a reason; asking uses it up."""
    allowed = read_sealed("portal_unmasked")
    if allowed is None:
        return False
    drop_cookie("portal_unmasked")
    return bool(allowed == {"case": case_no, "who": current_actor().key})
