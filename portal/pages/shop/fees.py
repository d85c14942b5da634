"""去支付: what is due for a withdrawal, until when, and what became of the last try (S31–S33)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.pages.values.cancelling import Changed
from portal.pages.values.fees import FeePage, FeeView
from portal.ports import Deps
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.withdrawing.pay_fee import shown_fee

POLL_SECONDS = 20


def fee_view(work: UnitOfWork, row: Row) -> FeeView | None:
    """Of the newest fee of a case; None, and no query, for one whose goods were never on their way."""
    if not row["parcel"]:
        return None
    fee = work.fees.of_case(row["id"])
    return _view(fee, work.now) if fee else None


def fee_page(*, case_no: str, actor: Actor, deps: Deps, changed: Changed | None = None) -> FeePage:
    """Raises NotFound, and Conflict where there is nothing to pay any more."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        fee = work.fees.of_case(row["id"])
        now = work.now
    if fee is None or fee["state"] not in ("due", "processing"):
        raise Conflict("no_fee", at=fee["settled_at"] if fee else None)
    view = _view(fee, now)
    if fee["state"] == "due" and not view.may_pay:
        raise Conflict("fee_over", at=fee["due_at"])
    return FeePage(
        case_no=case_no,
        order_no=row["number"],
        state=row["state"],
        fee=view,
        shown=shown_fee(fee),
        poll_seconds=POLL_SECONDS if fee["state"] == "processing" else None,
        changed=changed,
    )


def _view(fee: Row, now: datetime) -> FeeView:
    problem = fee["p_problem"] or ""
    return FeeView(
        fee_no=fee["fee_no"],
        amount=Money(fee["amount_minor"], fee["currency"]),
        state=fee["state"],
        due_at=fee["due_at"],
        may_pay=fee["state"] == "due" and now <= fee["due_at"],
        method=fee["p_method"] or "",
        problem=problem if fee["state"] == "due" else "",
        got=Money(fee["p_got_minor"], fee["currency"]) if fee["p_got_minor"] else None,
        is_returning=fee["p_state"] == "returning",
    )
