"""Help: the pages there are, and the numbers that stand in them, of the policy and the settings as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.domain.evidence.files import MOST_BYTES, MOST_FILES
from portal.domain.money import Money
from portal.pages.values.parts import RuleWords


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpArrival:
    """When a refund to a payment method is expected: its name, from and to in working days."""

    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpFacts:
    """spans: how long each timer, window and wait is, in the reader's words, by its name in the pack.

    no_reason_days: 0 for none, None for without limit. excluded: rules of goods that do not go back without a reason.
    withdrawal_fee and withdrawal_percent: None and "" where withdrawing costs nothing. legal_refund_days: 0 for no law.
    """

    spans: Mapping[str, str] = field(default_factory=dict)
    no_reason_days: int | None = 0
    excluded: tuple[RuleWords, ...] = ()
    arrivals: tuple[HelpArrival, ...] = ()
    reminders: tuple[str, ...] = ()
    withdrawal_fee: Money | None = None
    withdrawal_percent: str = ""
    carriage_cap: Money | None = None
    refund_limit: Money | None = None
    resubmissions: int = 0
    complaint_line: str = ""
    legal_refund_days: int = 0
    legal_refund_from: str = ""
    is_shop_paying_return_freight: bool = False
    takes_returns: bool = False
    sends_again: bool = False
    repairs: bool = False
    has_contract_withdrawal: bool = False
    warehouse_hours: str = ""
    most_files: int = MOST_FILES
    most_megabytes: int = MOST_BYTES // 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTopic:
    """slugs of the pages about one subject; `name` is a word of the family help_topic."""

    name: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpIndexPage:
    """All pages by subject, or for a search `query` those `found`, the best first."""

    topics: tuple[HelpTopic, ...]
    query: str = ""
    found: tuple[str, ...] = ()
    order_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """One question: templates/fragments/shop/help/<slug>.html has its words, `facts` its numbers. related: slugs.

    order_no: the order from whose page it was opened, so that 联系客服 knows it.
    """

    slug: str
    facts: HelpFacts
    related: tuple[str, ...] = ()
    order_no: str = ""
