"""The tables of a policy pack as types (docs/policy.md), and a pack's table to a Pack.

A key that is not there has the default of the domain's dataclass of the same name; one that is not known is a problem.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, Required, cast

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.policy import pack as domain
from portal.domain.policy.jurisdictions import LawClock
from portal.domain.policy.pack import FeeKind, KeepReason, Kind, Pack
from portal.domain.policy.prepaid import PrepaidRule
from portal.domain.policy.problems import PackError, PackProblem
from portal.schemas.pack_values import (
    PACK_REASONS,
    AmountsTable,
    Day,
    DaysOrUnlimited,
    Moment,
    Percent,
    SpanText,
    Text,
    Whole,
)
from portal.schemas.reasons import bracketed, problems_of
from portal.schemas.tables import ListOf, gives, gives_by_key


class WordsTable(TypedDict):
    zh: Text
    en: Text


Words = Annotated[WordsTable, gives(domain.Words)]


class RuleTable(TypedDict, total=False):
    says: Required[Words]
    next: Words
    source: Words


class CitesTable(TypedDict, total=False):
    always: ListOf[Text]
    moved: Text
    prolonged: Text
    promised: Text


class WindowsTable(TypedDict, total=False):
    no_reason_days: DaysOrUnlimited
    starts_with: Literal["each_parcel", "last_goods"]
    moves_past_rest_days: bool
    months_without_information: Whole
    provisional_grace_days: Whole
    quality: SpanText
    quality_by_tag: dict[str, SpanText]
    cites: Annotated[CitesTable, gives(domain.Cites)]


class ExclusionTable(TypedDict, total=False):
    rule: Required[Text]
    when: Literal["always", "opened"]


class RestrictionTable(TypedDict, total=False):
    no_reason: bool
    exchange: bool


class ClockTable(TypedDict, total=False):
    zone: Text
    calendar: Text
    unknown: Text


class TimersTable(TypedDict, total=False):
    warehouse_answers: SpanText
    shop_answers_return: SpanText
    shop_answers_refund: SpanText
    customer_answers_offer: SpanText
    customer_chooses_rejected: SpanText
    customer_adds_information: SpanText
    customer_sends_back: SpanText
    shop_inspects: SpanText
    refunded_uninspected: SpanText
    customer_appeals: SpanText
    appeal_decided: SpanText
    fee_paid: SpanText
    refund_retried: SpanText
    unhandled_alarm: SpanText


class WaitsTable(TypedDict, total=False):
    not_received_after_promise: SpanText
    not_received_without_scan: SpanText
    not_received_after_shipping: SpanText
    undated_delivery: SpanText


class FeeTable(TypedDict, total=False):
    how: Required[Literal["withheld", "charged"]]
    fixed: AmountsTable
    percent: Percent


Fee = Annotated[FeeTable, gives(domain.FeeRule)]


class FeesTable(TypedDict, total=False):
    cancel: Fee
    restocking: Fee
    withdrawal: Fee
    pickup: Fee
    forbidden: ListOf[FeeKind]


class FreightTable(TypedDict, total=False):
    outbound: Literal["kept", "with_last_unit"]
    return_carriage: Literal["customer", "shop"]
    carriage_cap: AmountsTable


class LimitsTable(TypedDict, total=False):
    auto: AmountsTable
    refund_only_auto: AmountsTable


class KeepTable(TypedDict, total=False):
    under: Required[AmountsTable]
    reasons: Required[ListOf[KeepReason]]
    rule: Text


class HandoverTable(TypedDict, total=False):
    under: Required[AmountsTable]
    under_sum: Required[AmountsTable]
    reasons: Required[ListOf[KeepReason]]
    most: Whole
    days: Whole
    proven: Whole
    arrives_within: SpanText
    rule: Text


class ArrivalTable(TypedDict, total=False):
    min_working_days: Whole
    max_working_days: Whole


class LegalRefundTable(TypedDict):
    days: Whole
    counted_from: Literal["goods_back", "goods_or_proof", "notice"]
    rule: Text


class PrepaidTable(TypedDict):
    days: Whole
    rule: Text


class ButtonLabelTable(TypedDict):
    language: Text
    start: Text
    confirm: Text


class ButtonTable(TypedDict, total=False):
    start: Required[Words]
    confirm: Required[Words]
    for_orders_from: Day
    rule: Text
    labels: Annotated[dict[str, ButtonLabelTable], gives_by_key(domain.ButtonLabel, "country")]


class PackTable(TypedDict, total=False):
    name: Required[Text]
    title: Required[Words]
    kind: Literal["legal", "shop"]
    law: Text
    countries: ListOf[Text]
    on: Text
    engine: Whole
    effective_from: Moment
    approves: Literal["by_rule", "everything"]
    paid_cancel: Literal["at_once", "asked"]
    kinds: ListOf[Kind]
    clock: Annotated[ClockTable, gives(LawClock)]
    windows: Annotated[WindowsTable, gives(domain.Windows)]
    exclusions: Annotated[dict[str, ExclusionTable], gives_by_key(domain.Exclusion, "tag")]
    confirmed_grounds: dict[str, Text]
    restrictions: Annotated[dict[str, RestrictionTable], gives_by_key(domain.RestrictionRule, "tag")]
    timers: Annotated[TimersTable, gives(domain.Timers)]
    send_back_reminders: ListOf[SpanText]
    waits: Annotated[WaitsTable, gives(domain.Waits)]
    ship_within: SpanText
    legal_refund: Annotated[LegalRefundTable, gives(domain.LegalRefund)]
    prepaid: Annotated[PrepaidTable, gives(PrepaidRule)]
    button: Annotated[ButtonTable, gives(domain.Button)]
    fees: Annotated[FeesTable, gives(domain.FeeRules)]
    freight: Annotated[FreightTable, gives(domain.Freight)]
    limits: Annotated[LimitsTable, gives(domain.LimitRules)]
    keep_goods: Annotated[KeepTable, gives(domain.KeepRule)]
    refund_at_handover: Annotated[HandoverTable, gives(domain.HandoverRule)]
    thresholds: Literal["keep", "reprice"]
    coupons: Literal["back_when_all_gone", "kept"]
    arrival: Annotated[ArrivalTable, gives(domain.ArrivalRule)]
    complaint_line: Words
    rules: Annotated[dict[str, RuleTable], gives_by_key(domain.Rule, "code")]


PACK: TypeAdapter[PackTable] = TypeAdapter(Annotated[PackTable, gives(Pack)])


def parse_pack(table: Mapping[str, Any], source: str) -> Pack:
    """A complete table, as in a file that stands alone or in stored canonical text, to a Pack. Raises PackError."""
    try:
        return cast(Pack, PACK.validate_python(table, strict=True, extra="forbid"))
    except ValidationError as error:
        found = problems_of(error, PACK_REASONS)
        raise PackError(tuple(PackProblem(source, bracketed(path), reason) for path, reason in found)) from None


@lru_cache(maxsize=256)
def read_stored_pack(text: str, source: str = "stored policy") -> Pack:
    """A version as it was published: its canonical text. Versions never change, so each is read once."""
    return parse_pack(json.loads(text), source)
