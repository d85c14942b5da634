"""Another way for a refund: where to, with whose consent; the second person's answer; what it was paid under."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from wtforms import Field
from wtforms.validators import StopValidation

from portal.domain.given_reason import LONGEST_REASON
from portal.fields import FormProblem, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _


class TransferForm(PolicyForm):
    """`offer.reasons` are the ways there are."""

    way = ReasonField(_("付到哪里"), kind="transfer")
    name = TextField(_("收款人姓名"), limit=100, required=True, autocomplete="off")
    account = TextField(_("收款账号"), limit=80, required=True, autocomplete="off")
    consent = TextField(_("客户怎么同意的"), limit=LONGEST_REASON, rows=2, required=True)
    request_id = RequestId()

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        """What the service says of fields."""
        for name, code in problems:
            field: Field = self[name]
            field.errors = [*field.errors, FormProblem(code, gettext("请看过后重新填写。"))]


class TransferAnswerForm(PolicyForm):
    """A second person's answer."""

    answer = ReasonField(_("审批结果"), kind="proposal")
    reason = TextField(_("不批准的原因"), id="transfer-reason", limit=LONGEST_REASON, rows=2)
    request_id = RequestId()

    def validate_reason(self, field: TextField) -> None:
        if self.answer.data == "decline" and not field.data:
            raise StopValidation(FormProblem("required", gettext("请告诉提出的同事为什么不批准。")))


class TransferPaidForm(PolicyForm):
    """What the money can be found by."""

    reference = TextField(_("转账编号"), limit=64, required=True, autocomplete="off")
    request_id = RequestId()
