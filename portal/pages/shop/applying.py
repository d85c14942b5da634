"""申请退款, 申请退货, 申请换货, 修改申请: what may be applied for, and the form it is applied for with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from portal.domain.applying.offer import ApplicationOffer, KindOffer, LineOffer
from portal.domain.applying.refusals import unknown_kind
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.errors import Conflict
from portal.domain.evidence.examples import EXAMPLES
from portal.domain.exchanging.variants import Offered
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.order import Order, Units
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.exchanging import with_variants
from portal.pages.parts.refusals import refusal_of
from portal.pages.parts.zone import zone_of
from portal.pages.shop.not_offered import not_offered
from portal.pages.values.applying import ApplyLine, ApplyPage
from portal.pages.values.parts import Picture, Refusal
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.act import Act
from portal.services.applying.decide_now import kinds_available_now, offer_now
from portal.services.applying.resubmit import not_again, noticed_at
from portal.services.applying.variants import find_variants
from portal.services.evidence.read_evidence import case_evidence
from portal.services.refunds.choose_payout import may_ask_for_credit
from portal.services.situation import Situation

ACT_OF: dict[str, str] = {
    "refund_only": "refund",
    "return_refund": "return",
    "exchange": "exchange",
    "reship": "reship",
    "repair": "repair",
}
_WAYS: tuple[CaseKind, ...] = ("return_refund", "refund_only", "exchange", "reship", "repair")
_CLOSED_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHeld:
    """What the form holds before anybody types, named as its fields are."""

    received: str
    reason: str = ""
    description: str = ""
    conditions: tuple[str, ...] = ()
    amount: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a form may offer: kinds of answer to 收到货了吗, and for each the reasons; what it holds at first."""

    kind: CaseKind
    currency: str
    in_hand: KindOffer | None
    not_in_hand: KindOffer | None
    asked: ApplicationAsk | None = None
    note: str = ""
    evidence_ids: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """Those to tick; goods that have not come have none."""
        return self.in_hand.conditions if self.in_hand else ()

    def held(self, reason: str = "") -> FormHeld:
        """As it was asked for before, else the reason that led here where it is on offer, and the answer it makes."""
        asked = self.asked
        if asked is None:
            offered = {True: self.in_hand, False: self.not_in_hand}
            fits = next((received for received, one in offered.items() if one and reason in one.reasons), None)
            received = bool(self.in_hand) if fits is None else fits
            return FormHeld(received="yes" if received else "no", reason="" if fits is None else reason)
        return FormHeld(
            received="yes" if asked.received else "no",
            reason=asked.reason,
            description=self.note,
            conditions=asked.conditions,
            amount=asked.amount.decimal() if asked.amount else "",
            variants={wanted.line_id: wanted.sku for wanted in asked.variants},
        )

    def units_for(self, reason: str, received: bool) -> Units:
        """All that may be applied for with this reason, for a form that sent no quantities."""
        offer = self.in_hand if received else self.not_in_hand
        lines = offer.lines if offer else ()
        return tuple((line.line_id, line.most_for(reason)) for line in lines if line.most_for(reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """All that page and form of an application need, read once: the page, what the form offers, the order as found.

    `settings`, `locale` and `deps` are what it was read with. A choice is judged by them without another reading
    (`choosing`), which says in `problems` what is wrong with the amount or variants asked for: (field, code).
    `variants`: what an exchange may choose.
    """

    page: ApplyPage
    choices: Choices
    found: Situation
    settings: ShopSettings
    locale: str
    deps: Deps
    problems: tuple[tuple[str, str], ...] = ()
    variants: Offered = field(default_factory=dict)

    @property
    def units_at_first(self) -> dict[str, int]:
        """As asked for before, else all of a single line; of several lines the customer chooses."""
        lines, asked = self.page.lines, self.choices.asked
        if asked is None:
            return {line.line_id: line.most if len(lines) == 1 else 0 for line in lines}
        units = dict(asked.units)
        return {line.line_id: min(units.get(line.line_id, 0), line.most) for line in lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyAbout:
    """A new application of `kind` on an order, or the application `case_no` while nobody has decided.

    `follows`: a case that was refused and is asked for again, as the kind it is.
    """

    kind: CaseKind | None = None
    order_no: str = ""
    case_no: str = ""
    follows: str = ""

    @property
    def old_case_no(self) -> str:
        """The case that what was typed before is from, "" for a new application."""
        return self.case_no or self.follows


def application_page(*, about: ApplyAbout, actor: Actor, settings: ShopSettings, locale: str, deps: Deps) -> Applying:
    """What may be applied for. What a choice would give is `choosing`, without another reading.

    Raises NotFound, Conflict (decided), and NotOffered where nothing can be applied for.
    """
    case_no, follows = about.case_no, about.follows
    with reading(deps) as work:
        act, found, kept = (
            _facts_again(work, follows, actor, settings, locale, deps)
            if follows
            else _facts(work, about.order_no, case_no, actor, settings, deps)
        )
        kind, record = about.kind or (kept.kind if kept else "refund_only"), act.record
        variants = find_variants(act) if kind == "exchange" else {}
    offer = offer_now(found, (kind,))
    if refused := offer.refusal(kind) if offer.of(kind) else unknown_kind(found.policy):
        raise not_offered(ACT_OF[kind], refused, record.order, found.policy, locale)
    choices = _choices(kind, offer, record, kept)
    page = replace(_page(record, found, offer, choices, locale, case_no), ways=_ways(found) if about.kind else ())
    credit = settings.store_credit if not case_no and may_ask_for_credit(act, kind) else None
    page = replace(page, lines=with_variants(page.lines, variants), credit=credit)
    if follows and kept:
        page = replace(page, follows=follows, last_code=kept.refusal[0], last_reason=kept.refusal[1])
    read = Applying(page=page, choices=choices, found=found, settings=settings, locale=locale, deps=deps)
    return replace(read, variants=variants)


def _ways(found: Situation) -> tuple[str, ...]:
    """All acts on offer, for whoever came for another."""
    kinds = tuple(kind for kind in _WAYS if kind in found.policy.kinds)
    available = kinds_available_now(found, kinds)
    return tuple(ACT_OF[kind] for kind, way in available.items() if not way.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The application that is edited, as it stands."""

    kind: CaseKind
    asked: ApplicationAsk
    note: str
    evidence_ids: tuple[str, ...]
    refusal: tuple[str, str] = ("", "")


def _facts(
    work: UnitOfWork, order_no: str, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps
) -> tuple[Act, Situation, _Kept | None]:
    if not case_no:
        act = Act(work, work.orders.get(order_no, actor), actor, deps, settings=settings)
        return act, act.situation, None
    case = work.cases.get(case_no, actor)
    if not case.may("edit"):
        raise Conflict("decided", at=case.closed_at)
    record, case = work.orders.get(case.order_no, actor), work.cases.with_claims(case)
    freed = effects.released(record.order, case.units)
    act = Act(work, record, actor, deps, settings=settings)
    return act, act.situation_without(case, freed), _kept(work, case)


def _facts_again(
    work: UnitOfWork, case_no: str, actor: Actor, settings: ShopSettings, locale: str, deps: Deps
) -> tuple[Act, Situation, _Kept]:
    """Of a refused case, with what was typed there."""
    case = work.cases.get(case_no, actor)
    record, cases = work.orders.get(case.order_no, actor), work.cases.of_order(case.order_id)
    act = Act(work, record, actor, deps, settings=settings)
    found = act.situation
    if refused := not_again(case, cases, settings, work.now):
        raise not_offered("resubmit", refused, record.order, found.policy, locale)
    return act, replace(found, noticed_at=noticed_at(case, cases)), _kept(work, case)


def _kept(work: UnitOfWork, case: Case) -> _Kept:
    files = case_evidence(work, case.id).get(None, ())
    return _Kept(
        kind=case.kind,
        asked=case.application,
        note=case.note,
        evidence_ids=tuple(file.id for file in files),
        refusal=(case.outcome.reason_code, case.outcome.reason),
    )


def _choices(kind: CaseKind, offer: ApplicationOffer, record: OrderRecord, kept: _Kept | None) -> Choices:
    in_hand, not_in_hand = (offer.of(kind, received=received) for received in (True, False))
    return Choices(
        kind=kind,
        currency=record.order.currency,
        in_hand=in_hand if in_hand and not in_hand.refused else None,
        not_in_hand=not_in_hand if not_in_hand and not not_in_hand.refused else None,
        asked=kept.asked if kept else None,
        note=kept.note if kept else "",
        evidence_ids=kept.evidence_ids if kept else (),
    )


def _page(
    record: OrderRecord, found: Situation, offer: ApplicationOffer, choices: Choices, locale: str, case_no: str
) -> ApplyPage:
    order, act = record.order, ACT_OF[choices.kind]
    offers = [one for one in (choices.in_hand, choices.not_in_hand) if one]
    days, lines = found.policy.windows.no_reason_days, tuple(_lines(record, offers))
    open_ids = {line.line_id for line in lines}
    whole = offer.of(choices.kind)
    closed = [line.refused for line in (whole.lines if whole else ()) if line.refused and line.line_id not in open_ids]
    return ApplyPage(
        order_no=order.no,
        act=act,
        case_no=case_no,
        lines=lines,
        closed_lines=tuple(refusal_of(act, refused, order, found.policy, locale) for refused in closed[:_CLOSED_SHOWN]),
        is_collected=bool(order.payments),
        zone=zone_of(order),
        no_reason_days=days if isinstance(days, int) else 0,
        until=min((line.until for one in offers for line in one.lines if line.until), default=None),
        no_reason_refused=_refused_without_reason(act, choices, order, found, locale),
        examples={code: EXAMPLES[code] for one in offers for code in one.reasons if code in EXAMPLES},
    )


def _refused_without_reason(
    act: str, choices: Choices, order: Order, found: Situation, locale: str
) -> tuple[Refusal, ...]:
    """Every line that goes back for a fault only, each with its own reason: what is chosen must not be a surprise."""
    if act not in ("return", "exchange") or (offer := choices.in_hand) is None:
        return ()
    why = [line.refused_without_reason for line in offer.lines if line.most and line.refused_without_reason]
    return tuple(refusal_of(act, refused, order, found.policy, locale) for refused in why[:_CLOSED_SHOWN])


def _lines(record: OrderRecord, offers: list[KindOffer]) -> Iterable[ApplyLine]:
    """Lines with units left for at least one reason, each with the most of any."""
    found: dict[str, LineOffer] = {}
    for one in (line for offer in offers for line in offer.lines):
        if one.line_id not in found or one.most > found[one.line_id].most:
            found[one.line_id] = one
    for line in record.order.lines:
        if (best := found.get(line.id)) and best.most:
            yield ApplyLine(
                line_id=line.id,
                title=line.title,
                variant=line.variant,
                quantity=line.quantity,
                most=best.most,
                gone=best.gone,
                claimed=best.claimed,
                unshipped=best.unshipped,
                on_the_way=best.on_the_way,
                cases=best.cases,
                picture=Picture(line.title, record.lines[line.id].image_url),
                paid=Money(line.net, record.order.currency) if record.order.payments else None,
            )
