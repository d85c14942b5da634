"""What can be applied for, line by line: for forms and pages, found by asking the decision itself (TRAPS T36).

Its money is not worked out here: nothing is refused for it, and a form asks for every line and reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.applying import CONDITIONS, ApplicationAsk, judge_application
from portal.domain.applying_reasons import is_in_hand, reasons_of
from portal.domain.applying_terms import ApplicationTerms
from portal.domain.applying_units import Claim, UnitsLeft, pool_of, units_left
from portal.domain.cases import CaseKind
from portal.domain.decisions import Refused
from portal.domain.orders import Line, Order, Units
from portal.domain.policy import Policy

KINDS: tuple[CaseKind, ...] = ("refund_only", "return_refund", "exchange", "contract_withdrawal")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonOffer:
    """A reason and the most units of the line it can be given for."""

    reason: str
    units: int


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


def offer_application(
    order: Order, policy: Policy, terms: ApplicationTerms, now: datetime, *, kinds: tuple[CaseKind, ...] = KINDS
) -> ApplicationOffer:
    """What may be applied for at `now`; `terms` cover all lines. A reason is on offer where one unit is not refused."""
    known: dict[object, LineOffer] = {}
    found = []
    for kind in kinds:
        if kind not in policy.kinds:
            continue
        for received in (True, False) if kind in ("refund_only", "return_refund") else (True,):
            lines = tuple(_line(order, line, policy, terms, now, kind, received, known) for line in order.lines)
            if received or kind == "refund_only" or any(line.most for line in lines):
                found.append(_kind(kind, received, lines))
    return ApplicationOffer(kinds=tuple(found))


def _kind(kind: CaseKind, received: bool, lines: tuple[LineOffer, ...]) -> KindOffer:
    given = {offer.reason for line in lines for offer in line.reasons}
    refused = next((line.refused for line in lines if line.refused), None)
    return KindOffer(
        kind=kind,
        received=received,
        lines=lines,
        reasons=tuple(reason for reason in reasons_of(kind, received=received) if reason in given),
        conditions=CONDITIONS if kind in ("return_refund", "exchange") and received else (),
        refused=None if any(line.most for line in lines) else refused,
    )


def _line(
    order: Order,
    line: Line,
    policy: Policy,
    terms: ApplicationTerms,
    now: datetime,
    kind: CaseKind,
    received: bool,
    known: dict[object, LineOffer],
) -> LineOffer:
    """Lines alike in everything the policy looks at get the same answer, asked for once: orders have 1,200 of them."""
    left = units_left(line, terms.claims)
    cases = tuple(claim for claim in terms.claims if claim.of(line.id))
    alike = (kind, received, left, line.quantity, line.unshipped, line.tags, line.opened_at, line.return_days)
    key = (*alike, line.restriction, terms.of(line.id), cases)
    if key not in known:
        known[key] = _asked(order, line, policy, terms, now, kind, received, left, cases)
    offer = known[key]
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
    left: UnitsLeft,
    cases: tuple[Claim, ...],
) -> LineOffer:
    given, refusals, until = [], {}, None
    none_left: dict[str, tuple[int, Refused | None, datetime | None]] = {}
    for reason in reasons_of(kind, received=received) or ("",):
        pool = pool_of(kind, reason)
        # Where a pool holds nothing the answer is about the pool: no reason changes it, so it is asked for once.
        found = none_left.get(pool) or _most(order, line, policy, terms, now, kind, reason, left)
        if not left.of(pool):
            none_left[pool] = found
        most, refused, end = found
        if most:
            given.append(ReasonOffer(reason=reason, units=most))
        if refused:
            refusals[reason] = refused
        if reason in ("no_reason", ""):
            until = end
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
        on_the_way=left.on_the_way,
        cases=tuple(claim.case_no for claim in cases),
    )


def _most(
    order: Order,
    line: Line,
    policy: Policy,
    terms: ApplicationTerms,
    now: datetime,
    kind: CaseKind,
    reason: str,
    left: UnitsLeft,
) -> tuple[int, Refused | None, datetime | None]:
    """The most units of the line this reason gets, why none, and the end of their window.

    Fewer units are never refused where more are not, so the most is found by halving.
    """
    lowest, highest = 0, max(left.of(pool_of(kind, reason)), 1)
    refusal, until, units = None, None, highest
    while lowest < highest:
        ask = ApplicationAsk(
            kind=kind, units=((line.id, units),), reason=reason, received=is_in_hand(reason), conditions=CONDITIONS
        )
        judged = judge_application(order, ask, policy, terms, now)
        if isinstance(judged, Refused):
            refusal, highest = judged, units - 1
        else:
            lowest, until = units, judged.until
        units = (lowest + highest + 1) // 2
    return lowest, refusal if lowest == 0 else None, until
