"""Beyond policy: what is given and why, and a second person's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.given_reason import LONGEST_REASON
from portal.domain.orders.order import Units
from portal.domain.typed import amount_text
from portal.fields import FormProblem, PolicyForm, ReasonField, RequestId, TextField, UnitQuantities
from portal.words.lazy_text import lazy_text as _


class LateUnits(UnitQuantities):
    """Which goods come back after all; they count where that is what is given."""

    def pre_validate(self, form: BaseForm) -> None:
        if form["kind"].data == "late_return":
            super().pre_validate(form)


class GoodwillForm(PolicyForm):
    """`offer.reasons` are the kinds that can be given, its lines the goods that can come back."""

    kind = ReasonField(_("给客户什么"), kind="goodwill")
    amount = TextField(_("补偿的金额"), limit=20, inputmode="decimal")
    quantities = LateUnits(_("可以退的商品"))
    reason = TextField(_("为什么破例"), id="goodwill-reason", limit=LONGEST_REASON, rows=3, required=True)
    request_id = RequestId()

    def validate_amount(self, field: TextField) -> None:
        if self.kind.data == "amount" and not field.data:
            raise StopValidation(FormProblem("required", gettext("请填写补偿的金额。")))

    @property
    def units(self) -> Units:
        """Those chosen, in the order of the lines."""
        chosen = self.quantities.data
        return tuple(
            (limit.line_id, chosen[limit.line_id]) for limit in self.quantities.limits if chosen.get(limit.line_id)
        )

    @property
    def typed_amount(self) -> str:
        return amount_text(self.amount.data or "")

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        """What the service says of fields."""
        words: dict[str, Any] = {
            "above_room": gettext("超过了这笔订单还能退的钱。"),
            "too_small": gettext("请填写大于0的金额。"),
            "not_an_amount": gettext("请填写金额，例如12.30。"),
            "none_chosen": gettext("请至少选择一件商品。"),
            "in_window": gettext("这些商品按规则现在就可以申请退货，请客户直接申请，不用破例。"),
            "needs_payout": gettext("货到付款的钱没有原路可退，要先和客户确认收款方式。"),
        }
        for name, code in problems:
            field: Field = getattr(self, name, self.quantities)
            field.errors = [*field.errors, FormProblem(code, words.get(code, gettext("请看过后重新填写。")))]


class ProposalForm(PolicyForm):
    """A second person's answer; `offer.reasons` are those that can be given."""

    answer = ReasonField(_("审批结果"), kind="proposal")
    reason = TextField(_("不批准的原因"), id="proposal-reason", limit=LONGEST_REASON, rows=3)
    request_id = RequestId()

    def validate_reason(self, field: TextField) -> None:
        if self.answer.data == "decline" and not field.data:
            raise StopValidation(FormProblem("required", gettext("请告诉提出的同事为什么不批准。")))
