"""上门取件: when the courier comes, and to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms.validators import StopValidation

from portal.fields import FormProblem, Offer, PlanDigest, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}\Z", re.ASCII)


class PickupForm(PolicyForm):
    """`slots`: codes of the times on offer."""

    slot = ReasonField(_("取件时间"), kind="slot")
    name = TextField(_("联系人"), limit=60, required=True, autocomplete="name")
    phone = TextField(_("手机号"), limit=32, required=True, kind="tel", autocomplete="tel")
    address = TextField(_("取件地址"), limit=300, required=True, autocomplete="street-address")
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, *, slots: Sequence[str], shown: str, **kwargs: Any) -> None:
        super().__init__(offer=Offer(reasons=slots, shown=shown), **kwargs)

    def validate_phone(self, field: Any) -> None:
        if not _PHONE.match(field.data or ""):
            raise StopValidation(FormProblem("phone", gettext("请填写能联系到的电话，只用数字、空格和加号。")))


class PickupOffForm(PolicyForm):
    """`revoke` calls the courier off."""

    revoke = TextField(limit=3)
    request_id = RequestId()

    @property
    def is_revoked(self) -> bool:
        return bool(self.revoke.data)
