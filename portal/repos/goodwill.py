"""What staff give beyond policy: proposed, answered once, counted by case and by person and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, insert, or_, select, update

from portal.domain.codec import from_plain, to_plain
from portal.domain.errors import Conflict, NotFound
from portal.domain.goodwill.limits import Alone
from portal.domain.goodwill.proposal import Goodwill, GoodwillState, Said
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan
from portal.models.account import Staff
from portal.models.case import Case
from portal.models.goodwill import Goodwill as GoodwillRow
from portal.models.goodwill import GoodwillDay
from portal.models.order import Order
from portal.repos.dialects import upsert
from portal.repos.kept_texts import KeptTexts, new_salt
from portal.repos.rows import Row, all_rows, one_row, row_or_none

GOODWILL: Table = GoodwillRow.__table__
DAYS: Table = GoodwillDay.__table__
STAFF: Table = Staff.__table__
CASES: Table = Case.__table__
ORDERS: Table = Order.__table__
_COUNTS = ("waiting", "granted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was given before, and what one person alone may give: of the case, and of their day. Minor units."""

    alone: Alone
    case_before: int
    day_before: int
    needs_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedGoodwill:
    """With the numbers that people know its order and case by."""

    goodwill: Goodwill
    order_no: str
    case_no: str


@dataclass(frozen=True, slots=True)
class LateApproval:
    """A proposal that nobody has answered in time."""

    number: str
    order_id: int


class GoodwillRows:
    """`work.goodwill`. The order is locked by whoever writes."""

    def __init__(self, connection: Connection, now: datetime, texts: KeptTexts) -> None:
        self._connection, self._now, self._texts = connection, now, texts

    def person_of(self, staff_id: int) -> int:
        """Who it is behind an account: the first of all accounts with the same mail, in whatever case it is written."""
        me, other = STAFF.alias("me"), STAFF.alias("other")
        same = and_(me.c.mail != "", func.lower(func.trim(other.c.mail)) == func.lower(func.trim(me.c.mail)))
        query = select(func.min(other.c.id)).select_from(me).join(other, or_(other.c.id == me.c.id, same))
        return int(self._connection.execute(query.where(me.c.id == staff_id)).scalar_one() or staff_id)

    def given_to(self, case_id: int) -> int:
        """What the case was given beyond policy, or is waiting for. Minor units."""
        mine = (GOODWILL.c.case_id == case_id) & GOODWILL.c.state.in_(_COUNTS)
        query = select(func.coalesce(func.sum(GOODWILL.c.amount_minor), 0)).where(mine)
        return int(self._connection.execute(query).scalar_one())

    def granted_alone(self, shop_id: int, person: int, day: date, currency: str) -> int:
        """By a person in a day, for reading. Minor units."""
        mine = (DAYS.c.shop_id == shop_id) & (DAYS.c.person == person)
        query = select(DAYS.c.granted_minor).where(mine, DAYS.c.day == day, DAYS.c.currency == currency)
        return int(self._connection.execute(query).scalar_one_or_none() or 0)

    def spend_alone(self, shop_id: int, person: int, day: date, amount: Money, limit: Money) -> bool:
        """Counts `amount` to the person's day where it fits; False, and nothing counted, where it does not. One
        statement on one row: two at once cannot both have the last of it."""
        if amount.minor > limit.minor:
            return False
        key = {"shop_id": shop_id, "person": person, "day": day, "currency": amount.currency}
        new = upsert(self._connection, DAYS).values(**key, granted_minor=amount.minor, limit_minor=limit.minor)
        after = DAYS.c.granted_minor + new.excluded.granted_minor
        spent = new.on_conflict_do_update(
            index_elements=list(key),
            set_={"granted_minor": after, "limit_minor": new.excluded.limit_minor},
            where=after <= new.excluded.limit_minor,
        ).returning(DAYS.c.granted_minor)
        return self._connection.execute(spent).first() is not None

    def add(self, new: Goodwill, shop_id: int, measured: Measured) -> Goodwill:
        """`waiting`, or granted by one person alone. The database refuses a row that is over a limit and says it needs
        nobody else."""
        names = ("number", "kind", "state", "case_id", "order_id", "reason", "stand", "proposed_by", "proposed_person")
        values: dict[str, Any] = {name: getattr(new, name) for name in (*names, "proposed_at", "proposed_on")} | {
            "shop_id": shop_id,
            "amount_minor": new.amount.minor,
            "currency": new.amount.currency,
            "plan": to_plain(new.plan) if new.plan else None,
            "said": to_plain(new.said),
            "needs_second": measured.needs_second,
            "case_before_minor": measured.case_before,
            "case_limit_minor": measured.alone.case.minor,
            "day_before_minor": measured.day_before,
            "day_limit_minor": measured.alone.day.minor,
            "deadline_at": new.deadline_at,
            "answer": "",
        }
        added = insert(GOODWILL).values(values).returning(GOODWILL.c.id)
        return self._noted(int(self._connection.execute(added).scalar_one()))

    def order_id_of(self, shop_id: int, number: str) -> int:
        """Which order to lock before the case. Raises NotFound, also for another shop's."""
        query = select(GOODWILL.c.order_id).where(GOODWILL.c.shop_id == shop_id, GOODWILL.c.number == number)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("proposal")
        return int(found)

    def get_for_update(self, number: str) -> Goodwill:
        """Its order is locked."""
        query = select(GOODWILL).where(GOODWILL.c.number == number).with_for_update()
        return goodwill_of(one_row(self._connection.execute(query)))

    def answer(self, one: Goodwill, state: GoodwillState, *, by: str, person: int | None, why: str = "") -> Goodwill:
        """Once, from waiting. Raises Conflict: somebody was faster."""
        mine = (GOODWILL.c.id == one.id) & (GOODWILL.c.state == "waiting")
        values = {"state": state, "answered_by": by, "answered_person": person, "answered_at": self._now, "answer": why}
        if self._connection.execute(update(GOODWILL).where(mine).values(values)).rowcount != 1:
            raise Conflict("decided")
        return self._noted(one.id)

    def _noted(self, row_id: int) -> Goodwill:
        """The row as it is now, with a digest that the next event of its order carries."""
        salt, mine = new_salt(), GOODWILL.c.id == row_id
        self._connection.execute(update(GOODWILL).where(mine).values(salt=salt))
        row = one_row(self._connection.execute(select(GOODWILL).where(mine)))
        self._texts.note(row["order_id"], "goodwill", row_id, salt, row)
        return goodwill_of(row)

    def escalate(self, number: str) -> Goodwill | None:
        """Once; None where it was answered or escalated before."""
        late = (GOODWILL.c.number == number) & (GOODWILL.c.state == "waiting") & GOODWILL.c.escalated_at.is_(None)
        done = update(GOODWILL).where(late).values(escalated_at=self._now).returning(GOODWILL)
        row = row_or_none(self._connection.execute(done))
        return goodwill_of(row) if row else None

    def past_due(self, moment: datetime, limit: int) -> list[LateApproval]:
        """Waiting, past their time, and nobody was told again yet; the longest first."""
        late = and_(GOODWILL.c.state == "waiting", GOODWILL.c.escalated_at.is_(None), GOODWILL.c.deadline_at < moment)
        query = select(GOODWILL.c.number, GOODWILL.c.order_id).where(late).order_by(GOODWILL.c.deadline_at)
        return [LateApproval(row.number, row.order_id) for row in self._connection.execute(query.limit(limit))]

    def waiting_return(self, case_id: int) -> Goodwill | None:
        """The late return of the case that waits for a second person; there is one at most."""
        mine = and_(GOODWILL.c.case_id == case_id, GOODWILL.c.kind == "late_return", GOODWILL.c.state == "waiting")
        row = row_or_none(self._connection.execute(select(GOODWILL).where(mine)))
        return goodwill_of(row) if row else None

    def of_case(self, case_id: int) -> list[Goodwill]:
        """Newest first."""
        query = select(GOODWILL).where(GOODWILL.c.case_id == case_id).order_by(GOODWILL.c.id.desc())
        return [goodwill_of(row) for row in all_rows(self._connection.execute(query))]

    def waiting(self, shop_id: int, limit: int) -> list[ListedGoodwill]:
        """The oldest first."""
        return self._listed(_with_numbers(shop_id).where(GOODWILL.c.state == "waiting").order_by(GOODWILL.c.id), limit)

    def answered(self, shop_id: int, limit: int) -> list[ListedGoodwill]:
        """The newest first, those that one person granted alone too."""
        query = _with_numbers(shop_id).where(GOODWILL.c.state != "waiting").order_by(GOODWILL.c.id.desc())
        return self._listed(query, limit)

    def find(self, shop_id: int, number: str) -> ListedGoodwill:
        """Raises NotFound, also for another shop's."""
        found = self._listed(_with_numbers(shop_id).where(GOODWILL.c.number == number), 1)
        if not found:
            raise NotFound("proposal")
        return found[0]

    def _listed(self, query: Select[Any], limit: int) -> list[ListedGoodwill]:
        rows = all_rows(self._connection.execute(query.limit(limit)))
        return [
            ListedGoodwill(goodwill=goodwill_of(row), order_no=row["order_no"], case_no=row["case_no"]) for row in rows
        ]


def _with_numbers(shop_id: int) -> Select[Any]:
    query = select(GOODWILL, ORDERS.c.number.label("order_no"), CASES.c.case_no)
    query = query.join(ORDERS, ORDERS.c.id == GOODWILL.c.order_id).join(CASES, CASES.c.id == GOODWILL.c.case_id)
    return query.where(GOODWILL.c.shop_id == shop_id)


def goodwill_of(row: Row) -> Goodwill:
    """From a row of the table."""
    same = ("id", "number", "kind", "state", "case_id", "order_id", "reason", "stand", "needs_second", "proposed_by")
    also = ("proposed_person", "proposed_at", "proposed_on", "answer", "deadline_at", "escalated_at")
    return Goodwill(
        **{name: row[name] for name in (*same, *also)},
        amount=Money(row["amount_minor"], row["currency"]),
        plan=from_plain(Plan, row["plan"]) if row["plan"] else None,
        said=from_plain(Said, row["said"]),
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
    )
