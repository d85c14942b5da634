"""申请售后: what happened and which way that leads, from what can be applied for now."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.applying.advise import Way, advise, ways_on_offer
from portal.domain.applying.offer import ApplicationOffer
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Refused
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.zone import zone_of
from portal.pages.shop.not_offered import not_offered
from portal.pages.values.applying import AfterSalesPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.applying.decide_now import offer_now
from portal.services.cancelling.decide_now import decide_cancel_now

_KINDS: tuple[CaseKind, ...] = ("return_refund", "refund_only", "exchange", "reship", "repair")
_QUESTIONS = ("received", "faulty", "keep")


def after_sales_page(
    *, order_no: str, answers: Mapping[str, str], actor: Actor, settings: ShopSettings, locale: str, deps: Deps
) -> AfterSalesPage:
    """`answers`: received, faulty, keep = yes, no, as far as they were given.

    Raises NotFound, and NotOffered where nothing can be applied for.
    """
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        act = Act(work, record, actor, deps, settings=settings)
        found = act.situation
        decision, _ = decide_cancel_now(act, CancelAsk())
    offer = offer_now(found, _KINDS)
    ways = ways_on_offer(offer)
    if not ways and (refused := offer.refusal("return_refund") or offer.refusal("refund_only")):
        raise not_offered("return", refused, record.order, found.policy, locale)
    said = {name: answers.get(name, "") for name in _QUESTIONS if answers.get(name) in ("yes", "no")}
    is_judged = len(said) == len(_QUESTIONS)
    return AfterSalesPage(
        order_no=order_no,
        in_hand=tuple(way for way in ways if way.received),
        not_in_hand=tuple(way for way in ways if not way.received),
        cancels=not isinstance(decision, Refused),
        is_collected=bool(record.order.payments),
        is_asked=_may_have_come(offer, ways),
        received=said.get("received", ""),
        is_judged=is_judged,
        advice=_advice(ways, said) if is_judged else None,
        zone=zone_of(record.order),
    )


def _may_have_come(offer: ApplicationOffer, ways: tuple[Way, ...]) -> bool:
    """A parcel is under way, and something can be applied for whether it came or not: only its customer knows."""
    is_under_way = any(line.on_the_way for kind in offer.kinds for line in kind.lines)
    return is_under_way and len({way.received for way in ways}) > 1


def _advice(ways: tuple[Way, ...], said: Mapping[str, str]) -> Way | None:
    yes = {name: answer == "yes" for name, answer in said.items()}
    return advise(ways, received=yes["received"], is_faulty=yes["faulty"], wants_to_keep=yes["keep"])
