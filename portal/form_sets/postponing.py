"""延后发货: the day by which the customer wants to be shipped to, and why."""

from __future__ import annotations

from datetime import date as Day
from typing import Any

from flask_babel import gettext
from wtforms.validators import StopValidation

from portal.domain.typed import plain
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.words.lazy_text import lazy_text as _


class LaterForm(PolicyForm):
    """`first` to `last` may be chosen, both included. `revoke` takes back what was agreed, and asks for no day."""

    date = TextField(_("最晚哪天发货"), limit=10, kind="date")
    note = TextField(_("补充说明"), limit=200, rows=2)
    revoke = TextField(limit=3)
    request_id = RequestId()

    def __init__(self, *, first: Day, last: Day, **kwargs: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**kwargs)

    @property
    def is_revoked(self) -> bool:
        return bool(self.revoke.data)

    @property
    def day(self) -> Day | None:
        """None where it is taken back. Of a valid form."""
        return None if self.is_revoked else self._read()

    def _read(self) -> Day | None:
        try:
            return Day.fromisoformat(plain(self.date.data or ""))
        except ValueError:
            return None

    def validate_date(self, field: Any) -> None:
        if self.is_revoked:
            return
        if not field.data:
            raise StopValidation(FormProblem("required", gettext("请选择日期。")))
        day = self._read()
        if day is None:
            raise StopValidation(FormProblem("not_a_date", gettext("请填写日期，例如2026-12-05。")))
        if not self.first <= day <= self.last:
            raise StopValidation(FormProblem("out_of_range", gettext("请选择下面写明的日期。")))
