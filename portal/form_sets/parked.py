"""What a person has found out about a parked refund."""

from __future__ import annotations

from flask_babel import gettext
from wtforms.validators import StopValidation

from portal.fields import FormProblem, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _


class ParkedForm(PolicyForm):
    """`offer.reasons` are what may have become of it; `reference` is needed where it has arrived."""

    outcome = ReasonField(_("查到的结果"), kind="parked")
    reference = TextField(
        _("退款流水号"),
        limit=64,
        autocomplete="off",
        description=_("已经退给客户的，填查到的流水号，客户可以凭它向银行查询。"),
    )
    request_id = RequestId()

    def validate_reference(self, field: TextField) -> None:
        if self.outcome.data == "arrived" and not field.data:
            raise StopValidation(FormProblem("required", gettext("请填写查到的退款流水号。")))
