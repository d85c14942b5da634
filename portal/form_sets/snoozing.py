"""The form that puts a case off until later."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from flask_babel import gettext
from flask_wtf.form import _Auto
from wtforms.validators import StopValidation

from portal.fields import FormProblem, PolicyForm, RequestId
from portal.form_sets.staff import LocalTime
from portal.words.lazy_text import lazy_text as _


class SnoozeForm(PolicyForm):
    """`until`: when the queue has the case again, in the shop's zone. `proposed`: what stands there at first."""

    until = LocalTime(_("到什么时候"), required=True)
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, zone: tzinfo, proposed: datetime | None = None) -> None:
        self.zone = zone
        said = {"until": f"{proposed.astimezone(zone):%Y-%m-%dT%H:%M}"} if proposed else None
        super().__init__(formdata, data=said)

    def validate_until(self, field: LocalTime) -> None:
        field.read(self.zone)
        if field.at is None:
            raise StopValidation(_problem("required"))

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, reason) pairs of the service's Invalid."""
        for field, reason in problems:
            self[field].errors = [_problem(reason)]


def _problem(reason: str) -> FormProblem:
    sentences = {
        "required": gettext("请填写日期和时间。"),
        "past": gettext("请选择至少5分钟以后的时间。"),
        "past_deadline": gettext("不能晚于答复的期限。"),
        "too_long": gettext("最多30天。"),
    }
    return FormProblem(reason, sentences[reason])
