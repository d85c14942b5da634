"""Policy packs: the rules the portal enforces, as typed, dated data. The types are the format of the TOML files.

A legal pack states what a law demands; a shop's pack states what the shop promises, on its own or on top of a legal
one. What is not said has the default below (POLICY, Timers). Field names are the keys of the file, one to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from portal.domain.deadlines.spans import Span
from portal.domain.money import Money
from portal.domain.orders.decisions import ENGINE as ENGINE
from portal.domain.policy.amounts import NOTHING as NOTHING
from portal.domain.policy.amounts import Amounts as Amounts
from portal.domain.policy.amounts import FeeRule as FeeRule
from portal.domain.policy.jurisdictions import NO_LAW, Law, LawClock
from portal.domain.policy.prepaid import PrepaidRule, is_prepaid
from portal.domain.policy.small_refunds import HandoverRule as HandoverRule
from portal.domain.policy.small_refunds import KeepReason as KeepReason
from portal.domain.policy.small_refunds import KeepRule as KeepRule

SHOP_RULES = tuple(f"SHOP-{n}" for n in range(1, 8))

Kind = Literal["cancel", "refund_only", "return_refund", "exchange", "reship", "repair", "contract_withdrawal"]
Days = int | Literal["unlimited"]


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence the customer reads. Chinese is the source."""

    zh: str
    en: str

    def in_locale(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A numbered rule: what it says to the customer, what to do `next`, and the article it comes from."""

    code: str = field(default="", metadata={"from_key": True})
    says: Words
    next: Words | None = None
    source: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cites:
    """The rules a return window names: always, when it was moved, prolonged, or promised by the shop."""

    always: tuple[str, ...] = ("SHOP-4",)
    moved: str = ""
    prolonged: str = ""
    promised: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Until when what may be asked for. `quality` is self-service: after it a person decides, never refused by date."""

    no_reason_days: Days = 0
    starts_with: Literal["each_parcel", "last_goods"] = "each_parcel"
    moves_past_rest_days: bool = False
    months_without_information: int = 0
    provisional_grace_days: int = 10
    quality: Span = Span(15, "days")
    quality_by_tag: Mapping[str, Span] = field(default_factory=lambda: {"fresh": Span(48, "hours")})
    cites: Cites = Cites()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Goods of this tag cannot be returned without a reason; `opened`: only once opened or downloaded."""

    tag: str = field(default="", metadata={"from_key": True})
    rule: str
    when: Literal["always", "opened"] = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRule:
    """What a shop does not add for goods of a tag: its own, longer window, or exchange. The law's window stays."""

    tag: str = field(default="", metadata={"from_key": True})
    no_reason: bool = False
    exchange: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """How long is waited for whom; TIMERS says who that is."""

    warehouse_answers: Span = Span(2, "open hours")
    shop_answers_return: Span = Span(48, "hours")
    shop_answers_refund: Span = Span(48, "hours")
    customer_answers_offer: Span = Span(5, "days")
    customer_chooses_rejected: Span = Span(7, "days")
    customer_adds_information: Span = Span(5, "days")
    customer_sends_back: Span = Span(7, "days")
    shop_inspects: Span = Span(3, "days")
    refunded_uninspected: Span = Span(5, "days")
    customer_appeals: Span = Span(7, "days")
    appeal_decided: Span = Span(48, "hours")
    fee_paid: Span = Span(72, "hours")
    refund_retried: Span = Span(1, "working days")
    unhandled_alarm: Span = Span(10, "days")


TIMERS: Mapping[str, Literal["customer", "shop"]] = {
    name: "customer" if name.startswith("customer_") or name == "fee_paid" else "shop"
    for name in Timers.__dataclass_fields__
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """From when on a customer may say a parcel never came, and a delivery without a date goes to a person (elapsed)."""

    not_received_after_promise: Span = Span(3, "days")
    not_received_without_scan: Span = Span(72, "hours")
    not_received_after_shipping: Span = Span(7, "days")
    undated_delivery: Span = Span(30, "days")


_MOST_FREIGHT, _MOST_UNASKED = (Amounts((("*", Decimal(most)),)) for most in ("100.00", "50.00"))
FeeKind = Literal["cancel", "restocking", "withdrawal", "pickup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRules:
    """None unless said. `forbidden`: kinds no shop may take under this law. `withdrawal` and `pickup` are charged."""

    cancel: FeeRule | None = None
    restocking: FeeRule | None = None
    withdrawal: FeeRule | None = None
    pickup: FeeRule | None = None
    forbidden: tuple[FeeKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Freight:
    """Who bears return freight. `outbound`: of a return without a fault; `carriage_cap`: most paid back for sending."""

    outbound: Literal["kept", "with_last_unit"] = "kept"
    return_carriage: Literal["customer", "shop"] = "customer"
    carriage_cap: Amounts = _MOST_FREIGHT

    def cap(self, currency: str, shop: Money | None) -> Money:
        """The most paid back for sending. What the `shop` has set raises the pack's, in its own currency (CN-17)."""
        own = self.carriage_cap.of(currency)
        return max(own, shop) if shop and shop.currency == currency else own


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRules:
    """Above these a timer escalates instead of approving; `auto` None: no limit."""

    auto: Amounts | None = None
    refund_only_auto: Amounts = _MOST_UNASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRule:
    """When a refund is expected where the payment method says nothing else, in working days."""

    min_working_days: int = 3
    max_working_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRefund:
    """Until when the law wants the money sent: so many days after the goods are back, after them or the proof of
    sending, whichever is first, or after the notice."""

    days: int
    counted_from: Literal["goods_back", "goods_or_proof", "notice"]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonLabel:
    """How a country's law words the two buttons, in its own `language` (BCP 47)."""

    country: str = field(default="", metadata={"from_key": True})
    language: str
    start: str
    confirm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """The function to withdraw with (EU-9), by two buttons, `start` and `confirm`.

    `for_orders_from`: the first day whose contracts must have it (EU-13), None where no law demands it; the page itself
    stays for all. `labels`: the words of those countries whose law has its own (EU-14).
    """

    start: Words
    confirm: Words
    for_orders_from: date | None = None
    rule: str = ""
    labels: Mapping[str, ButtonLabel] = field(default_factory=dict)

    def is_demanded(self, concluded_on: date) -> bool:
        return self.for_orders_from is not None and concluded_on >= self.for_orders_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack. `law` is the law it states or is written for; only a `legal` pack speaks for the law itself, to orders
    of its `countries`."""

    name: str
    title: Words
    kind: Literal["legal", "shop"] = "shop"
    law: Law = NO_LAW
    countries: tuple[str, ...] = ()
    on: str = ""
    engine: int = ENGINE
    effective_from: datetime | None = None
    approves: Literal["by_rule", "everything"] = "by_rule"
    paid_cancel: Literal["at_once", "asked"] = "at_once"
    kinds: tuple[Kind, ...] = ("cancel", "refund_only", "return_refund", "exchange", "reship", "repair")
    clock: LawClock = LawClock()
    windows: Windows = Windows()
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    confirmed_grounds: Mapping[str, str] = field(default_factory=dict)
    restrictions: Mapping[str, RestrictionRule] = field(default_factory=dict)
    timers: Timers = Timers()
    send_back_reminders: tuple[Span, ...] = (Span(3, "days"), Span(1, "days"))
    waits: Waits = Waits()
    ship_within: Span = Span(48, "hours")
    legal_refund: LegalRefund | None = None
    prepaid: PrepaidRule | None = None
    button: Button | None = None
    fees: FeeRules = FeeRules()
    freight: Freight = Freight()
    limits: LimitRules = LimitRules()
    keep_goods: KeepRule | None = None
    refund_at_handover: HandoverRule | None = None
    thresholds: Literal["keep", "reprice"] = "keep"
    coupons: Literal["back_when_all_gone", "kept"] = "back_when_all_gone"
    arrival: ArrivalRule = ArrivalRule()
    complaint_line: Words | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)

    @property
    def has_contract_withdrawal(self) -> bool:
        """Whether it states a law under which a contract can be withdrawn from."""
        return self.law != NO_LAW and "contract_withdrawal" in self.kinds

    def excluding_rule(self, *, tags: Iterable[str], opened: bool, ground: str | None, confirmed: bool) -> str | None:
        """The rule that takes the no-reason return of such goods away, or None.

        A `ground` counts only with the confirmation of that single purchase (CN-3), else the shop cannot refuse (CN-4).
        """
        if is_prepaid(tags, self.prepaid):
            return None
        for tag in tags:
            exclusion = self.exclusions.get(tag)
            if exclusion and (exclusion.when == "always" or opened):
                return exclusion.rule
        return self.confirmed_grounds.get(ground) if ground and confirmed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Pack):
    """What holds for one order: the shop's pack laid on the law's. `legal_days` is the law's own no-reason window."""

    legal_days: Days = 0
    made_of: tuple[str, ...] = ()
