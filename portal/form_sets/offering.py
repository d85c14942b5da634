"""A counter-offer, and the customer's answer to it; a case that is opened again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field

from portal.domain.given_reason import LONGEST_REASON
from portal.domain.typed import amount_text
from portal.fields import FormProblem, Offer, PlanDigest, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

ANSWERS = ("accept", "refuse")


class OfferForm(PolicyForm):
    """`offer.reasons` are the kinds that can be offered now."""

    kind = ReasonField(_("方案"), kind="offer")
    amount = TextField(_("退给客户的金额"), id="offer-amount", limit=20, inputmode="decimal", required=True)
    body = TextField(_("给客户的说明"), id="offer-body", limit=LONGEST_REASON, rows=3, required=True)
    shown = PlanDigest()
    request_id = RequestId()

    @property
    def typed_amount(self) -> str:
        return amount_text(self.amount.data or "")

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        """What the service says of fields."""
        words: dict[str, Any] = {
            "above_computed": gettext("不能超过按规则计算的金额。要给更多，请用“规则之外”。"),
            "too_small": gettext("请填写大于0的金额。"),
            "not_an_amount": gettext("请填写金额，例如12.30。"),
            "not_less": gettext("和客户会得到的一样，请直接同意。"),
            "required": gettext("请填写这一项。"),
            "not_offered": gettext("现在不能提出这个方案，请另选一个。"),
        }
        for name, code in problems:
            field: Field = getattr(self, name, self.kind)
            field.errors = [*field.errors, FormProblem(code, words.get(code, gettext("请看过后重新填写。")))]


class ReopenForm(PolicyForm):
    """Why an application that a deadline closed goes on."""

    reason = TextField(_("给客户的说明"), id="reopen-reason", limit=LONGEST_REASON, rows=3, required=True)
    request_id = RequestId()


class OfferAnswerForm(PolicyForm):
    """Accept or decline, as shown."""

    answer = ReasonField(_("接受还是不接受"), kind="offer_answer")
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, *args: Any, shown: str = "") -> None:
        super().__init__(*args, offer=Offer(reasons=ANSWERS, shown=shown))
