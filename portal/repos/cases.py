"""Cases: opened, stepped by compare-and-set, listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, exists, insert, or_, select, update

from portal.domain.applying.units import Claim
from portal.domain.cases.case import Case
from portal.domain.cases.found import Found
from portal.domain.codec import from_plain
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.orders.card import Card
from portal.domain.orders.decisions import ENGINE
from portal.domain.orders.order import Units
from portal.models.case import Case as CaseRow
from portal.models.case import CaseLine, Decision
from portal.models.fee import Fee
from portal.models.order import Order
from portal.models.refund import Refund
from portal.repos.case_keys import write_keys, write_parcel_keys
from portal.repos.case_rows import DecisionKept, DueCase, ListedCase, NewCase, case_of, changed_columns, columns_of
from portal.repos.claims import Keeps, claims_by_case, write_found, write_kept
from portal.repos.kept_texts import COVERED, KeptTexts, new_salt
from portal.repos.order_lists import Cursor
from portal.repos.order_record import OrderRecord
from portal.repos.orders import Side, anybody, ids_of, side_of
from portal.repos.rows import all_rows, one_row, row_or_none

CASES = CaseRow.__table__
CASE_LINES = CaseLine.__table__
DECISIONS = Decision.__table__
ORDERS = Order.__table__
FEES = Fee.__table__
REFUNDS = Refund.__table__
_DECIDED = insert(DECISIONS).returning(DECISIONS.c.id)
_LATER = CASES.alias("later")
_IS_FEE_DUE = exists(select(FEES.c.id).where(FEES.c.case_id == CASES.c.id, FEES.c.state == "due"))
_IS_FAILED = exists(select(REFUNDS.c.id).where(REFUNDS.c.case_id == CASES.c.id, REFUNDS.c.state == "failed"))
_IS_FOLLOWED = exists(select(_LATER.c.id).where(_LATER.c.follows_id == CASES.c.id))


def owned_cases(query: Select[Any], actor: Actor) -> Select[Any]:
    query = query.where(CASES.c.shop_id == actor.shop_id)
    if actor.kind == "declarant":
        return query.where(CASES.c.id < 0)
    if actor.kind == "shopper":
        query = query.where(CASES.c.customer_id == actor.id)
        if actor.only is None:
            return query
        return query.where(CASES.c.order_id == ORDERS.c.id, ORDERS.c.number.in_(actor.only))
    if actor.kind == "guest":
        return query.where(CASES.c.order_id == ORDERS.c.id, ORDERS.c.number == actor.order_no)
    return query


@cache
def _numbered(side: Side) -> Select[Any]:
    query = select(CASES, ORDERS.c.number).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
    return owned_cases(query, anybody(side)).where(CASES.c.case_no == bindparam("case_no"))


_BESIDE = ("is_followed", "is_fee_due", "is_failed", "jurisdiction", "country")


class Cases:
    """`work.cases`."""

    def __init__(self, connection: Connection, now: datetime, texts: KeptTexts) -> None:
        self._connection, self._now, self._texts = connection, now, texts

    def open(self, record: OrderRecord, new: NewCase) -> Case:
        """A case and what it claims. A second waiting cancel of one order meets the unique index."""
        said = new.submission
        case = Case(
            id=0,
            case_no=new.case_no,
            shop_id=record.shop_id,
            order_id=record.id,
            order_no=record.order.no,
            customer_id=record.customer_id,
            kind=new.kind,
            state="submitted",
            reason=said.reason,
            note=said.note,
            priority=said.priority,
            plan=said.plan,
            asked=said.asked,
            outcome=said.outcome,
            units=new.units,
            opened_at=new.opened_at or self._now,
            opened_by=new.opened_by,
            deadline=said.deadline,
            follows_id=new.follows_id,
            payout=new.payout,
            proof_id=new.proof_id,
        )
        row, salt = columns_of(case), new_salt()
        written = insert(CASES).values(row | {"salt": salt, "updated_at": self._now}).returning(CASES.c.id)
        case = replace(case, id=int(self._connection.execute(written).scalar_one()))
        self._texts.note(case.order_id, "case", case.id, salt, row)
        self._claim(case, new.units)
        write_keys(self._connection, case, record)
        record.opens_case()
        return case

    def _claim(self, case: Case, units: Units) -> None:
        lines = [
            {"shop_id": case.shop_id, "case_id": case.id, "line_id": line_id, "quantity": count, "claimed": count}
            for line_id, count in units
        ]
        if lines:
            self._connection.execute(insert(CASE_LINES), lines)

    def replace_claims(self, case: Case, units: Units) -> Case:
        """The case is about these units now, and claims them."""
        self._connection.execute(delete(CASE_LINES).where(CASE_LINES.c.case_id == case.id))
        self._claim(case, units)
        return replace(case, units=units)

    def claims_of(self, order_id: int) -> tuple[Claim, ...]:
        """What the order's cases hold, the oldest first."""
        return tuple(claims_by_case(self._connection, order_id).values())

    def with_claims_of(self, order_id: int) -> tuple[list[Case], tuple[Claim, ...]]:
        """The order's cases, newest first, and what each that holds something holds, oldest first.

        Read apart: a case says as much as it has lines, and would be read again for each of them.
        """
        claims = claims_by_case(self._connection, order_id)
        newest = (CASES.c.opened_at.desc(), CASES.c.id.desc())
        rows = all_rows(self._connection.execute(select(CASES).where(CASES.c.order_id == order_id).order_by(*newest)))
        cases = [case_of(row, claims[row["id"]].units if row["id"] in claims else ()) for row in rows]
        return cases, tuple(claims.values())

    def order_id_of(self, case_no: str, actor: Actor) -> int:
        """Which order to lock before the case (law 5). Raises NotFound."""
        query = owned_cases(select(CASES.c.order_id), actor).where(CASES.c.case_no == case_no)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("case")
        return int(found)

    def shop_id_of(self, case_no: str) -> int | None:
        """Case numbers are unique everywhere; an operator names only the case."""
        query = select(CASES.c.shop_id).where(CASES.c.case_no == case_no)
        return self._connection.execute(query).scalar_one_or_none()

    def case_no_of_return(self, return_no: str, actor: Actor) -> str:
        """Whose slip this number is on, "" for none of this shop."""
        query = select(CASES.c.case_no).where(CASES.c.return_no == return_no, CASES.c.shop_id == actor.shop_id)
        return self._connection.execute(query).scalar_one_or_none() or ""

    def get_for_update(self, case_no: str, actor: Actor) -> Case:
        """Locked, with what it claims. Raises NotFound, also for somebody else's."""
        query = owned_cases(select(CASES), actor).where(CASES.c.case_no == case_no).with_for_update(of=CASES)
        row = row_or_none(self._connection.execute(query))
        if row is None:
            raise NotFound("case")
        return case_of(row, self._claims(row["id"]))

    def get_by_id_for_update(self, case_id: int) -> Case:
        """Locked, with what it claims."""
        row = one_row(self._connection.execute(select(CASES).where(CASES.c.id == case_id).with_for_update()))
        return case_of(row, self._claims(case_id))

    def with_claims(self, case: Case) -> Case:
        """A case as read, without a lock, and what it claims. No query where that is known already."""
        return case if case.units else replace(case, units=self._claims(case.id))

    def _claims(self, case_id: int) -> Units:
        query = select(CASE_LINES.c.line_id, CASE_LINES.c.claimed).where(CASE_LINES.c.case_id == case_id)
        found = self._connection.execute(query.order_by(CASE_LINES.c.id)).all()
        return tuple((row.line_id, row.claimed) for row in found if row.claimed)

    def save(self, before: Case, after: Case) -> Case:
        """`after`, written only where the state is still that of `before` (law 2). Raises Conflict."""
        if not (values := changed_columns(before, after)):
            return after
        mine, covered = (CASES.c.id == before.id) & (CASES.c.state == before.state), COVERED["case"][1]
        if is_covered := not values.keys().isdisjoint(covered):
            values["salt"] = new_salt()
        written = update(CASES).where(mine).values(values | {"updated_at": self._now})
        row = row_or_none(self._connection.execute(written.returning(*(CASES.c[name] for name in covered))))
        if row is None:
            raise Conflict("decided")
        if is_covered:
            # The row as it stands there: a newer version may run beside this one, and write more than this one reads.
            self._texts.note(after.order_id, "case", after.id, values["salt"], row)
        if not values.keys().isdisjoint(("parcel", "replacement")):
            write_parcel_keys(self._connection, after)
        return after

    def sort_units(self, case: Case, found: Found, *, keeps: Keeps = "rejected") -> None:
        """What was found of the goods that came back, and which of them the case claims from now on."""
        self.release(case)
        write_found(self._connection, case.id, found, keeps=keeps)

    def keep(self, case: Case, units: Units) -> Case:
        """Of what the case claims only these `units` from now on."""
        self.release(case)
        write_kept(self._connection, case.id, units)
        return replace(case, units=units)

    def release(self, case: Case) -> None:
        """The case claims nothing any more: its units are gone or free again."""
        self._connection.execute(update(CASE_LINES).where(CASE_LINES.c.case_id == case.id).values(claimed=0))

    def assign(self, case: Case, staff_id: int | None) -> None:
        """Whose it is, None for nobody's; written only where that is as it was read. Raises Conflict."""
        before = case.assignee_id
        held = CASES.c.assignee_id.is_(None) if before is None else CASES.c.assignee_id == before
        mine = (CASES.c.id == case.id) & held
        if self._connection.execute(update(CASES).where(mine).values(assignee_id=staff_id)).rowcount != 1:
            raise Conflict("claimed")

    def with_deadline_before(self, moment: datetime, limit: int) -> list[DueCase]:
        """Cases whose deadline has passed, the longest overdue first."""
        return self._due(CASES.c.deadline_at, CASES.c.deadline_at < moment, limit)

    def with_reminder_before(self, moment: datetime, limit: int) -> list[DueCase]:
        """Cases whose customer is to be reminded by now, the longest due first."""
        return self._due(CASES.c.reminder_at, CASES.c.reminder_at <= moment, limit)

    def _due(self, column: ColumnElement[Any], is_past: ColumnElement[bool], limit: int) -> list[DueCase]:
        query = select(CASES.c.case_no, CASES.c.shop_id, CASES.c.deadline_kind).where(column.is_not(None), is_past)
        found = self._connection.execute(query.order_by(column).limit(limit))
        return [DueCase(row.case_no, row.shop_id, row.deadline_kind) for row in found]

    def get(self, case_no: str, actor: Actor) -> Case:
        """The case with its order's number, without what it claims. Raises NotFound, also for somebody else's."""
        values = ids_of(actor) | {"case_no": case_no}
        found = row_or_none(self._connection.execute(_numbered(side_of(actor)), values))
        if found is None:
            raise NotFound("case")
        return case_of(found)

    def page(self, actor: Actor, *, after: Cursor | None, limit: int) -> list[ListedCase]:
        """Newest first."""
        found = {"is_followed": _IS_FOLLOWED, "is_fee_due": _IS_FEE_DUE, "is_failed": _IS_FAILED}
        flags = (is_so.label(name) for name, is_so in found.items())
        beside = (*(ORDERS.c[name] for name in ("number", "card", "jurisdiction", "country")), *flags)
        query = owned_cases(select(CASES, *beside).join(ORDERS, ORDERS.c.id == CASES.c.order_id), actor)
        if after:
            same = and_(CASES.c.opened_at == after.placed_at, CASES.c.id < after.id)
            query = query.where(or_(CASES.c.opened_at < after.placed_at, same))
        query = query.order_by(CASES.c.opened_at.desc(), CASES.c.id.desc()).limit(limit)
        return [
            ListedCase(case_of(row), from_plain(Card, row["card"]), *(row[name] for name in _BESIDE))
            for row in all_rows(self._connection.execute(query))
        ]

    def of_order(self, order_id: int) -> list[Case]:
        """Newest first, without what they claim."""
        query = select(CASES).where(CASES.c.order_id == order_id).order_by(CASES.c.opened_at.desc(), CASES.c.id.desc())
        return [case_of(row) for row in all_rows(self._connection.execute(query))]

    def follower_of(self, case_id: int) -> str:
        """The number of the application that was made after this one was refused, "" for none."""
        query = select(CASES.c.case_no).where(CASES.c.follows_id == case_id).order_by(CASES.c.id).limit(1)
        return self._connection.execute(query).scalar_one_or_none() or ""

    def decisions_of(self, case_id: int) -> list[DecisionKept]:
        """What the rules said of the case, oldest first."""
        columns = (DECISIONS.c[name] for name in DecisionKept.__dataclass_fields__)
        query = select(*columns).where(DECISIONS.c.case_id == case_id).order_by(DECISIONS.c.id)
        return [DecisionKept(**row) for row in all_rows(self._connection.execute(query))]

    def question_of(self, order_id: int) -> str:
        """The number of the order's thread of questions, "" for none."""
        query = select(CASES.c.case_no).where(CASES.c.order_id == order_id, CASES.c.kind == "question")
        return self._connection.execute(query).scalar_one_or_none() or ""

    def has_application(self, order_id: int) -> bool:
        """Whether anything was asked for but an answer: from then on the order is frozen."""
        query = select(CASES.c.id).where(CASES.c.order_id == order_id, CASES.c.kind != "question").limit(1)
        return self._connection.execute(query).first() is not None

    def record_decision(
        self, record: OrderRecord, *, kind: str, case_id: int | None, by: str, facts: str, decision: str
    ) -> None:
        """Facts, versions and decision as decided: what replay reads (law 1). `by`: the actor's key."""
        decided = {"kind": kind, "at": self._now, "actor": by, "facts": facts, "decision": decision}
        versions = {name: getattr(record.kept, name) for name in ("law_version_id", "shop_version_id")}
        of = {"shop_id": record.shop_id, "order_id": record.id, "case_id": case_id}
        values = of | decided | versions | {"engine": ENGINE}
        salt = new_salt()
        decision_id = int(self._connection.execute(_DECIDED, values | {"salt": salt}).scalar_one())
        self._texts.note(record.id, "decision", decision_id, salt, values)
