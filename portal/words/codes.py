"""The words of every code (WORDS.md): Chinese is the source, another language is a catalogue.

`word(code, family)` is what templates use; a code without a word is shown as it is, so nothing new breaks a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask_babel import get_locale, gettext

from portal.words.amounts import ACCOUNTS, AMOUNT_ROWS, APPS, FEE_METHODS, METHODS, PROVIDERS, REFUND_ROWS
from portal.words.api_tokens import TOKEN_FAMILIES
from portal.words.behalf import BEHALF_FAMILIES
from portal.words.connectors import CONNECTOR_FAMILIES
from portal.words.credit import CREDIT_ENTRIES, PAYOUTS
from portal.words.fees import EXPIRED_BECAUSE, FEE_NAMES, FEE_PAGES, FEE_STAYS, VOIDED_BECAUSE, VOIDED_FEES
from portal.words.help import HELP_FAMILIES
from portal.words.lazy_text import lazy_text as _l
from portal.words.notice_kinds import NEXT_STEPS
from portal.words.notice_kinds import NOTICE_KINDS as CHOSEN_NOTICE_KINDS
from portal.words.offering import OFFER_ANSWERS, OFFER_KINDS, OFFER_STATES
from portal.words.people import ACTIONS, AFTER_SALES, AFTER_SALES_SAY, APPLY_WAYS, APPLY_WAYS_SAY, PEOPLE
from portal.words.policies import POLICY_FAMILIES
from portal.words.rails import RAIL_FAMILIES
from portal.words.reasons import (
    APPLY_REASONS,
    CANCEL_REASONS,
    CONDITIONS,
    FAILED_BECAUSE,
    LESS_BECAUSE,
    MEND_HINTS,
    PICTURED,
    PURPOSES,
    RECEIVED,
    REFUSAL_CODES,
    REJECTED_CHOICES,
    SOLVED,
    TO_MEND,
    WITHDRAW_REASONS,
)
from portal.words.robot import ROBOT_FAMILIES
from portal.words.sentences import Facts
from portal.words.staff import STAFF_FAMILIES
from portal.words.staff_notices import STAFF_NOTICE_FAMILIES
from portal.words.states import (
    BENEFIT_STATES,
    CASE_KINDS,
    CASE_MARKS,
    CASE_STATES,
    CASE_STEPS,
    FEE_STATES,
    ORDER_MARKS,
    ORDER_STATES,
    ORDER_STEPS,
    PARCEL_STATES,
    REFUND_STEPS,
    RETURN_PARCEL_STATES,
    STOCK_PROBLEMS,
    TABS,
    WITHIN,
    case_code,
)
from portal.words.told import NOTICE_GROUPS, NOTICE_GROUPS_SAY, NOTICE_KINDS, RETURNED, UNREACHABLE, WAYS
from portal.words.webhooks import WEBHOOK_FAMILIES

Words = Mapping[str, object]

FAMILIES: Mapping[str, Words] = {
    "tab": TABS,
    "within": WITHIN,
    "order": ORDER_STATES,
    "order_step": ORDER_STEPS,
    "mark": ORDER_MARKS,
    "kind": CASE_KINDS,
    "case": CASE_STATES,
    "case_mark": CASE_MARKS,
    "case_step": CASE_STEPS,
    "refund_step": REFUND_STEPS,
    "benefit": BENEFIT_STATES,
    "return_parcel": RETURN_PARCEL_STATES,
    "fee": FEE_STATES,
    "fee_name": FEE_NAMES,
    "fee_page": FEE_PAGES,
    "fee_stay": FEE_STAYS,
    "cancel_reason": CANCEL_REASONS,
    "apply_reason": APPLY_REASONS,
    "withdraw_reason": WITHDRAW_REASONS,
    "fee_reason": FEE_METHODS,
    "refusal_code": REFUSAL_CODES,
    "refusing_reason": {**REFUSAL_CODES, "other": _l("其他原因")},
    "rejected_reason": REJECTED_CHOICES,
    "offer_answer_reason": OFFER_ANSWERS,
    "offer_reason": OFFER_KINDS,
    "offer_state": OFFER_STATES,
    "solved_reason": SOLVED,
    "condition": CONDITIONS,
    "mend": TO_MEND,
    "mend_hint": MEND_HINTS,
    "pictured": PICTURED,
    "received": RECEIVED,
    "expired_because": EXPIRED_BECAUSE,
    "voided_because": VOIDED_BECAUSE,
    "voided_fee_because": VOIDED_FEES,
    "credit": CREDIT_ENTRIES,
    "payout_reason": PAYOUTS,
    "purpose": PURPOSES,
    "failed_because": FAILED_BECAUSE,
    "method": METHODS,
    "account": ACCOUNTS,
    "provider": PROVIDERS,
    "app": APPS,
    "amount": AMOUNT_ROWS,
    "refund_row": REFUND_ROWS,
    "less": LESS_BECAUSE,
    "parcel": PARCEL_STATES,
    "stock": STOCK_PROBLEMS,
    "action": ACTIONS,
    "told": NOTICE_KINDS,
    "next_step": NEXT_STEPS,
    "notice_kind": CHOSEN_NOTICE_KINDS,
    "way": WAYS,
    "notice_group": NOTICE_GROUPS,
    "notice_group_hint": NOTICE_GROUPS_SAY,
    "unreachable": UNREACHABLE,
    "returned": RETURNED,
    "after_sales": AFTER_SALES,
    "after_sales_says": AFTER_SALES_SAY,
    "apply_way": APPLY_WAYS,
    "apply_way_says": APPLY_WAYS_SAY,
    "who": PEOPLE,
    **BEHALF_FAMILIES,
    **HELP_FAMILIES,
    **STAFF_FAMILIES,
    **POLICY_FAMILIES,
    **RAIL_FAMILIES,
    **ROBOT_FAMILIES,
    **TOKEN_FAMILIES,
    **CONNECTOR_FAMILIES,
    **WEBHOOK_FAMILIES,
    **STAFF_NOTICE_FAMILIES,
}


def word(code: str, family: str) -> str:
    """The reader's word for `code`; the code itself where there is none. Raises KeyError for an unknown family.

    A payment method nobody has named is the way it was paid, whatever the feed calls it.
    """
    if family in ("method", "provider") and code not in METHODS:
        code = "other"
    words = FAMILIES[family]
    return _word(family, code, str(get_locale())) if code in words else code


@lru_cache(maxsize=4096)
def _word(family: str, code: str, _locale: str) -> str:
    """`_locale` is the reader's, which the word is said in: a page asks for the same few dozens again and again."""
    return str(FAMILIES[family][code])


def case_word(kind: str, state: str) -> str:
    """A case's state in words."""
    return word(case_code(kind, state), "case")


def less_because(code: str) -> str:
    """Why fewer units than the line has may be chosen; "" where all may."""
    return word(code, "less") if code else ""


def why_less(line: Facts) -> str:
    """Why fewer units than were bought can be applied for: where the others are; "" where all can."""
    if line.most == line.quantity:
        return ""
    parts = []
    if line.gone:
        parts.append(gettext("已取消或退款%(count)s件", count=line.gone))
    if line.claimed:
        parts.append(gettext("%(count)s件在申请中", count=line.claimed))
    if line.unshipped:
        parts.append(gettext("%(count)s件还没有发货", count=line.unshipped))
    if line.on_the_way and line.most < line.on_the_way + line.quantity - line.gone - line.claimed - line.unshipped:
        parts.append(gettext("%(count)s件在运输中", count=line.on_the_way))
    return str(gettext("，")).join(parts)
