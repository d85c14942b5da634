"""在此撤回合同 (EU-9): a declaration, taken down as it is made, acknowledged by mail, carried out by rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.applying.refusals import unknown_kind
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.orders.decisions import Allowed, Decision, Refused, Review
from portal.domain.orders.order import Units
from portal.domain.policy.legal_buttons import LegalButtons, buttons_for, legal_button
from portal.domain.policy.pack import Pack
from portal.domain.results import ContractWithdrawn
from portal.domain.sent import RequestKey
from portal.domain.withdrawing.declaration import Typed
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_order
from portal.services.applying.apply_for import open_application
from portal.services.applying.decide_now import decide_application_now
from portal.services.cancelling.cancel_order import check_shown
from portal.services.request_digest import digest_of
from portal.services.situation import Situation, terms_at
from portal.services.withdrawing.declare import address_of_declaration, keep_declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Who withdraws from what. `units` empty is everything the law lets go; the acknowledgement goes to `contact` as
    well."""

    name: str = ""
    contact: str = ""
    units: Units = ()


def withdrawal(declared: Declaration = Declaration()) -> ApplicationAsk:
    """As an application. Who declares it is kept as the note of the case."""
    said = "\n".join(part for part in (declared.name.strip(), declared.contact.strip()) if part)
    return ApplicationAsk(kind="contract_withdrawal", units=declared.units, note=said)


def withdraw_contract(
    *,
    order_no: str,
    declared: Declaration,
    shown: str,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> ContractWithdrawn:
    """Inside the window approved by rule; late or doubtful it is on record for a person (EU-12).

    Errors: NotFound, RefusedError, Conflict (the order is not as it was
    shown), NotSummarised (this choice was never summarised), Reused.
    """
    check_own_act(actor, "contract_withdrawal")
    ask = withdrawal(declared)
    with unit_of_work(deps) as work:
        asked = digest_of("withdraw_contract", order_no, ask)
        if done := work.requests.claim(actor, request_id, asked, ContractWithdrawn):
            return done
        act = lock_order(work, order_no, actor, deps)
        decision, _ = decide_withdrawal_now(act.situation, ask)
        check_shown(decision, act.order, shown)
        case = open_application(act, ask, act.situation)
        if not isinstance(decision, Refused):
            _acknowledge(act.on(case), decision, declared)
        return work.requests.finish(actor, request_id, ContractWithdrawn(case_no=case.case_no))


def decide_withdrawal_now(found: Situation, ask: ApplicationAsk) -> tuple[Decision, ApplicationTerms | None]:
    """For the order page, the confirmation and the act (N2). Only where the law knows it; the unpaid is cancelled."""
    if not found.policy.has_contract_withdrawal:
        return unknown_kind(found.policy), None
    if found.order.state == "awaiting_payment":
        return Refused(rules=("SHOP-1",), why="unpaid", instead=("cancel",)), terms_at(found, line_ids=())
    return decide_application_now(found, ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOffer:
    """That the contract can be withdrawn from (EU-9). `until` is None before the window starts, and once `is_late`.

    `is_demanded`: by the law, of an order as young as this one (EU-13); then it is prominent.
    """

    until: datetime | None
    is_late: bool
    is_demanded: bool
    buttons: LegalButtons


def contract_offer(found: Situation, laws: tuple[Pack, ...]) -> ContractOffer | None:
    """Whether the order page leads there; None where there is nothing to withdraw from, or another law holds."""
    if not found.policy.has_contract_withdrawal:
        return None
    decision, _ = decide_withdrawal_now(found, withdrawal())
    if isinstance(decision, Refused):
        return None
    is_late = isinstance(decision, Review) and "late" in decision.notes
    button = legal_button(found.policy.law, laws)
    return ContractOffer(
        until=window_end(decision),
        is_late=is_late,
        is_demanded=button is not None and any(map(button.is_demanded, _concluded_on(found))),
        buttons=buttons_for(found.order.country, found.policy.law, laws),
    )


def _concluded_on(found: Situation) -> tuple[date, ...]:
    """By the clocks that its windows are counted by; of several zones one is enough."""
    return tuple(found.order.placed_at.astimezone(zone).date() for zone in found.around.place.zones)


def window_end(decision: Allowed | Review) -> datetime | None:
    """The last moment of the window, None where it has not started or is over."""
    return decision.handling.until if decision.handling else None


def _acknowledge(act: CaseAct, decision: Allowed | Review, declared: Declaration) -> None:
    """On a durable medium, with content, date and time (EU-9), and under an address where it can be verified."""
    goods = "、".join(f"{line.title}×{line.units}" for line in decision.plan.lines)
    said = Typed(name=declared.name.strip(), order_no=act.order.no, contact=declared.contact.strip(), lines=goods)
    known = {"state": "matched", "order_id": act.record.id, "case_id": act.case_id, "handled_at": act.now}
    kept = keep_declaration(act.work, said, act.actor, known, act.deps)
    legal = act.policy.legal_refund
    refund_rule = act.policy.rules[legal.rule].says if legal else None
    act.notify_customer(
        "contract_withdrawn",
        name=declared.name.strip(),
        contact=declared.contact.strip(),
        items=[{"title": line.title, "quantity": line.units} for line in decision.plan.lines],
        submitted_at=act.now,
        is_late=isinstance(decision, Review),
        refund_rule={"zh": refund_rule.zh, "en": refund_rule.en} if refund_rule else None,
        verify=address_of_declaration(kept[1], act.deps) if kept else "",
    )
