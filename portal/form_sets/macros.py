"""The form of a macro, with the case it is tried on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask_babel import gettext
from flask_wtf.form import _Auto
from wtforms import SelectField

from portal.domain.cancelling.reasons import STAFF_REFUSING
from portal.domain.given_reason import LONGEST_REASON
from portal.domain.macros.macro import LONGEST_NAME, LONGEST_TEXT, MOST, Into, MacroText, Owner
from portal.domain.macros.macro import unknown_fields as unknown_in
from portal.fields import FormProblem, PlanDigest, PolicyForm, RequestId, TextField
from portal.words.codes import FAMILIES
from portal.words.lazy_text import lazy_text as _
from portal.words.macros import INTOS, MACRO_DECISIONS, OWNERS, SNOOZES


class MacroForm(PolicyForm):
    """`macro`: which is changed, "" for a new one. What the fields hold is judged by the domain alone."""

    name = TextField(_("名称"), id="macro-name", limit=LONGEST_NAME, required=True, autocomplete="off")
    owner = SelectField(_("给谁用"), validate_choice=False)
    into = SelectField(_("内容放在哪里"), validate_choice=False)
    text = TextField(_("内容"), id="macro-text", limit=LONGEST_TEXT, rows=6, required=True)
    decision = SelectField(_("同时选好答复"), validate_choice=False)
    reason_code = SelectField(_("不同意的原因"), validate_choice=False)
    snooze_hours = SelectField(_("同时放到稍后"), validate_choice=False)
    case = TextField(_("用哪份售后单试填"), id="macro-case", limit=32, autocomplete="off")
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, owners: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        for field, words in ((self.into, INTOS), (self.decision, MACRO_DECISIONS), (self.snooze_hours, SNOOZES)):
            field.choices = _choices(words, tuple(words))
        self.owner.choices = _choices(OWNERS, owners)
        self.reason_code.choices = [("", str(_("不选"))), *_choices(FAMILIES["refusing_reason"], STAFF_REFUSING)]

    @property
    def typed(self) -> MacroText:
        hours = self.snooze_hours.data or "0"
        return MacroText(
            owner=cast("Owner", self.owner.data or "own"),
            name=self.name.data or "",
            text=self.text.data or "",
            into=cast("Into", self.into.data or "message"),
            decision=self.decision.data or "",
            reason_code=self.reason_code.data or "",
            snooze_hours=int(hours) if hours in SNOOZES else -1,
        )

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, reason) pairs of the service's Invalid."""
        for field, reason in problems:
            self[field].errors = [FormProblem(reason, self._sentence(field, reason))]

    def _sentence(self, field: str, reason: str) -> str:
        unknown = "、".join(f"{{{name}}}" for name in unknown_in(self.text.data or ""))
        sentences = {
            "required": gettext("请填写%(label)s。", label=self[field].label.text),
            "too_long": gettext("答复和方案的说明最多%(count)s个字。", count=LONGEST_REASON),
            "taken": gettext("已经有一条同名的，请换一个名称。"),
            "too_many": gettext("最多保存%(count)s个，请先移除不用的。", count=MOST),
            "unknown_field": gettext("没有这样的填空：%(fields)s。可以用的见下方。", fields=unknown),
            "another_answer": gettext("请客户补充和另提方案本身就是一种答复，不能再选答复。"),
            "not_refused": gettext("选“不同意”时才有原因。"),
            "no_case": gettext("没有这个售后单号。"),
        }
        return str(sentences.get(reason) or gettext("请选择一项。"))


def _choices(words: Mapping[str, object], codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, str(words[code])) for code in codes]
