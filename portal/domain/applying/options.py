"""May this be returned, until when, by which rule (P22): of the lines of an order, and of goods before they are bought.

Nothing is decided here. Each answer is what an application would get at that moment (`offer`), so a product page, the
order's page, the form and the act cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.applying.offer import ApplicationOffer, LineOffer, ReasonOffer, offer_application
from portal.domain.applying.reasons import SHOP_AT_FAULT
from portal.domain.applying.terms import Surroundings, application_terms
from portal.domain.applying.windows import quality_span
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.deadlines.spans import Span
from portal.domain.money import zero
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Line, Order, Shipment
from portal.domain.policy.pack import Policy

_READY = ("rule", "shop", "person")
_WITHOUT_REASON = ("no_reason", "")
"""A withdrawal from contract asks for none (EU-12)."""
_LINE, _CURRENCY = "1", "CNY"
"""Of an order that nobody has placed: no amount of it is ever said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What a line can be asked for in one kind: at most `units`, for these `reasons`; without any it is `refused`.

    `refused_without_reason` where the goods go back for a fault alone.
    """

    kind: CaseKind
    units: int
    reasons: tuple[ReasonOffer, ...]
    refused: Refused | None
    refused_without_reason: Refused | None = None

    @property
    def best(self) -> ReasonOffer | None:
        """The reason that needs the fewest people: a right before what the shop answers, and that before a person."""
        return min(self.reasons, key=lambda reason: _READY.index(reason.by), default=None)


def line_options(offer: ApplicationOffer, kinds: Iterable[CaseKind]) -> dict[str, tuple[Option, ...]]:
    """By line, in the order of `kinds`; a kind that the policy does not know is left out. Goods that came and goods
    that have not are asked for with different reasons: both are there."""
    found: dict[str, list[Option]] = {}
    for kind in kinds:
        by_line: dict[str, list[LineOffer]] = {}
        for one in offer.kinds:
            if one.kind == kind:
                for line in one.lines:
                    by_line.setdefault(line.line_id, []).append(line)
        for line_id, lines in by_line.items():
            found.setdefault(line_id, []).append(_option(kind, lines))
    return {line_id: tuple(options) for line_id, options in found.items()}


def _option(kind: CaseKind, lines: list[LineOffer]) -> Option:
    reasons = {one.reason: one for line in reversed(lines) for one in line.reasons}
    in_order = dict.fromkeys(one.reason for line in lines for one in line.reasons)
    return Option(
        kind=kind,
        units=max(line.most for line in lines),
        reasons=tuple(reasons[reason] for reason in in_order),
        refused=None if reasons else lines[0].refused,
        refused_without_reason=lines[0].refused_without_reason,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsTerms:
    """What of goods a policy looks at before they are bought."""

    tags: tuple[str, ...] = ()
    category: str = ""
    return_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsOption:
    """What could be asked for once the goods came, with one reason; else it is `refused`.

    `within`: so long after delivery, None without an end (or without a window at all); `only_unopened`: not any more
    once they are unsealed or downloaded (CN-2).
    """

    kind: CaseKind
    reason: str
    offer: ReasonOffer | None
    refused: Refused | None
    within: Span | None = None
    only_unopened: bool = False


def goods_options(
    goods: GoodsTerms, policy: Policy, around: Surroundings, at: datetime, *, kinds: tuple[CaseKind, ...]
) -> tuple[GoodsOption, ...]:
    """Asked of an order of one unit that came the moment it was placed, at `at` (aware UTC), sealed and unsealed."""
    sealed, opened = (_asked(goods, policy, around, at, kinds, is_opened=is_opened) for is_opened in (False, True))
    once_opened = {(kind, one.reason) for kind, line in opened for one in line.reasons}
    found = []
    for kind, line in sealed:
        if line.refused_without_reason or not line.reasons:
            refused = line.refused_without_reason or line.refused
            found.append(GoodsOption(kind=kind, reason="no_reason", offer=None, refused=refused))
        for one in line.reasons:
            found.append(
                GoodsOption(
                    kind=kind,
                    reason=one.reason,
                    offer=one,
                    refused=None,
                    within=_within(one.reason, goods, policy, around, at),
                    only_unopened=(kind, one.reason) not in once_opened,
                )
            )
    return tuple(found)


def _asked(
    goods: GoodsTerms,
    policy: Policy,
    around: Surroundings,
    at: datetime,
    kinds: tuple[CaseKind, ...],
    *,
    is_opened: bool,
) -> list[tuple[CaseKind, LineOffer]]:
    order = _order_of(goods, at, is_opened=is_opened)
    terms = application_terms(order, policy, around, at)
    offer = offer_application(order, policy, terms, at, kinds=kinds)
    return [(one.kind, one.lines[0]) for one in offer.kinds if one.received]


def _order_of(goods: GoodsTerms, at: datetime, *, is_opened: bool) -> Order:
    line = Line(
        id=_LINE,
        sku="",
        title="",
        quantity=1,
        total=zero(_CURRENCY),
        shipped=1,
        delivered=1,
        tags=goods.tags,
        category=goods.category,
        return_days=goods.return_days,
    )
    came = Shipment(
        id=_LINE, carrier="", tracking_no="", shipped_at=at, delivered_at=at, status="delivered", lines=((_LINE, 1),)
    )
    return Order(
        no="",
        currency=_CURRENCY,
        status="delivered",
        placed_at=at,
        lines=(replace(line, opened_at=at) if is_opened else line,),
        shipments=(came,),
        freight=zero(_CURRENCY),
        freight_tax=zero(_CURRENCY),
    )


def _within(reason: str, goods: GoodsTerms, policy: Policy, around: Surroundings, at: datetime) -> Span | None:
    """Days of the window without a reason, or how long a fault is self-service; other reasons have no clock."""
    if reason in SHOP_AT_FAULT:
        return quality_span(policy, goods.tags)
    if reason not in _WITHOUT_REASON:
        return None
    terms = application_terms(_order_of(goods, at, is_opened=False), policy, around, at)
    window = terms.of(_LINE)[0].window
    return Span(window.day_number, "days") if window and window.day_number else None
