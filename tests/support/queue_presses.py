"""Forms of the queue: whose a case is, until when it is put off, views of one's own, several at once."""

from __future__ import annotations

from datetime import timedelta

from portal.services.cases.assign import claim_case
from portal.services.cases.save_view import save_view
from portal.services.cases.snooze import snooze_case
from tests.routes.staff.test_deciding import applied
from tests.support.presses import MORE, Press
from tests.support.staff import Office


def claim(office: Office) -> Press:
    return Press(f"/staff/cases/{applied(office)}", {}, MORE, form="/claim", role="agent")


def take_over(office: Office) -> Press:
    case_no = applied(office)
    # The first of the staff has it, somebody else takes it over.
    office.add("agent", "colleague")
    claim_case(case_no=case_no, actor=office.made.staff("agent"), request_id="mine", deps=office.deps)
    return Press(f"/staff/cases/{case_no}", {}, MORE, form="/take-over", role="supervisor")


def release(office: Office) -> Press:
    case_no = applied(office)
    office.add("supervisor")
    claim_case(case_no=case_no, actor=office.made.staff("agent"), request_id="mine", deps=office.deps)
    return Press(f"/staff/cases/{case_no}", {}, MORE, form="/release", role="supervisor")


def snooze(office: Office) -> Press:
    page, typed = f"/staff/cases/{applied(office)}", {"until": "2026-11-21T09:00"}
    return Press(page, typed, {"until": "2026-11-21T10:00"}, form="/snooze", role="agent")


def wake(office: Office) -> Press:
    case_no, until = applied(office), office.clock.now() + timedelta(hours=8)
    by = {"actor": office.made.staff("agent"), "request_id": "later", "deps": office.deps}
    snooze_case(case_no=case_no, until=until, **by)
    return Press(f"/staff/cases/{case_no}", {}, MORE, form="/wake", role="agent")


def assign(office: Office) -> Press:
    page = f"/staff/cases/assign?case={applied(office)}&case={applied(office)}"
    return Press(page, {"to": "supervisor-1"}, {"to": "agent-1"}, form="/assign", role="supervisor")


def view_save(office: Office) -> Press:
    page = "/staff/cases/views?state=open&order=amount"
    return Press(page, {"name": "金额大的"}, {"name": "最大的"}, form="/cases/views", role="agent")


def view_remove(office: Office) -> Press:
    office.add("agent")
    actor = office.made.staff("agent")
    save_view(name="金额大的", query=(("order", "amount"),), actor=actor, request_id="view", deps=office.deps)
    return Press("/staff/cases/views", {}, MORE, form="/views/remove", role="agent")


def accept(office: Office) -> Press:
    first, second = applied(office), applied(office, "return_refund", "other")
    page = f"/staff/cases/accept?case={first}&case={second}"
    return Press(page, {}, {f"shown-{first}": "x"}, form="/accept", role="agent")


QUEUE_ACTS = {
    "claim": (claim,),
    "release": (release,),
    "take_over": (take_over,),
    "snooze": (snooze,),
    "wake": (wake,),
    "assign": (assign,),
    "accept": (accept,),
    "views": (view_save,),
    "view_remove": (view_remove,),
}
"""By endpoint, as all of them."""
