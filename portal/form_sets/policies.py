"""The forms of a shop's next policy. The fields of its pack are read by `domain.policy.typed_fields`: they are as many
as the pack has."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from flask_babel import gettext
from flask_wtf.form import _Auto
from wtforms import FileField, HiddenField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.given_reason import LONGEST_REASON
from portal.domain.policy.drafts import DAYS, LONGEST_TEXT, USUAL_DAYS
from portal.domain.typed import typed_count
from portal.fields import FormProblem, Offer, PolicyForm, ReasonField, RequestId, TextField
from portal.form_sets.shops import FixedChoice
from portal.form_sets.staff import LocalTime
from portal.words.lazy_text import lazy_text as _


class Number(HiddenField):
    """What the page was made of: a revision of the draft, or a proposal. `number` is 0 where nothing good was sent."""

    @property
    def number(self) -> int:
        return typed_count(str(self.data or "")) or 0

    def pre_validate(self, form: BaseForm) -> None:
        if not self.number:
            raise StopValidation(FormProblem("incomplete", gettext("这个表单不完整，请刷新页面再提交。")))


class DraftForm(PolicyForm):
    """Any change of the draft; `revision` is the one that was shown."""

    revision = Number()
    request_id = RequestId()


class PackTextForm(DraftForm):
    """A whole file, typed or chosen; a file that is chosen counts."""

    text = TextField(_("TOML文本"), id="pack-text", limit=LONGEST_TEXT, rows=18)
    file = FileField(_("或选择一个TOML文件"), id="pack-file")

    def whole(self) -> str | None:
        """None where the file is not UTF-8."""
        chosen: Any = self.file.data
        if not getattr(chosen, "filename", ""):
            return self.text.data or ""
        try:
            return str(chosen.read(4 * LONGEST_TEXT).decode("utf-8-sig"))
        except UnicodeDecodeError:
            return None


class SimulateForm(DraftForm):
    """How far back past cases are looked at."""

    days = FixedChoice(
        _("最近多少天的申请"), choices=tuple(str(days) for days in DAYS), kind="days", default=str(USUAL_DAYS)
    )


class ProposeForm(DraftForm):
    """When it is to start, nothing for at once; and why it is changed."""

    starts_at = LocalTime(_("从什么时候开始"), description=_("不填就在批准时马上开始。"))
    reason = TextField(_("为什么改"), id="propose-reason", limit=LONGEST_REASON, rows=2)

    def __init__(self, formdata: Any = _Auto, *, zone: tzinfo, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(formdata, **kwargs)

    @property
    def at(self) -> datetime | None:
        found: datetime | None = self.starts_at.at
        return found

    def validate_starts_at(self, field: LocalTime) -> None:
        field.read(self.zone)

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """What the service says of fields."""
        sentences = {
            "past": gettext("请选择现在以后的时间，或者不填。"),
            "too_far": gettext("最远一年以后。"),
            "too_long": gettext("请看过后重新填写。"),
        }
        for name, code in problems:
            self[name].errors = [FormProblem(code, sentences[code])]


class PolicyAnswerForm(PolicyForm):
    """A second person's answer to the proposal that was shown."""

    proposal = Number()
    answer = ReasonField(_("审批结果"), kind="proposal")
    reason = TextField(_("不批准的原因"), id="policy-reason", limit=LONGEST_REASON, rows=2)
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, **kwargs: Any) -> None:
        super().__init__(formdata, offer=Offer(reasons=("approve", "decline")), **kwargs)

    def validate_reason(self, field: TextField) -> None:
        if self.answer.data == "decline" and not field.data:
            raise StopValidation(FormProblem("required", gettext("请告诉提出的同事为什么不批准。")))


class PolicyTakeBackForm(PolicyForm):
    """That a proposal is no longer wanted."""

    proposal = Number()
    request_id = RequestId()
