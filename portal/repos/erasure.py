"""Takes away everything personal that is held on a customer; amounts, units and events stay (law 6).

Every column that may hold something of theirs is named here; a test goes through all columns there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, cast, delete, func, null, or_, select, update

from portal.models.account import Customer, OneTimeCode, Session
from portal.models.behalf import Behalf
from portal.models.case import Case, CaseKey, Decision
from portal.models.desk import DeskDraft
from portal.models.event import Request
from portal.models.evidence import EvidenceFile, EvidenceLink
from portal.models.fee import Fee, FeePayment
from portal.models.goodwill import Goodwill
from portal.models.handoff import HandoffCode
from portal.models.job import Job, Notice, StaffTask
from portal.models.message import Message
from portal.models.order import Order, TrackingNumber
from portal.models.pickup import Pickup
from portal.models.refund import Refund
from portal.models.transfer import Transfer
from portal.repos.declarations import DECLARATIONS, of_person
from portal.repos.declarations import GONE as DECLARATION_GONE
from portal.repos.inbox import GONE as MAIL_GONE
from portal.repos.inbox import MAILS
from portal.repos.inbox import of_person as mails_of_person
from portal.repos.rows import all_rows

CUSTOMERS: Table = Customer.__table__
SESSIONS: Table = Session.__table__
ONE_TIME: Table = OneTimeCode.__table__
HANDOFFS: Table = HandoffCode.__table__
ORDERS: Table = Order.__table__
TRACKING: Table = TrackingNumber.__table__
CASES: Table = Case.__table__
CASE_KEYS: Table = CaseKey.__table__
DECISIONS: Table = Decision.__table__
DRAFTS: Table = DeskDraft.__table__
GOODWILL: Table = Goodwill.__table__
PICKUPS: Table = Pickup.__table__
REFUNDS: Table = Refund.__table__
FEES: Table = Fee.__table__
FEE_PAYMENTS: Table = FeePayment.__table__
MESSAGES: Table = Message.__table__
FILES: Table = EvidenceFile.__table__
LINKS: Table = EvidenceLink.__table__
TRANSFERS: Table = Transfer.__table__
BEHALF: Table = Behalf.__table__
NOTICES: Table = Notice.__table__
JOBS: Table = Job.__table__
TASKS: Table = StaffTask.__table__
REQUESTS: Table = Request.__table__
GONE: dict[str, Any] = (
    {"notices_off": null(), "unreachable": null()}
    | dict.fromkeys(("name", "locale", "zone"), "")
    | dict.fromkeys(("phone", "phone_end", "mail", "login_key", "phone_key", "mail_key", "password_hash", "digest_key"))
)
_SPOKEN = ("reason", "consent", "note", "body", "tracking_no", "question", "text")
"""Keys below which somebody's own words, or what a parcel is followed by, stand in a row's JSON."""
_PICKUP_GONE = dict.fromkeys(("name", "phone", "address", "tracking_no", "reason"), "")
_AT_ONCE = 500


class Erasure:
    """Of one customer of a shop, whose row and orders are locked."""

    def __init__(self, connection: Connection, customer_id: int, shop_id: int) -> None:
        self._connection, self._id, self._shop_id = connection, customer_id, shop_id
        self._orders = select(ORDERS.c.id).where(ORDERS.c.customer_id == customer_id)
        theirs = or_(CASES.c.customer_id == customer_id, CASES.c.order_id.in_(self._orders))
        self._cases = select(CASES.c.id).where(theirs)

    def counts(self) -> dict[str, int]:
        """How many rows of each kind are theirs: what a dry run tells."""
        found = {
            "orders": ORDERS.c.customer_id == self._id,
            "cases": CASES.c.id.in_(self._cases),
            "messages": MESSAGES.c.case_id.in_(self._cases),
            "files": FILES.c.order_id.in_(self._orders),
            "notices": NOTICES.c.customer_id == self._id,
            "sessions": SESSIONS.c.customer_id == self._id,
            "declarations": DECLARATIONS.c.order_id.in_(self._orders),
        }
        return {
            name: self._connection.execute(select(func.count()).where(mine)).scalar_one()
            for name, mine in found.items()
        }

    def erase(
        self,
        now: datetime,
        *,
        contacts: Collection[str],
        destinations: Collection[str],
        declared: Collection[str],
        wrote: Collection[str] = (),
    ) -> list[str]:
        """Nothing personal is left in the rows. The keys of files in the store, which the caller has to delete.

        `contacts`: phone, mail and name, looked for in jobs; `destinations`: digests under which codes were sent there;
        `declared`: those under which a declaration that found no order names them; `wrote`: those of their mails."""
        for table in (SESSIONS, HANDOFFS):
            self._connection.execute(delete(table).where(table.c.customer_id == self._id))
        mine = (ONE_TIME.c.shop_id == self._shop_id) & ONE_TIME.c.destination.in_(destinations)
        self._connection.execute(delete(ONE_TIME).where(mine))
        self._connection.execute(delete(REQUESTS).where(REQUESTS.c.actor == f"{self._shop_id}/shopper:{self._id}"))
        self._set(DECLARATIONS, of_person(self._orders, declared), **DECLARATION_GONE)
        self._set(MAILS, mails_of_person(self._orders, wrote), **MAIL_GONE)
        self._drop_notices()
        self._drop_jobs(contacts)
        self._clear_orders()
        self._clear_cases()
        self._set(MESSAGES, MESSAGES.c.case_id.in_(self._cases), body="")
        self._set(GOODWILL, GOODWILL.c.case_id.in_(self._cases), reason="", answer="")
        self._clear_json(GOODWILL, ("said",), GOODWILL.c.case_id.in_(self._cases))
        self._set(PICKUPS, PICKUPS.c.order_id.in_(self._orders), **_PICKUP_GONE)
        self._clear_money()
        self._clear_behalf()
        self._clear_json(REFUNDS, ("summary",), REFUNDS.c.order_id.in_(self._orders))
        of_them = or_(TASKS.c.order_id.in_(self._orders), TASKS.c.case_id.in_(self._cases))
        self._clear_json(TASKS, ("detail",), of_them)
        self._clear_decisions()
        keys = self._drop_files()
        external_id = f"erased-{self._id}"
        self._set(CUSTOMERS, CUSTOMERS.c.id == self._id, **GONE, external_id=external_id, erased_at=now)
        return keys

    def _set(self, table: Table, mine: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(table).where(mine).values(**values))

    def _clear_money(self) -> None:
        """Where money went, and from which address a fee was paid."""
        self._set(REFUNDS, REFUNDS.c.order_id.in_(self._orders), account="")
        fees = select(FEES.c.id).where(FEES.c.order_id.in_(self._orders))
        self._set(FEE_PAYMENTS, FEE_PAYMENTS.c.fee_id.in_(fees), payer_ip="")
        gone = dict.fromkeys(("sealed", "tail", "consent", "answer"), "")
        self._set(TRANSFERS, TRANSFERS.c.order_id.in_(self._orders), **gone)

    def _clear_behalf(self) -> None:
        """How staff who acted for them knew who called: the way stays, the contact and what was written go."""
        mine = or_(BEHALF.c.customer_id == self._id, BEHALF.c.order_id.in_(self._orders))
        self._set(BEHALF, mine, note="")
        self._change(BEHALF, ("proof",), mine, _without("contact"))

    def _drop_notices(self) -> None:
        ids = list(self._connection.execute(select(NOTICES.c.id).where(NOTICES.c.customer_id == self._id)).scalars())
        for start in range(0, len(ids), _AT_ONCE):
            keys = [f"notice:{notice_id}" for notice_id in ids[start : start + _AT_ONCE]]
            self._connection.execute(delete(JOBS).where(JOBS.c.dedup_key.in_(keys)))
        self._connection.execute(delete(NOTICES).where(NOTICES.c.customer_id == self._id))

    def _drop_jobs(self, contacts: Collection[str]) -> None:
        """Whatever names them goes when it is done; what is still to do keeps its work and loses what went wrong.

        Every sealed code goes, whoever's it is: a code lives five minutes, and nobody can tell whose it was.
        """
        self._connection.execute(delete(JOBS).where(JOBS.c.kind == "code", JOBS.c.done_at.is_not(None)))
        self._connection.execute(delete(JOBS).where(JOBS.c.kind == "code", JOBS.c.dead_at.is_not(None)))
        for contact in filter(None, contacts):
            escaped = json.dumps(contact)[1:-1]
            held = cast(JOBS.c.payload, String)
            named = or_(held.contains(contact, autoescape=True), held.contains(escaped, autoescape=True))
            is_over = or_(JOBS.c.done_at.is_not(None), JOBS.c.dead_at.is_not(None))
            self._connection.execute(delete(JOBS).where(named, is_over))
            self._set(JOBS, JOBS.c.error.contains(contact, autoescape=True), error="")

    def _clear_orders(self) -> None:
        mine = ORDERS.c.customer_id == self._id
        self._connection.execute(delete(TRACKING).where(TRACKING.c.order_id.in_(self._orders)))
        self._set(
            ORDERS, mine, recipient="", ship_to={}, later_note="", digest="", pay_url="", search=ORDERS.c.number_key
        )
        self._change(ORDERS, ("extra",), mine, _without("fed_ship_to", "invoice", "contact"))
        self._clear_json(ORDERS, ("shipments", "feed_refunds"), mine)

    def _clear_cases(self) -> None:
        mine = CASES.c.id.in_(self._cases)
        self._connection.execute(delete(CASE_KEYS).where(CASE_KEYS.c.case_id.in_(self._cases)))
        self._connection.execute(delete(DRAFTS).where(DRAFTS.c.case_id.in_(self._cases)))
        self._set(CASES, mine, note="", solved_note="")
        self._clear_json(CASES, ("asked", "outcome", "parcel", "replacement", "inspection", "appeal", "offer"), mine)

    def _clear_decisions(self) -> None:
        """What the customer wrote is among the facts; nothing is ever decided by it, so replay still gives the same."""
        query = select(DECISIONS.c.id, DECISIONS.c.facts).where(DECISIONS.c.order_id.in_(self._orders))
        for row in self._connection.execute(query).all():
            facts = json.loads(row.facts)
            cleared = {**facts, "ask": _spoken_cleared(facts.get("ask")), "order": _parcels_cleared(facts.get("order"))}
            cleared = {name: value for name, value in cleared.items() if name in facts}
            if cleared != facts:
                text = json.dumps(cleared, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                self._set(DECISIONS, DECISIONS.c.id == row.id, facts=text)

    def _drop_files(self) -> list[str]:
        mine = FILES.c.order_id.in_(self._orders)
        rows = self._connection.execute(select(FILES.c.id, FILES.c.key, FILES.c.small_key).where(mine)).all()
        self._connection.execute(delete(LINKS).where(LINKS.c.file_id.in_(select(FILES.c.id).where(mine))))
        self._connection.execute(delete(FILES).where(mine))
        return [key for row in rows for key in (row.key, row.small_key) if key]

    def _clear_json(self, table: Table, names: tuple[str, ...], mine: ColumnElement[bool]) -> None:
        self._change(table, names, mine, _spoken_cleared)

    def _change(
        self, table: Table, names: tuple[str, ...], mine: ColumnElement[bool], change: Callable[[Any], Any]
    ) -> None:
        query = select(table.c.id, *(table.c[name] for name in names)).where(mine)
        for row in all_rows(self._connection.execute(query)):
            changed = {name: after for name in names if (after := change(row[name])) != row[name]}
            if changed:
                self._set(table, table.c.id == row["id"], **changed)


def _without(*gone: str) -> Callable[[Any], Any]:
    return lambda held: {name: value for name, value in (held or {}).items() if name not in gone}


def _spoken_cleared(held: Any) -> Any:
    """The same JSON without anybody's words. `reason_code` and its kind stay: they are ours."""
    if isinstance(held, dict):
        return {
            name: "" if name in _SPOKEN and isinstance(value, str) else _spoken_cleared(value)
            for name, value in held.items()
        }
    return [_spoken_cleared(item) for item in held] if isinstance(held, list) else held


def _parcels_cleared(order: Any) -> Any:
    """Facts of an order: what its parcels are followed by, and where it was to be paid."""
    if not isinstance(order, dict):
        return order
    parcels = [{**parcel, "tracking_no": ""} for parcel in order.get("shipments", ())]
    return {
        **order,
        **({"shipments": parcels} if "shipments" in order else {}),
        **({"pay_url": ""} if "pay_url" in order else {}),
    }
