"""What can be applied for, line by line: for forms and pages, found by asking the decision itself (TRAPS T36).

Its money is not worked out here: nothing is refused for it, and a form asks for every line and reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.applying.decide import CONDITIONED_KINDS, CONDITIONS, judge_units
from portal.domain.applying.judge import By, Judged
from portal.domain.applying.reasons import SHOP_AT_FAULT, is_in_hand, reasons_of
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.applying.units import pool_of, units_left
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Line, Order, Units
from portal.domain.policy.pack import Policy

KINDS: tuple[CaseKind, ...] = (
    "refund_only",
    "return_refund",
    "exchange",
    "reship",
    "repair",
    "contract_withdrawal",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonOffer:
    """A reason and the most units of the line it can be given for. `by`: who says yes, by which `rules`, `until` the
    end of the window or of self-service that it was judged by."""

    reason: str
    units: int
    by: By = "rule"
    rules: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOffer:
    """What one line can be applied for in one kind. `most` is the highest of its reasons; 0 with `refused`.

    Why it is less than was bought: `gone`, `claimed` (in `cases`), `unshipped`, `on_the_way`, each a number of units.
    `until` is the end of the window without a reason, None where it is over, has not started or there is none.
    """

    line_id: str
    title: str
    variant: str
    quantity: int
    most: int
    reasons: tuple[ReasonOffer, ...]
    refused: Refused | None
    refused_without_reason: Refused | None
    until: datetime | None
    gone: int
    claimed: int
    unshipped: int
    on_the_way: int
    cases: tuple[str, ...]

    def most_for(self, reason: str) -> int:
        return next((offer.units for offer in self.reasons if offer.reason == reason), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOffer:
    """One kind of application, for goods that are in hand or not. Without any line it is `refused`, saying why."""

    kind: CaseKind
    received: bool
    lines: tuple[LineOffer, ...]
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    refused: Refused | None

    @property
    def units(self) -> Units:
        """The most of each line, for whatever reason."""
        return tuple((line.line_id, line.most) for line in self.lines if line.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOffer:
    kinds: tuple[KindOffer, ...]

    def of(self, kind: CaseKind, *, received: bool = True) -> KindOffer | None:
        """None where the pack does not have this kind at all."""
        return next((offer for offer in self.kinds if (offer.kind, offer.received) == (kind, received)), None)

    def is_on_offer(self, kind: CaseKind) -> bool:
        return any(offer.kind == kind and not offer.refused for offer in self.kinds)

    def refusal(self, kind: CaseKind) -> Refused | None:
        """Why `kind` is not on offer at all; None where it is."""
        found = [offer.refused for offer in self.kinds if offer.kind == kind]
        return None if None in found else next(iter(found), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindAvailable:
    """Whether a kind is on offer at all; without a reason `until` then. Else it is `refused`, saying why."""

    refused: Refused | None
    until: datetime | None = None


def offer_application(
    order: Order, policy: Policy, terms: ApplicationTerms, now: datetime, *, kinds: tuple[CaseKind, ...] = KINDS
) -> ApplicationOffer:
    """What may be applied for at `now`; `terms` cover all lines. A reason is on offer where one unit is not refused."""
    alike = _alike(order, terms)
    firsts = _firsts(alike)
    found = []
    for kind in kinds:
        if kind not in policy.kinds:
            continue
        for received in _answers(kind):
            asked = {line.id: _asked(order, line, policy, terms, now, kind, received) for line in firsts}
            if received or kind == "refund_only" or any(offer.most for offer in asked.values()):
                lines = tuple(_of_line(line, asked[alike[line.id].id]) for line in order.lines)
                found.append(_kind(kind, received, lines))
    return ApplicationOffer(kinds=tuple(found))


def kinds_available(
    order: Order, policy: Policy, terms: ApplicationTerms, now: datetime, *, kinds: tuple[CaseKind, ...] = KINDS
) -> dict[CaseKind, KindAvailable]:
    """What `offer_application` says of each kind as a whole, asking no further than that takes."""
    lines = _firsts(_alike(order, terms))
    return {kind: _opening(order, lines, policy, terms, now, kind) for kind in kinds}


def _opening(
    order: Order, lines: tuple[Line, ...], policy: Policy, terms: ApplicationTerms, now: datetime, kind: CaseKind
) -> KindAvailable:
    why = None
    for received in _answers(kind) if kind in policy.kinds else ():
        for line in lines:
            for _, most, refused, _ in _by_reason(order, line, policy, terms, now, kind, received):
                if most:
                    return KindAvailable(refused=None, until=_until(order, lines, policy, terms, now, kind))
                why = why or refused
    return KindAvailable(refused=why)


def _until(
    order: Order, lines: tuple[Line, ...], policy: Policy, terms: ApplicationTerms, now: datetime, kind: CaseKind
) -> datetime | None:
    """The earliest end of the windows without a reason, which is the first that is asked for."""
    if "no_reason" not in reasons_of(kind, received=True):
        return None
    firsts = (next(_by_reason(order, line, policy, terms, now, kind, True)) for line in lines)
    return min((judged.until for _, _, _, judged in firsts if judged and judged.until), default=None)


def _answers(kind: CaseKind) -> tuple[bool, ...]:
    """What 收到货了吗 may be answered with."""
    return (True, False) if kind in ("refund_only", "return_refund") else (True,)


def _alike(order: Order, terms: ApplicationTerms) -> dict[str, Line]:
    """For each line the first that is like it in everything the policy looks at. They get the same answer, which is
    asked for once: orders have 1,200 of them."""
    firsts: dict[object, Line] = {}
    return {line.id: firsts.setdefault(_looks(line, terms), line) for line in order.lines}


def _firsts(alike: dict[str, Line]) -> tuple[Line, ...]:
    return tuple({line.id: line for line in alike.values()}.values())


def _looks(line: Line, terms: ApplicationTerms) -> object:
    left, goods = units_left(line, terms.claims), (line.tags, line.opened_at, line.return_days, line.restriction)
    cases = tuple(claim.case_no for claim in terms.claims if claim.of(line.id))
    return left, line.quantity, line.unshipped, goods, terms.of(line.id), cases


def _kind(kind: CaseKind, received: bool, lines: tuple[LineOffer, ...]) -> KindOffer:
    given = {offer.reason for line in lines for offer in line.reasons}
    refused = next((line.refused for line in lines if line.refused), None)
    return KindOffer(
        kind=kind,
        received=received,
        lines=lines,
        reasons=tuple(reason for reason in reasons_of(kind, received=received) if reason in given),
        conditions=CONDITIONS if kind in CONDITIONED_KINDS and received else (),
        refused=None if any(line.most for line in lines) else refused,
    )


def _of_line(line: Line, offer: LineOffer) -> LineOffer:
    """What was asked for a line like `line`, under its own name."""
    if offer.line_id == line.id:
        return offer
    return replace(
        offer,
        line_id=line.id,
        title=line.title,
        variant=line.variant,
        refused=_named(offer.refused, line),
        refused_without_reason=_named(offer.refused_without_reason, line),
    )


def _named(refused: Refused | None, line: Line) -> Refused | None:
    if refused is None or "line_id" not in refused.facts:
        return refused
    names = {"line_id": line.id, "title": line.title}
    return replace(refused, facts=refused.facts | {name: names[name] for name in names if name in refused.facts})


def _asked(
    order: Order,
    line: Line,
    policy: Policy,
    terms: ApplicationTerms,
    now: datetime,
    kind: CaseKind,
    received: bool,
) -> LineOffer:
    given, refusals, until = [], {}, None
    for reason, most, refused, judged in _by_reason(order, line, policy, terms, now, kind, received):
        if judged:
            given.append(ReasonOffer(reason=reason, units=most, by=judged.by, rules=judged.rules, until=judged.until))
            until = judged.until if reason in ("no_reason", "") else until
        if refused:
            refusals[reason] = refused
    return LineOffer(
        line_id=line.id,
        title=line.title,
        variant=line.variant,
        quantity=line.quantity,
        most=max((offer.units for offer in given), default=0),
        reasons=tuple(given),
        refused=None if given else next(iter(refusals.values()), None),
        refused_without_reason=refusals.get("no_reason"),
        until=until,
        gone=line.gone,
        claimed=line.claimed,
        unshipped=line.unshipped,
        on_the_way=units_left(line, terms.claims).on_the_way,
        cases=tuple(claim.case_no for claim in terms.claims if claim.of(line.id)),
    )


def _by_reason(
    order: Order,
    line: Line,
    policy: Policy,
    terms: ApplicationTerms,
    now: datetime,
    kind: CaseKind,
    received: bool,
) -> Iterator[tuple[str, int, Refused | None, Judged | None]]:
    """For each reason the most units of the line it gets, why none, and how they were judged; "" where none is asked
    for. What gets the same answer is asked for once: all faults of the shop, and whatever a pool that holds nothing
    cannot be asked for."""
    left = units_left(line, terms.claims)
    known: dict[str, tuple[int, Refused | None, Judged | None]] = {}
    for reason in reasons_of(kind, received=received) or ("",):
        pool = pool_of(kind, reason)
        most = left.of(pool)
        alike = f"none {pool}" if not most else "fault" if reason in SHOP_AT_FAULT else reason
        found = known.get(alike)
        if found is None:
            ask = ApplicationAsk(kind=kind, reason=reason, received=is_in_hand(reason), conditions=CONDITIONS)
            found = known[alike] = _most(order, line, policy, terms, now, ask, most)
        yield reason, *found


def _most(
    order: Order,
    line: Line,
    policy: Policy,
    terms: ApplicationTerms,
    now: datetime,
    ask: ApplicationAsk,
    left: int,
) -> tuple[int, Refused | None, Judged | None]:
    """What `ask` gets of the line at most: fewer units are never refused where more are not, found by halving."""
    lowest, highest = 0, max(left, 1)
    refusal, granted, units = None, None, highest
    while lowest < highest:
        judged = judge_units(order, replace(ask, units=((line.id, units),)), ((line, units),), policy, terms, now)
        if isinstance(judged, Refused):
            refusal, highest = judged, units - 1
        else:
            lowest, granted = units, judged
        units = (lowest + highest + 1) // 2
    return lowest, refusal if lowest == 0 else None, granted
