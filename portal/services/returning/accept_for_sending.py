"""Goods came that the shop gives back repaired: what is accepted is not paid for, it stays claimed until it is sent
(P20)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases import replacing
from portal.domain.cases.case import Case, Inspection
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order, Units
from portal.services.act import CaseAct
from portal.services.applying.begin_replacing import begin_replacing
from portal.services.refunds.start_refunds import start_refunds


def accept_for_sending(act: CaseAct, known: Case, found: Inspection, units: Units, plan: Plan, freed: Order) -> None:
    """`known`: the case as answered; `units` of it are accepted, `freed` is the order without what it claims. `plan`
    has no money but the return freight that the shop bears, which is paid now."""
    order = replace(freed, payments=effects.reserved(freed.payments, plan.tenders))
    act.save_order(effects.claimed(order, units))
    after = replacing.accepted_for_sending(known, plan, found, units, at=act.now)
    begin_replacing(act, replace(after, units=units))
    act.close_task("goods_uninspected")
    start_refunds(act, plan.tenders, why=act.case.kind, plan=plan)
    act.notify_customer("replacement_approved", kind=act.case.kind)
