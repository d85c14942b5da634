"""Acting in a customer's place: the code that the caller reads out, or what was asked when called back (S43)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask_babel import gettext
from wtforms import HiddenField

from portal.domain.identity.behalf import ANSWERS, CHANNELS, CONCERNS, QUESTIONS, Answer, Channel, Said
from portal.fields import FormProblem, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

LONGEST = 300


class FixedField(ReasonField):
    """One of codes that are always the same, whatever a decision offers."""

    def __init__(self, label: object = None, *, kind: str, codes: Sequence[str], **kwargs: object) -> None:
        super().__init__(label, kind=kind, **kwargs)
        self.fixed = tuple(codes)

    def take(self, offer: object) -> None:
        self.codes, self.is_needed = self.fixed, True


def _channel(**kwargs: object) -> FixedField:
    return FixedField(_("客户怎么联系的"), kind="channel", codes=CHANNELS, default="phone", **kwargs)


def _reason(**kwargs: object) -> FixedField:
    return FixedField(_("客户要办什么"), kind="concern", codes=CONCERNS, **kwargs)


class SaidForm(PolicyForm):
    """How the customer came, and what about."""

    channel, reason = _channel(), _reason()
    note = TextField(_("备注"), limit=LONGEST, rows=2)
    request_id = RequestId()

    def said(self) -> Said:
        return Said(channel=cast(Channel, self.channel.data), reason=str(self.reason.data), note=self.note.data or "")

    def refuse(self, problems: Sequence[tuple[str, str]]) -> None:
        """(field, reason) pairs of the service's Invalid."""
        for name, code in problems:
            problem = FormProblem(code, _sentence(code))
            if name in self:
                self[name].errors = [*self[name].errors, problem]
            else:
                self.form_errors.append(problem)


class ActWithCodeForm(SaidForm):
    """`to`: the way the code went."""

    to = HiddenField()
    code = TextField(_("客户读出的验证码"), limit=12, required=True, autocomplete="off", inputmode="numeric")


def _question(code: str) -> FixedField:
    return FixedField(code, kind="behalf_answer", codes=ANSWERS, default="not_asked")


class CallBackForm(SaidForm):
    """A field for each question, called as it is: not asked, right or wrong."""

    goods, amount, placed = _question("goods"), _question("amount"), _question("placed")
    method, recipient, region = _question("method"), _question("recipient"), _question("region")
    channel, reason = _channel(id="back-channel"), _reason(id="back-reason")
    note = TextField(_("备注"), id="back-note", limit=LONGEST, rows=2)

    def answers(self) -> dict[str, Answer]:
        return {name: cast(Answer, self[name].data) for name in QUESTIONS}


def _sentence(code: str) -> str:
    sentences: dict[str, str] = {
        "wrong": gettext("验证码不对或已过期，请客户再读一遍，或重新发送。"),
        "too_few": gettext("至少要答对两个问题，才能确认是本人。"),
        "label_only": gettext("收货人和地区写在面单上，别人也可能知道；请再问一个其他问题。"),
        "answered_wrong": gettext("有问题答错了，不能确认是本人，已记录。可以改用验证码核实。"),
        "unreachable": gettext("没有可以用的联系方式，不能这样核实。"),
    }
    return sentences[code]
