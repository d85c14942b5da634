"""撤回合同, by a customer and by anybody: who declares, how to reach them, of how much. No reason is asked (EU-12)."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from wtforms import ValidationError

from portal.domain.given_reason import LONGEST_REASON
from portal.domain.identity.logins import LONGEST
from portal.domain.orders.order import Units
from portal.domain.typed import plain
from portal.domain.withdrawing.declaration import Typed
from portal.fields import FormProblem, PlanDigest, PolicyForm, RequestId, TextField, UnitQuantities
from portal.words.lazy_text import lazy_text as _

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}\Z")


def check_contact(field: Any) -> None:
    """Raises ValidationError for what can be neither a mail address nor a phone."""
    typed = plain(field.data or "")
    if not (_MAIL.match(typed) or _PHONE.match(typed)):
        raise ValidationError(FormProblem("contact", gettext("请填写邮箱，或能联系到的手机号。")))


class DeclareForm(PolicyForm):
    """撤回合同 for anybody: who declares, from which contract, how they are reached. No reason is asked (EU-12)."""

    name = TextField(_("姓名"), limit=60, required=True, autocomplete="name")
    order_no = TextField(_("订单号"), limit=64, required=True, autocomplete="off")
    contact = TextField(
        _("邮箱或手机号"), limit=LONGEST, required=True, description=_("请填下单时留的，这样马上就能对上订单。")
    )
    lines = TextField(
        _("撤回哪些商品"), limit=1000, rows=3, description=_("不填就是整笔订单。每行一种，可以写数量，如：羽绒服×1。")
    )
    request_id = RequestId()

    def validate_contact(self, field: Any) -> None:
        check_contact(field)

    @property
    def said(self) -> Typed:
        return Typed(
            name=self.name.data, order_no=self.order_no.data, contact=self.contact.data, lines=self.lines.data or ""
        )


class ConfirmDeclarationForm(DeclareForm):
    """The same once more under its summary: `shown` is the digest of what is summarised, and is sent with it."""

    shown = PlanDigest()

    def validate_shown(self, field: Any) -> None:
        if field.data != field.current:
            raise ValidationError(FormProblem("shown", gettext("内容和刚才显示的不一样，请看过再确认。")))


class MatchForm(PolicyForm):
    """Which order a declaration is about, and which goods of it, as staff read what was declared."""

    order_no = TextField(_("订单号"), id="match-order_no", limit=64, required=True, autocomplete="off")
    lines = TextField(
        _("撤回哪些商品"),
        id="match-lines",
        limit=1000,
        rows=3,
        description=_("商品名、编号或行号，每行一种；不填就是整笔订单。"),
    )
    request_id = RequestId()


class CloseDeclarationForm(PolicyForm):
    """Why no order of the shop is meant, or how it was settled."""

    reason = TextField(_("结束原因"), id="close-reason", limit=LONGEST_REASON, rows=2, required=True)
    request_id = RequestId()


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
        check_contact(field)

    @property
    def units(self) -> Units:
        """As chosen, in the order of the form; empty where nothing was chosen line by line."""
        if not self.quantities.is_sent:
            return ()
        lines = [limit.line_id for limit in self.quantities.limits]
        return tuple((line_id, self.quantities.data[line_id]) for line_id in lines if line_id in self.quantities.data)
