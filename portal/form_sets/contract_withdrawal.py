"""在此撤回合同: who declares, how they are reached, and of how much. No reason is asked (EU-12)."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from wtforms import ValidationError

from portal.domain.identity.logins import LONGEST
from portal.domain.orders.order import Units
from portal.fields import FormProblem, PlanDigest, PolicyForm, RequestId, TextField, UnitQuantities
from portal.words.lazy_text import lazy_text as _

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}\Z")


class ContractForm(PolicyForm):
    """Filled in for a signed-in customer (EU-10); no quantities = everything that can be withdrawn from."""

    name = TextField(_("姓名"), limit=60, required=True, autocomplete="name")
    contact = TextField(
        _("邮箱或手机号"),
        limit=LONGEST,
        required=True,
        description=_("回执会发到这里。"),
    )
    quantities = UnitQuantities(_("撤回的数量"))
    shown = PlanDigest()
    request_id = RequestId()

    def validate_contact(self, field: Any) -> None:
        if not (_MAIL.match(field.data or "") or _PHONE.match(field.data or "")):
            raise ValidationError(FormProblem("contact", gettext("请填写邮箱，或能联系到的手机号。")))

    @property
    def units(self) -> Units:
        """As chosen, in the order of the form; empty where nothing was chosen line by line."""
        if not self.quantities.is_sent:
            return ()
        lines = [limit.line_id for limit in self.quantities.limits]
        return tuple((line_id, self.quantities.data[line_id]) for line_id in lines if line_id in self.quantities.data)
