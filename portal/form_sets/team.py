"""The forms of a team: inviting, joining, what somebody may do, and one's own account."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from flask_babel import gettext
from flask_wtf.form import _Auto
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import StopValidation

from portal.domain.identity.access import ROLES
from portal.domain.identity.passwords import LONGEST, SHORTEST
from portal.domain.typed import plain
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.form_sets.shops import FixedChoice, fresh_code
from portal.words.lazy_text import lazy_text as _

Choices = tuple[tuple[str, str], ...]
LONGEST_AWAY = timedelta(days=366)


class RefusableForm(PolicyForm):
    """A form whose service may find something wrong that the form itself cannot know."""

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, reason) pairs of the service's Invalid."""
        for field, reason in problems:
            self[field].errors = [member_problem(field, reason)]


class Shops(SelectMultipleField):
    """Which of the shops one may enter oneself; the template draws a box for each, and none where there is but one."""

    data: list[str]  # of a valid form

    def take_choices(self, shops: Choices) -> None:
        self.choices, self.keys = list(shops), {key for key, _name in shops}
        if len(shops) == 1:
            self.data = [shops[0][0]]

    def pre_validate(self, form: Any) -> None:
        if not self.data or not self.keys.issuperset(self.data):
            raise StopValidation(FormProblem("required", gettext("请至少选一个店铺。")))


class MemberForm(RefusableForm):
    """Role and shops."""

    role = FixedChoice(_("岗位"), choices=ROLES, kind="role", default="agent")
    shops = Shops(_("可以进入的店铺"))
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, shop_choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.shops.take_choices(shop_choices)


class InviteForm(MemberForm):
    """A new colleague: the link that lets them in is shown to who invites."""

    login = TextField(_("工号"), limit=64, required=True, description=_("登录时填写的名字，以后不能改。"))
    mail = TextField(
        _("邮箱"), limit=254, kind="email", autocomplete="off", description=_("有新申请、催办或留言时通知。")
    )
    code = fresh_code("invite-code")

    def validate_mail(self, field: TextField) -> None:
        mail = field.data or ""
        if mail and (mail.count("@") != 1 or not mail.isprintable() or " " in mail or mail.strip("@") != mail):
            raise StopValidation(FormProblem("mail", gettext("请填写完整的邮箱地址，例如li@shop.example。")))


class AwayForm(RefusableForm):
    """Until when somebody is away, and who has their cases meanwhile; no date: they are here."""

    until = TextField(_("回来的日期"), limit=10, required=True, kind="date")
    to = SelectField(_("手上的申请交给"), default="")
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, colleagues: tuple[str, ...], zone: tzinfo, now: datetime) -> None:
        self.zone, self.now, self.at = zone, now, None
        super().__init__(formdata)
        self.to.choices = [("", gettext("放回队列，谁都可以认领")), *((login, login) for login in colleagues)]

    at: datetime | None

    def validate_until(self, field: TextField) -> None:
        """The morning of that day, in the shop's zone."""
        try:
            day = date.fromisoformat(plain(field.data or ""))
            at = datetime.combine(day, time(), self.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise StopValidation(FormProblem("not_a_date", gettext("请选择日期。"))) from None
        if not self.now < at <= self.now + LONGEST_AWAY:
            raise StopValidation(FormProblem("not_ahead", gettext("请选择明天到一年以内的日期。")))
        self.at = at


class ResetForm(RefusableForm):
    """A new link in place of lost credentials."""

    code = fresh_code("reset-code")
    request_id = RequestId()


class JoinForm(RefusableForm):
    """One's own password, and what the authenticator shows once it has read the code on the page."""

    password = TextField(
        _("密码"),
        limit=LONGEST,
        required=True,
        kind="password",
        autocomplete="new-password",
        description=_("至少8个字符，不能和工号相同。"),
    )
    code = TextField(_("动态验证码"), limit=12, required=True, autocomplete="one-time-code", inputmode="numeric")


class OwnPasswordForm(RefusableForm):
    """A new password in place of the old."""

    old_password = TextField(
        _("现在的密码"), limit=LONGEST, required=True, kind="password", autocomplete="current-password"
    )
    password = TextField(
        _("新密码"),
        limit=LONGEST,
        required=True,
        kind="password",
        autocomplete="new-password",
        description=_("至少8个字符，不能和工号相同。"),
    )


class RecoveryForm(RefusableForm):
    """New recovery codes in place of all there were."""

    code = fresh_code("recovery-code")


def member_problem(field: str, reason: str) -> FormProblem:
    """What a service of the team, or of one's own account, found wrong."""
    words = {
        "taken": gettext("这个工号已经有人用了，请换一个。"),
        "not_granted": gettext("只能选您自己可以进入的店铺。"),
        "self": gettext("不能改自己的岗位或店铺，请另一位管理员来改。"),
        "last_admin": gettext("店铺至少要有一位能登录的管理员，请先让另一位成为管理员。"),
        "unknown": gettext("请选一位能处理申请的同事。"),
        "too_short": gettext("密码至少%(count)d个字符，请换一个长一些的。", count=SHORTEST),
        "too_long": gettext("密码最多%(count)d个字符，请换一个短一些的。", count=LONGEST),
        "is_login": gettext("密码不能和工号相同，请换一个。"),
        "common": gettext("这个密码很容易被猜到，请换一个。"),
    }
    wrong = {
        "code": gettext("动态验证码不正确或已经用过，请等下一个再填写。"),
        "old_password": gettext("现在的密码不正确，请重新填写。"),
    }
    return FormProblem(reason, words.get(reason) or wrong.get(field) or gettext("请选择一项。"))
