"""The shop's answer to an application, and the question that comes before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.cancelling.reasons import STAFF_REFUSING
from portal.domain.given_reason import LONGEST_REASON
from portal.domain.orders.order import Units
from portal.domain.typed import amount_text
from portal.fields import (
    FormProblem,
    Offer,
    PlanDigest,
    PolicyForm,
    ReasonField,
    RequestId,
    TextField,
    UnitQuantities,
)
from portal.form_sets.messages import LONGEST_MESSAGE
from portal.words.lazy_text import lazy_text as _

DECISIONS = ("accept", "partly", "refuse")


class GrantedUnits(UnitQuantities):
    """How many of what is asked for are granted; they count where a part is."""

    def pre_validate(self, form: BaseForm) -> None:
        if form["decision"].data == "partly":
            super().pre_validate(form)


class RefusalCode(ReasonField):
    """Why not, as a code, one of those that apply; the words are the field below. An appeal has none."""

    def take(self, offer: Offer) -> None:
        self.codes, self.is_needed = tuple(offer.refusing or STAFF_REFUSING), False

    def pre_validate(self, form: BaseForm) -> None:
        self.is_needed = form["decision"].data == "refuse" and getattr(form, "needs_code", False)
        super().pre_validate(form)
        self.is_needed = False


class DecideForm(PolicyForm):
    """Yes, partly or no. `offer.reasons` are the answers that can be given, its lines what is asked for."""

    decision = ReasonField(_("怎么答复"), kind="decision")
    quantities = GrantedUnits(_("同意的数量"))
    amount = TextField(
        _("同意的金额"), limit=20, inputmode="decimal", description=_("不填就按同意的数量计算，只能少填。")
    )
    reason_code = RefusalCode(_("不同意的原因"), kind="refusing")
    reason = TextField(_("给客户的说明"), id="decide-reason", limit=LONGEST_REASON, rows=3)
    shown = PlanDigest()
    request_id = RequestId()
    needs_code = False

    def validate_reason(self, field: TextField) -> None:
        if self.decision.data in ("partly", "refuse") and not field.data:
            raise StopValidation(FormProblem("required", gettext("部分同意或不同意时，请告诉客户为什么。")))

    @property
    def units(self) -> Units:
        """Those granted, in the order of the lines; empty where the form did not ask for quantities."""
        chosen = self.quantities.data if self.quantities.is_sent else {}
        lines = (limit.line_id for limit in self.quantities.limits)
        return tuple((line_id, chosen[line_id]) for line_id in lines if line_id in chosen)

    @property
    def typed_amount(self) -> str:
        return amount_text(self.amount.data or "")

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        """What the service says of fields."""
        words: dict[str, Any] = {
            "above_computed": gettext("不能超过计算出的金额。"),
            "too_small": gettext("请填写大于0的金额。"),
            "not_an_amount": gettext("请填写金额，例如12.30。"),
            "not_less": gettext("和全部同意一样。要全部同意，请选“同意”。"),
            "needs_payout": gettext("货到付款的钱没有原路可退，要先和客户确认收款方式。"),
        }
        for name, code in problems:
            field: Field = getattr(self, name, self.quantities)
            field.errors = [*field.errors, FormProblem(code, words.get(code, gettext("请看过后重新填写。")))]


class AskForm(PolicyForm):
    """What the shop still wants to know."""

    body = TextField(_("要客户补充什么"), id="ask-body", limit=LONGEST_MESSAGE, rows=3, required=True)
    request_id = RequestId()
