"""The shop's program gives a customer credit, or takes what was spent; what has expired is written down (P10).

One account is changed by one transaction at a time, under its row: two that spend at once cannot spend the same money.
"""

from __future__ import annotations

from portal.domain.credit.ledger import LOWERING, CreditEntry, balance_of, spend_from
from portal.domain.credit.results import CreditBooked
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work


def book_credit(
    *, customer: str, entry: CreditEntry, actor: Actor, deps: Deps, request_id: RequestKey | None = None
) -> CreditBooked:
    """`customer`: as the shop calls them. Spending is whole or not at all.

    Errors: NotFound, Conflict("not_enough"), Conflict("number_used": the number names another entry), Reused.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, "", CreditBooked):
            return done
        found = work.accounts.find_by_external_id(actor.shop_id, customer)
        if found is None:
            raise NotFound("customer")
        is_new = book(work, actor.shop_id, found.id, entry)
        if is_new:
            data: dict[str, str | int] = {"number": entry.number, "kind": entry.kind}
            data |= {"amount": entry.amount.minor, "currency": entry.amount.currency}
            event = NewEvent(kind="feed:credit:booked", data=data)
            work.events.append_without_order(actor, event, customer_id=found.id)
        account = work.credit.open_for_update(actor.shop_id, found.id, entry.amount.currency)
        balance = balance_of(account.lots, account.currency, work.now).amount
        return work.requests.finish(actor, request_id, CreditBooked(balance=balance, is_new=is_new))


def book(work: UnitOfWork, shop_id: int, customer_id: int, entry: CreditEntry) -> bool:
    """In the transaction of whoever causes it. False: it is booked already. Errors as of `book_credit`."""
    account = work.credit.open_for_update(shop_id, customer_id, entry.amount.currency)
    if known := work.credit.find_entry(shop_id, entry.number):
        if known[1] == customer_id and known[0].is_same(entry):
            return False
        raise Conflict("number_used")
    if entry.kind in LOWERING:
        work.credit.take_out(account, entry, spend_from(account.lots, entry.amount, work.now))
    else:
        work.credit.put_in(account, entry)
    work.accounts.bump(customer_id)
    return True


def write_down_expired(work: UnitOfWork, most: int) -> int:
    """An entry for every lot that has expired, of up to `most` accounts; how many accounts it were."""
    found = work.credit.expired(most)
    for one in found:
        account = work.credit.open_for_update(one.shop_id, one.customer_id, one.currency)
        for lot in account.lots:
            if lot.is_over(work.now):
                entry = CreditEntry(number=f"expired:{lot.id}", kind="expire", amount=Money(lot.left, one.currency))
                work.credit.take_out(account, entry, ((lot.id, lot.left),))
        work.accounts.bump(one.customer_id)
    return len(found)
