"""Staff see a customer's details in clear: with a reason, once, and never without a trace (POLICY, personal data)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.results import CustomerUnmasked
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def unmask_customer(*, case_no: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CustomerUnmasked:
    """Records who looked and why; the caller shows one view in clear. Errors: NotFound, Forbidden, Reused.

    The reason is a note on the case, since it may name people; the event names the note (law 6).
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["unmask", case_no, reason]), CustomerUnmasked):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        note = work.messages.add(case, reason, actor, is_internal=True)
        work.events.append(
            record, actor, NewEvent(kind="staff:customer:unmasked", data={"note": note}, case_no=case_no)
        )
        return work.requests.finish(actor, request_id, CustomerUnmasked(case_no=case_no))
