"""What becomes of goods that were not accepted: sent back to the customer, or given up (N11; POLICY, timers).

The third way, an appeal, is appeal_case. Nobody chose in time: they are sent back.
"""

from __future__ import annotations

from typing import Literal

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.notify import tell
from portal.services.returning.inspect import CUSTOMER_CHOOSES
from portal.services.returning.send_back import begin_sending_back

Choice = Literal["send_back", "give_up"]


def awaits_choice(row: Row) -> bool:
    """The customer is to choose, and nobody is looking at an appeal."""
    return bool(row["state"] == "received" and row["deadline_kind"] == CUSTOMER_CHOOSES)


def label_of(row: Row) -> str:
    """The case's state as a label: goods received wait for the inspector, or for the customer's choice."""
    return "received_choice" if awaits_choice(row) else str(row["state"])


def choose_rejected(*, case_no: str, choice: Choice, actor: Actor, request_id: str, deps: Deps) -> str:
    """Returns `case:<no>`. Errors: NotFound, Conflict (nothing to choose any more), Invalid (choice), Reused."""
    if choice not in ("send_back", "give_up"):
        raise Invalid((("choice", "required" if not choice else "not_offered"),))
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["rejected", case_no, choice])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if not awaits_choice(case.row) or not may_step(case.row["kind"], case.state, "send_back"):
            raise Conflict("decided", at=case.row["closed_at"])
        act = send_back if choice == "send_back" else _give_up
        act(work, record, case, actor)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def send_back(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """By the customer's choice, or because nobody chose."""
    inspection = case.row["inspection"] | {"choice": "send_back"}
    begin_sending_back(work, record, case, "send_back", inspection=inspection)
    event = Event(kind=f"{event_source(actor)}:rejected:send_back", case_no=case.case_no)
    work.events.append(record, actor, event)
    if actor.kind == "system":
        params = {"order_no": record.order.no, "case_no": case.case_no}
        tell(work, record, case.case_no, "goods_go_back", params)


def _give_up(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """The shop keeps them without paying; they cannot be asked for again."""
    inspection = case.row["inspection"] | {"choice": "give_up"}
    if not inspection["accepted"]:
        step = "settle_refused"
    else:
        step = "settle_paying" if work.refunds.are_open(case.id) else "settle"
    times = {"deadline_at": None, "deadline_kind": None, "escalated_at": None}
    work.cases.step(case, step, inspection=inspection, **times)
    work.cases.release(case)
    work.orders.save(record, effects.forfeited(effects.released(record.order, case.units), case.units))
    data = {"units": [list(pair) for pair in case.units]}
    event = Event(kind=f"{event_source(actor)}:rejected:given_up", data=data, case_no=case.case_no)
    work.events.append(record, actor, event)
