"""What of an order's history counts for which day: the one definition of every figure in the reports.

An application counts for the day it was made on, with everything that became of it later, so that a rate always
compares the same applications. Money counts for the day it arrived on, as in the shop's books. Days are the shop's own.

A count has a name of parts: `opened|kind|reason`, `outcome|kind|outcome`, `answer|kind|span`, `decision|kind|span` and
`money|kind|span` (how long it took, `spans`), `kept|kind` and `late|kind` (answered in time or not), `solved|kind|yes`,
`refund|kind|currency|reason|method` (minor units), `refunds|…` (how many), `product|kind|reason|sku`; and of a shop's
orders `sales|currency` and `orders|currency`, by the day they were placed on. Amounts of several currencies are apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Literal

from portal.domain.reports.histories import CountedCase, CountedRefund, OrderHistory
from portal.domain.reports.spans import span_of

Day = str
"""ISO, so that it sorts and can be a key of JSON."""
Counts = dict[Day, dict[str, int]]
Outcome = Literal["at_once", "accepted", "partly", "by_time", "refused", "withdrawn", "expired", "waiting"]
OUTCOMES: tuple[Outcome, ...] = (
    "at_once",
    "accepted",
    "partly",
    "by_time",
    "refused",
    "withdrawn",
    "expired",
    "waiting",
)
PRODUCT = "product"
DECISIONS = ("case:approved", "case:rejected", "cancel:stopped", "cancel:too_late")
ANSWERS = (*DECISIONS, "case:asked", "message:sent", "goodwill:granted")
"""What a customer hears from a person."""
LATE = ("case:escalated", "cancel:escalated")
COUNTED_EVENTS = (*ANSWERS, *LATE)


def name_of(*parts: str) -> str:
    """Of a count. A code or method that a feed made up may hold anything; goods' numbers come last and stay whole."""
    *codes, last = parts
    return "|".join([*(code.replace("|", "/") for code in codes), last])


def day_of(at: datetime, zone: tzinfo) -> Day:
    return at.astimezone(zone).date().isoformat()


def count_order(history: OrderHistory, zone: tzinfo) -> Counts:
    """All that the order counts for, by the shop's days. Nothing in it is zero."""
    found: Counter[tuple[Day, str]] = Counter()
    for case in history.cases:
        day = day_of(case.opened_at, zone)
        found.update((day, name) for name in _names(case))
        _count_money(found, case.refunds, case.kind, case.reason, zone)
    _count_money(found, history.refunds, "cancel", "", zone)
    counts: Counts = {}
    for (day, name), count in found.items():
        counts.setdefault(day, {})[name] = count
    return counts


def _names(case: CountedCase) -> Iterable[str]:
    """What an application counts as, each once."""
    outcome = outcome_of(case)
    yield name_of("opened", case.kind, case.reason)
    if case.kind != "question":
        yield name_of("outcome", case.kind, outcome)
        for sku in {goods.sku for goods in case.goods}:
            yield name_of(PRODUCT, case.kind, case.reason, sku)
    if case.solved:
        yield name_of("solved", case.kind, case.solved)
    answered, decided = first_answer(case), decision(case)
    if answered:
        yield name_of("answer", case.kind, str(span_of(answered - case.opened_at)))
    if decided and outcome != "at_once":
        yield name_of("decision", case.kind, str(span_of(decided - case.opened_at)))
    if is_late(case):
        yield name_of("late", case.kind)
    elif answered or decided or outcome == "at_once":
        yield name_of("kept", case.kind)
    if paid := paid_back_at(case.refunds):
        yield name_of("money", case.kind, str(span_of(paid - case.opened_at)))


def _count_money(
    found: Counter[tuple[Day, str]], refunds: Iterable[CountedRefund], kind: str, reason: str, zone: tzinfo
) -> None:
    for refund in refunds:
        if refund.settled_at:
            day, about = day_of(refund.settled_at, zone), (kind, refund.currency, reason, refund.method)
            found[day, name_of("refund", *about)] += refund.minor
            found[day, name_of("refunds", *about)] += 1


def first_answer(case: CountedCase) -> datetime | None:
    """When a person of the shop said something to its customer for the first time."""
    return next((one.at for one in case.happened if one.source == "staff" and one.what in ANSWERS), None)


def decision(case: CountedCase) -> datetime | None:
    """When it was decided for the first time, by whomever."""
    return next((one.at for one in case.happened if one.what in DECISIONS), None)


def is_late(case: CountedCase) -> bool:
    """The shop's time was over before anybody had decided."""
    decided = decision(case)
    in_silence = case.answer == "deadline" and decided is not None and _by(case, decided) == "system"
    overdue = (one.at for one in case.happened if one.what in LATE)
    return in_silence or any(decided is None or at < decided for at in overdue)


def outcome_of(case: CountedCase) -> Outcome:
    """What it came to, as things stand."""
    if case.is_at_once:
        return "at_once"
    ends: Mapping[str, Outcome] = {"withdrawn": "withdrawn", "expired": "expired", "rejected": "refused"}
    if case.state in ends:
        return ends[case.state]
    decided = decision(case)
    if decided is None:
        return "accepted" if case.state == "completed" else "waiting"
    if case.answer == "partly":
        return "partly"
    by: Mapping[str, Outcome] = {"staff": "accepted", "system": "by_time"}
    return by.get(_by(case, decided), "at_once")


def _by(case: CountedCase, at: datetime) -> str:
    return next(one.source for one in case.happened if one.what in DECISIONS and one.at == at)


def paid_back_at(refunds: Iterable[CountedRefund]) -> datetime | None:
    """When the last of the money had arrived; None while some has not, or none was due."""
    known = list(refunds)
    arrived = [refund.settled_at for refund in known if refund.settled_at]
    return max(arrived) if known and len(arrived) == len(known) else None


def difference(before: Counts, after: Counts) -> Counts:
    """What has to be added to sums that hold `before` so that they hold `after`."""
    changed: Counts = {}
    for day in before.keys() | after.keys():
        old, new = before.get(day, {}), after.get(day, {})
        moved = {name: new.get(name, 0) - old.get(name, 0) for name in old.keys() | new.keys()}
        if moved := {name: by for name, by in moved.items() if by}:
            changed[day] = moved
    return changed


def add_to(sums: dict[str, int], counts: Mapping[str, int]) -> None:
    """In place. What comes to nothing is no longer there."""
    for name, count in counts.items():
        if total := sums.get(name, 0) + count:
            sums[name] = total
        else:
            sums.pop(name, None)


def before_day(counts: Counts, day: date) -> Counts:
    """Of the days before it alone."""
    return {one: kept for one, kept in counts.items() if one < day.isoformat()}
