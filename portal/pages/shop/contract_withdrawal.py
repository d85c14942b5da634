"""在此撤回合同: the confirmation, which asks the decision that the act will ask (N2, EU-9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.domain.applying.offer import KindOffer
from portal.domain.errors import RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Units
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import awaited_by, summary_of, with_return_freight
from portal.pages.parts.zone import zone_of
from portal.pages.shop.order import refusal_of, rule_words
from portal.pages.values.applying import ApplyLine
from portal.pages.values.cancelling import Changed, RefusedPage
from portal.pages.values.contract_withdrawal import ContractPage
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.act import Act
from portal.services.applying.decide_now import offer_now
from portal.services.cancelling.cancel_order import shown_of
from portal.services.situation import Situation
from portal.services.withdrawing.withdraw_contract import Declaration, decide_withdrawal_now, window_end, withdrawal

ACT = "contract_withdrawal"
_CLOSED_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The page, the digest of what it shows, and what is known of who declares: nobody identifies twice (EU-10)."""

    page: ContractPage
    shown: str
    name: str
    contact: str


class ContractRefused(RefusedError):
    """Not on offer: `page` says why and what to do instead."""

    def __init__(self, decision: Refused, page: RefusedPage) -> None:
        super().__init__(decision)
        self.page = page


def contract_page(
    *,
    order_no: str,
    actor: Actor,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
    units: Units = (),
    changed: Changed | None = None,
) -> Statement:
    """Raises NotFound, ContractRefused. `units` that can be withdrawn from are summarised, else all that is left."""
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        name, contact = _declarer(work, record, actor)
        found = Act(work, record, actor, deps, settings=settings).situation
        whole, _ = decide_withdrawal_now(found, withdrawal())
        if isinstance(whole, Refused):
            refusal = refusal_of(ACT, whole, record.order, found.policy, locale)
            raise ContractRefused(whole, RefusedPage(order_no=order_no, state=record.order.state, refusal=refusal))
        chosen, _ = decide_withdrawal_now(found, withdrawal(Declaration(units=units))) if units else (whole, None)
        decision = whole if isinstance(chosen, Refused) else chosen
        offer = offer_now(found, ("contract_withdrawal",)).kinds[0]
    page = _page(record, found, decision, offer, settings, locale, deps)
    return Statement(
        page=replace(page, is_quoted=bool(units), changed=changed),
        shown=shown_of(decision, record.order),
        name=name,
        contact=contact,
    )


def _declarer(work: UnitOfWork, record: OrderRecord, actor: Actor) -> tuple[str, str]:
    """A guest's code proved one address only, so the customer's own stay out of the form."""
    if actor.kind != "shopper" or record.customer_id is None:
        return "", ""
    customer = work.accounts.get(record.customer_id, record.shop_id)
    return customer["name"] or record.kept.recipient, customer["mail"] or customer["phone"] or ""


def _page(
    record: OrderRecord,
    found: Situation,
    decision: Allowed | Review,
    offer: KindOffer,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
) -> ContractPage:
    order, handling = record.order, decision.handling
    review = decision if isinstance(decision, Review) else None
    closed = [line.refused for line in offer.lines if line.refused and not line.most]
    after = awaited_by(ACT, handling, is_decided=review is None)
    summary = summary_of(decision.plan, order, settings, deps.clock.now(), deps, after=after)
    return ContractPage(
        order_no=order.no,
        state=order.state,
        summary=with_return_freight(summary, handling),
        lines=tuple(_lines(offer)),
        closed_lines=tuple(refusal_of(ACT, why, order, found.policy, locale) for why in closed[:_CLOSED_SHOWN]),
        rules=rule_words(decision.rules, found.policy, locale),
        until=window_end(decision),
        is_late=review is not None,
        answer_by=review.answer_by if review else None,
        send_back_by=handling.send_back_by if handling else None,
        zone=zone_of(order, found.policy, settings.zone),
    )


def _lines(offer: KindOffer) -> Iterable[ApplyLine]:
    if sum(line.most for line in offer.lines) < 2:
        return
    for line in offer.lines:
        if line.most:
            yield ApplyLine(
                line_id=line.line_id,
                title=line.title,
                variant=line.variant,
                quantity=line.quantity,
                most=line.most,
                gone=line.gone,
                claimed=line.claimed,
                cases=line.cases,
            )
