"""The forms of the staff: signing in, the answer to a cancel that waits, looking at somebody's details."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from flask_babel import gettext
from flask_wtf.form import _Auto
from wtforms.validators import StopValidation

from portal.domain.identity.passwords import LONGEST as LONGEST_PASSWORD
from portal.domain.typed import plain
from portal.fields import FormProblem, Offer, PlanDigest, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

YEARS = range(2000, 2101)
"""Outside of them a time is a slip of the pen, or a placeholder of another program."""
ANSWERS = ("stopped", "too_late")


class StaffSignInForm(PolicyForm):
    """A login and its password; the code is asked for on the next page."""

    login = TextField(_("工号"), limit=64, required=True, autocomplete="username")
    password = TextField(
        _("密码"), limit=LONGEST_PASSWORD, required=True, kind="password", autocomplete="current-password"
    )


class TotpForm(PolicyForm):
    """What the authenticator shows now."""

    code = TextField(_("动态验证码"), limit=12, required=True, autocomplete="one-time-code", inputmode="numeric")


class CompanyForm(PolicyForm):
    """The company account is known; `code` only where one is still asked for."""

    code = TextField(_("动态验证码"), limit=12, required=True, autocomplete="one-time-code", inputmode="numeric")

    def __init__(self, formdata: Any = _Auto, *, asked: str) -> None:
        super().__init__(formdata)
        if asked == "nothing":
            del self.code


class ActForm(PolicyForm):
    """A button that needs no field."""

    request_id = RequestId()


class UnmaskForm(PolicyForm):
    """Why somebody's details are wanted in clear."""

    reason = TextField(_("查看原因"), id="unmask-reason", limit=200, required=True)
    request_id = RequestId()


class LocalTime(TextField):
    """A `datetime-local` in the shop's zone; a script may send an offset. `at` is aware UTC, None while it is empty."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, limit=40, kind="datetime-local", **kwargs)
        self.at: datetime | None = None

    def read(self, zone: tzinfo) -> None:
        """Raises StopValidation for what is no time."""
        if not self.data:
            return
        try:
            typed = datetime.fromisoformat(plain(self.data))
            self.at = (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise StopValidation(FormProblem("not_a_time", gettext("请填写日期和时间。"))) from None
        if self.at.year not in YEARS:
            raise StopValidation(FormProblem("not_a_time", gettext("请填写日期和时间。")))


class HoldForm(PolicyForm):
    """The warehouse's answer: stopped, or too late and when the parcel left."""

    answer = ReasonField(_("包裹有没有拦下"), kind="hold")
    left_at = LocalTime(_("包裹寄出的时间"))
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, shown: str = "", zone: tzinfo, now: datetime) -> None:
        self.zone, self.now = zone, now
        super().__init__(formdata, offer=Offer(reasons=ANSWERS, shown=shown))

    def validate_left_at(self, field: LocalTime) -> None:
        field.read(self.zone)
        if self.answer.data != "too_late":
            return
        if field.at is None:
            raise StopValidation(FormProblem("required", gettext("请填写包裹寄出的时间。")))
        if field.at > self.now:
            raise StopValidation(FormProblem("future", gettext("寄出的时间不能晚于现在。")))
