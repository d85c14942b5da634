"""换货: a plan as pages show it: the same figures before the act, after it, and for staff (N2)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases.ask import WantedVariant
from portal.domain.cases.case import Case
from portal.domain.exchanging.variants import Offered, Variant
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan, PlanLine
from portal.domain.orders.order import Order
from portal.pages.values.applying import ApplyLine
from portal.pages.values.exchanging import ExchangeLine, ExchangeSummary, VariantChoice


def exchange_of(plan: Plan, variants: tuple[WantedVariant, ...], order: Order) -> ExchangeSummary:
    """`plan`: of an exchange for `variants`."""
    names, wanted = {line.id: line.variant for line in order.lines}, {one.line_id: one for one in variants}
    return ExchangeSummary(
        lines=tuple(_line(line, names[line.line_id], wanted.get(line.line_id), order.currency) for line in plan.lines),
        refund=plan.refund,
        surcharge=plan.surcharge,
    )


def exchange_of_case(case: Case, order: Order) -> ExchangeSummary | None:
    """None for another kind, and for an exchange that was paid for after all."""
    if case.offer and case.offer.state == "accepted":
        return None
    if case.kind != "exchange" or case.asked is None or not case.plan.money_only:
        return None
    return exchange_of(case.plan, case.asked.variants, order)


def _line(line: PlanLine, variant: str, wanted: WantedVariant | None, currency: str) -> ExchangeLine:
    price = wanted.price if wanted else None
    return ExchangeLine(
        line_id=line.line_id,
        title=line.title,
        variant=variant,
        quantity=line.units,
        paid=Money(line.amount + line.less, currency),
        wanted=wanted.name if wanted else "",
        price=Money(price.minor * line.units, price.currency) if price else None,
    )


def with_variants(lines: tuple[ApplyLine, ...], offered: Offered) -> tuple[ApplyLine, ...]:
    """The lines of a form, each with what it can be exchanged for besides the same goods."""
    return tuple(replace(line, variants=tuple(map(_choice, offered.get(line.line_id, ())))) for line in lines)


def _choice(variant: Variant) -> VariantChoice:
    return VariantChoice(sku=variant.sku, name=variant.name, price=variant.price)
