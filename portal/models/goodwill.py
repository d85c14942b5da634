"""What staff give beyond policy (S44): by one person within the shop's limits, else once a second has approved."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, Minor, belongs_to, named_by_id, partial_index

STATES = "state IN ('waiting', 'granted', 'declined', 'taken_back', 'lapsed')"
SECOND = (
    "state <> 'granted' OR NOT needs_second OR (answered_by IS NOT NULL AND answered_person IS NOT NULL "
    "AND answered_by <> proposed_by AND answered_person <> proposed_person)"
)
ALONE = (
    "needs_second OR (case_before_minor + amount_minor <= case_limit_minor "
    "AND day_before_minor + amount_minor <= day_limit_minor)"
)
IS_WAITING = "state = 'waiting'"


class Goodwill(Model):
    """`needs_second`: it is over a limit, so only somebody else grants it; the database holds that, and that nobody's
    row says otherwise (`alone`). `…_before`: what the case and the person's day had before, `…_limit`: the shop's then.

    `plan`: of an amount, what is claimed on the order and paid by it; `said`: what a late return grants. `stand`: the
    case as it was; `salt` is what its digest in the trail was made with. `…_person` is who somebody is, whatever
    accounts they have. `answer`: why it was declined.
    Triggers refuse a second answer, another amount or proposer, and refunds that no granted row covers.
    """

    __tablename__ = "goodwill"
    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint(SECOND, name="second"),
        CheckConstraint(ALONE, name="alone"),
        Index("ix_goodwill_case", "case_id"),
        Index("ix_goodwill_shop", "shop_id", text("id DESC")),
        partial_index("ix_goodwill_waiting", "shop_id", "id", where=IS_WAITING),
        partial_index("ix_goodwill_due", "deadline_at", where=f"{IS_WAITING} AND escalated_at IS NULL"),
        partial_index(
            "uq_goodwill_waiting_return", "case_id", where=f"{IS_WAITING} AND kind = 'late_return'", unique=True
        ),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    order_id: Mapped[int] = named_by_id()
    case_id: Mapped[int] = named_by_id()
    amount_minor: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    plan: Mapped[Data | None]
    said: Mapped[Data]
    reason: Mapped[str] = mapped_column(Text)
    stand: Mapped[str] = mapped_column(String(32))
    needs_second: Mapped[bool]
    case_before_minor: Mapped[Minor]
    case_limit_minor: Mapped[Minor]
    day_before_minor: Mapped[Minor]
    day_limit_minor: Mapped[Minor]
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_person: Mapped[int] = mapped_column(BigInt)
    proposed_on: Mapped[date] = mapped_column(Date)
    proposed_at: Mapped[At]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_person: Mapped[int | None] = mapped_column(BigInt)
    answered_at: Mapped[AtOrNone]
    answer: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    deadline_at: Mapped[AtOrNone]
    escalated_at: Mapped[AtOrNone]
    salt: Mapped[str] = mapped_column(String(32), default="", server_default=text("''"))


class GoodwillDay(Model):
    """What a person has granted alone in a day of the shop, of a currency, and the limit when they last did."""

    __tablename__ = "goodwill_day"
    __table_args__ = (CheckConstraint("granted_minor >= 0 AND granted_minor <= limit_minor", name="limit"),)
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    person: Mapped[int] = mapped_column(BigInt, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    granted_minor: Mapped[Minor]
    limit_minor: Mapped[Minor]
