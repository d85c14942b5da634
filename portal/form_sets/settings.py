"""The form around a section of settings: its fields are drawn from the section, this is what every section has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_wtf.form import _Auto

from portal.fields import FormProblem, Offer, PlanDigest, PolicyForm, RequestId, TextField
from portal.words.lazy_text import lazy_text as _


class SectionForm(PolicyForm):
    """`code` is needed only where something guarded changes, so an empty one is sent on."""

    code = TextField(
        _("动态验证码"),
        id="section-code",
        limit=12,
        autocomplete="one-time-code",
        inputmode="numeric",
        description=_("改动地址、链接、金额、发件人或登录方式时要填：验证器里当前的6位数字，用过的要等下一个。"),
    )
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, shown: str = "") -> None:
        super().__init__(formdata, offer=Offer(shown=shown))
        self.at_fields: list[tuple[str, FormProblem]] = []

    def refuse_code(self) -> None:
        """Something guarded changes, and this is no code of now."""
        told = gettext("这次改动要填写动态验证码；不正确或已经用过的，请等下一个。")
        self.code.errors = [FormProblem("wrong", told)]

    def refuse_fields(self, problems: Mapping[str, tuple[str, str]]) -> None:
        """(code, sentence) by the id of a control; "": of a value that is set on another page."""
        for place, (code, text) in problems.items():
            if place:
                self.at_fields.append((place, FormProblem(code, text)))
            else:
                self.form_errors.append(FormProblem(code, text))

    @property
    def errors(self) -> dict[Any, Any]:
        found: dict[Any, Any] = dict(super().errors)
        return found | ({"settings": self.at_fields} if self.at_fields else {})

    @property
    def problems(self) -> list[tuple[str, Any]]:
        return [*self.at_fields, *super().problems]
