"""在此撤回合同: what would be withdrawn from, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.policy.legal_buttons import LegalButtons
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.applying import ApplyLine
from portal.pages.values.cancelling import Changed
from portal.pages.values.parts import Refusal, RuleWords


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPage:
    """The confirmation. `until`: the end of the window, None before it starts; `is_late`: a person looks at it first.

    `lines` is empty where there is only one unit to choose. `send_back_by`, None where nothing has to be sent back;
    `refund_rule`: what the law says of when the money comes.

    For the form: what is known of who declares, since nobody identifies twice (EU-10); `shown` is the digest of what is
    summarised.
    """

    order_no: str
    state: str
    buttons: LegalButtons
    summary: RefundSummary
    lines: tuple[ApplyLine, ...] = ()
    closed_lines: tuple[Refusal, ...] = ()
    rules: tuple[RuleWords, ...] = ()
    until: datetime | None = None
    is_late: bool = False
    answer_by: datetime | None = None
    send_back_by: datetime | None = None
    refund_rule: str = ""
    is_quoted: bool = False
    changed: Changed | None = None
    zone: str = ""
    name: str = ""
    contact: str = ""
    shown: str = ""
