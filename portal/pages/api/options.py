"""May this be returned, until when, by which rule: the lines of an order, each asked what its page asks (P22, N2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from portal.domain.applying.offer import ApplicationOffer, KindAvailable, ReasonOffer
from portal.domain.applying.options import Option, line_options
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Decision, Refused, Review
from portal.domain.orders.order import Line, Order
from portal.domain.policy.pack import Policy
from portal.pages.parts.refusals import refusal_of, rule_words
from portal.pages.parts.zone import zone_of
from portal.pages.values.options import ActOption, LineOptions, OrderOptions, ReasonOption
from portal.pages.values.parts import Refusal
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.applying.decide_now import offer_now
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.situation import Situation, terms_at
from portal.services.withdrawing.withdraw_contract import decide_withdrawal_now, withdrawal

ACTS: Mapping[CaseKind, str] = {
    "refund_only": "refund",
    "return_refund": "return",
    "exchange": "exchange",
    "reship": "reship",
    "repair": "repair",
    "contract_withdrawal": "contract_withdrawal",
}
"""What a customer is offered on the order's page, by the kind of application that it leads to."""


def order_options(*, order_no: str, locale: str, actor: Actor, deps: Deps) -> OrderOptions:
    """Raises NotFound. `locale`: zh or en, of the rules' sentences. Nothing is decided or kept."""
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        act = Act(work, record, actor, deps)
        cancel = _Cancel(act)
        found = act.situation
    kinds = tuple(kind for kind in ACTS if kind in found.policy.kinds and (kind != "exchange" or found.takes_returns))
    offer = offer_now(found, kinds)
    said = _Words(found, locale, _returning(offer))
    by_kind, by_line = _refused_whole(found, kinds), line_options(offer, kinds)
    lines = tuple(
        LineOptions(
            line_id=line.id,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            acts=(
                said.cancel(cancel.of(line), line.unshipped),
                *(said.option(_of(kind, by_line.get(line.id, ()), offer, by_kind)) for kind in kinds),
            ),
        )
        for line in record.order.lines
    )
    whole = (
        said.cancel(cancel.whole, sum(count for _, count in record.order.units_unshipped())),
        *(_whole([line.acts[at] for line in lines]) for at in range(1, len(kinds) + 1)),
    )
    return OrderOptions(
        order_no=record.order.no,
        state=record.order.state,
        at=found.now,
        acts=whole,
        lines=lines,
        zone=zone_of(record.order),
    )


class _Cancel:
    """What cancelling gets, line by line. Decided for the order once, and once for a line that cannot go by itself: it
    is the order that decides about all of those alike."""

    def __init__(self, act: Act) -> None:
        order = act.order
        self.whole, _ = decide_cancel_now(act, CancelAsk())
        self._left, self._only_whole = self.whole, self.whole
        if isinstance(self.whole, Refused):
            return
        unshipped = order.units_unshipped()
        if gone := next((line for line in order.lines if not line.unshipped), None):
            self._left, _ = decide_cancel_now(act, CancelAsk(units=((gone.id, 1),)))
        if order.state == "awaiting_payment" and len(unshipped) > 1:
            self._only_whole, _ = decide_cancel_now(act, CancelAsk(units=unshipped[:1]))

    def of(self, line: Line) -> Decision:
        """Of all its units that have not left."""
        return self._only_whole if line.unshipped else self._left


def _returning(offer: ApplicationOffer) -> KindAvailable | None:
    """Whether goods can go back, and the first end of the windows without a reason, as the order's page names it beside
    a cancel that is too late."""
    returns = offer.of("return_refund")
    if returns is None:
        return None
    ends = [line.until for line in returns.lines if line.until]
    return KindAvailable(refused=offer.refusal("return_refund"), until=min(ends, default=None))


def _refused_whole(found: Situation, kinds: Iterable[CaseKind]) -> Mapping[CaseKind, Refused]:
    """What the act itself refuses whatever the lines say: a contract whose order is unpaid is cancelled instead."""
    if "contract_withdrawal" not in kinds:
        return {}
    decision, _ = decide_withdrawal_now(found, withdrawal())
    return {"contract_withdrawal": decision} if isinstance(decision, Refused) else {}


def _of(
    kind: CaseKind, options: Iterable[Option], offer: ApplicationOffer, refused: Mapping[CaseKind, Refused]
) -> Option:
    no = refused.get(kind) or offer.refusal(kind)
    known = next((option for option in options if option.kind == kind), None)
    if known and kind not in refused:
        return known
    return Option(kind=kind, units=0, reasons=(), refused=no)


def _whole(lines: list[ActOption]) -> ActOption:
    """Of the order: the best of its lines and the units of all, until the first of their windows ends."""
    open_lines = [line for line in lines if line.units]
    if not open_lines:
        return lines[0]
    best = min(open_lines, key=lambda line: ("rule", "shop", "person", "").index(line.decided_by))
    ends = [line.until for line in open_lines if line.until and line.decided_by == best.decided_by]
    return ActOption(
        act=best.act,
        units=sum(line.units for line in open_lines),
        decided_by=best.decided_by,
        rules=best.rules,
        until=min(ends, default=None),
        answer_by=best.answer_by,
    )


class _Words:
    """Decisions of one order as the page shows them: with the policy's sentences, in one language."""

    def __init__(self, found: Situation, locale: str, returning: KindAvailable | None) -> None:
        self._order: Order = found.order
        self._policy: Policy = found.policy
        self._terms: ApplicationTerms = terms_at(found)
        self._locale, self._returning = locale, returning

    def cancel(self, decision: Decision, unshipped: int) -> ActOption:
        """Cancelling is decided for the order; a line has so many units of it."""
        if isinstance(decision, Refused):
            return ActOption(act="cancel", units=0, refusal=self._refusal("cancel", decision))
        return ActOption(
            act="cancel",
            units=unshipped,
            decided_by="shop" if isinstance(decision, Review) else "rule",
            rules=rule_words(decision.rules, self._policy, self._locale),
            answer_by=decision.answer_by if isinstance(decision, Review) else None,
        )

    def option(self, option: Option) -> ActOption:
        act, best = ACTS[option.kind], option.best
        if best is None:
            return ActOption(act=act, units=0, refusal=self._refusal(act, option.refused))
        return ActOption(
            act=act,
            units=option.units,
            decided_by=best.by,
            rules=rule_words(best.rules, self._policy, self._locale),
            until=best.until,
            answer_by=self._answer_by(option) if best.by != "rule" else None,
            without_reason=self._refusal(act, option.refused_without_reason),
            reasons=tuple(map(self._reason, option.reasons)),
        )

    def _answer_by(self, option: Option) -> datetime:
        terms = self._terms
        return terms.answer_refund_by if option.kind == "refund_only" else terms.answer_return_by

    def _reason(self, offer: ReasonOffer) -> ReasonOption:
        return ReasonOption(
            reason=offer.reason,
            units=offer.units,
            decided_by=offer.by,
            rules=rule_words(offer.rules, self._policy, self._locale),
            until=offer.until,
        )

    def _refusal(self, act: str, refused: Refused | None) -> Refusal | None:
        if refused is None:
            return None
        order, policy = self._order, self._policy
        return refusal_of(act, refused, order, policy, self._locale, returning=self._returning)
