"""在此撤回合同: the confirmation, which asks the decision that the act will ask (N2, EU-9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.domain.applying.offer import LineOffer
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Order, Units
from portal.domain.policy.legal_buttons import buttons_for
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.choices import only_within
from portal.pages.parts.refunds import awaited_by, summary_of, with_return_freight
from portal.pages.parts.refusals import refusal_of, rule_words
from portal.pages.parts.zone import zone_of
from portal.pages.shop.not_offered import not_offered
from portal.pages.values.applying import ApplyLine
from portal.pages.values.cancelling import Changed
from portal.pages.values.contract_withdrawal import ContractPage
from portal.pages.values.parts import Refusal
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.act import Act
from portal.services.applying.decide_now import offer_now
from portal.services.cancelling.cancel_order import shown_of
from portal.services.situation import Situation
from portal.services.withdrawing.withdraw_contract import Declaration, decide_withdrawal_now, window_end, withdrawal

ACT: CaseKind = "contract_withdrawal"
_CLOSED_SHOWN = 20


def contract_page(
    order_no: str,
    *,
    choice: Units = (),
    actor: Actor,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
    changed: Changed | None = None,
) -> ContractPage:
    """What withdrawing from `choice` would do; from all that is left where nothing is chosen or not all of it can be.

    Raises NotFound, and NotOffered where there is nothing to withdraw from.
    """
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        name, contact = _declarer(work, record, actor)
        found = Act(work, record, actor, deps, settings=settings).situation
    offer = offer_now(found, (ACT,)).of(ACT)
    offered = offer.lines if offer else ()
    lines = tuple(_lines(offered))
    chosen = only_within(choice, {line.line_id: line.most for line in lines})
    decision, _ = decide_withdrawal_now(found, withdrawal(Declaration(units=chosen)))
    if isinstance(decision, Refused):
        raise not_offered(ACT, decision, record.order, found.policy, locale)
    page = _page(record, found, decision, _closed(offered, record.order, found.policy, locale), settings, locale, deps)
    return replace(page, lines=lines, is_quoted=bool(chosen), changed=changed, name=name, contact=contact)


def _declarer(work: UnitOfWork, record: OrderRecord, actor: Actor) -> tuple[str, str]:
    """A guest's code proved one address only, so the customer's own stay out of the form."""
    if actor.kind != "shopper" or record.customer_id is None:
        return "", ""
    customer = work.accounts.get(record.customer_id, record.shop_id)
    return customer.name or record.kept.recipient, customer.mail or customer.phone or ""


def _page(
    record: OrderRecord,
    found: Situation,
    decision: Allowed | Review,
    closed: tuple[Refusal, ...],
    settings: ShopSettings,
    locale: str,
    deps: Deps,
) -> ContractPage:
    order, handling = record.order, decision.handling
    review = decision if isinstance(decision, Review) else None
    after = awaited_by(ACT, handling, is_decided=review is None)
    summary = summary_of(decision.plan, order, settings, deps.clock.now(), deps, after=after)
    return ContractPage(
        order_no=order.no,
        state=order.state,
        buttons=buttons_for(order.country, found.policy.law, deps.laws),
        summary=with_return_freight(summary, handling),
        closed_lines=closed,
        rules=rule_words(decision.rules, found.policy, locale),
        until=window_end(decision),
        is_late=review is not None,
        answer_by=review.answer_by if review else None,
        send_back_by=handling.send_back_by if handling else None,
        refund_rule=_refund_rule(found.policy, locale),
        zone=zone_of(order),
        shown=shown_of(decision, order),
    )


def _refund_rule(policy: Policy, locale: str) -> str:
    legal = policy.legal_refund
    return policy.rules[legal.rule].says.in_locale(locale) if legal else ""


def _closed(offered: Sequence[LineOffer], order: Order, policy: Policy, locale: str) -> tuple[Refusal, ...]:
    """Why some lines cannot be withdrawn from, the first of them."""
    why = [line.refused for line in offered if line.refused and not line.most]
    return tuple(refusal_of(ACT, refused, order, policy, locale) for refused in why[:_CLOSED_SHOWN])


def _lines(offered: Sequence[LineOffer]) -> Iterable[ApplyLine]:
    if sum(line.most for line in offered) < 2:
        return
    for line in offered:
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
