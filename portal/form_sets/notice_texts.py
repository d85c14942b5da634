"""The form of a notice in the shop's own words, with the case it is tried on."""

from __future__ import annotations

from flask_babel import gettext

from portal.domain.messages.own_texts import LONGEST_BODY, LONGEST_SUBJECT, OwnText, unknown_fields
from portal.fields import FormProblem, PlanDigest, PolicyForm, RequestId, TextField
from portal.words.lazy_text import lazy_text as _


class NoticeTextForm(PolicyForm):
    """What the fields hold is judged by the domain alone. `shown`: the version that is changed."""

    subject = TextField(_("标题"), id="text-subject", limit=LONGEST_SUBJECT, autocomplete="off")
    body = TextField(_("正文"), id="text-body", limit=LONGEST_BODY, rows=8)
    case = TextField(_("用哪份售后单试看"), id="text-case", limit=32, autocomplete="off")
    shown = PlanDigest()
    request_id = RequestId()

    @property
    def typed(self) -> OwnText:
        return OwnText(self.subject.data or "", self.body.data or "")

    def refuse(self, problems: tuple[tuple[str, str], ...], kind: str) -> None:
        """(field, reason) pairs of the service's Invalid."""
        for field, reason in problems:
            self[field].errors = [FormProblem(reason, self._sentence(field, reason, kind))]

    def _sentence(self, field: str, reason: str, kind: str) -> str:
        unknown = "、".join(f"{{{name}}}" for name in unknown_fields(kind, self[field].data or ""))
        sentences = {
            "required": gettext("请填写%(label)s。", label=self[field].label.text),
            "unknown_field": gettext("没有这样的填空：%(fields)s。可以用的见下方。", fields=unknown),
            "no_case": gettext("这份售后单没有发过这种通知，请换一份。"),
            "braces": gettext("大括号里要写填空的名称，别处不能有大括号。"),
        }
        return str(sentences.get(reason) or gettext("内容太长了。"))


class OursAgainForm(PolicyForm):
    """The button that gives a notice our words back."""

    shown = PlanDigest()
    request_id = RequestId()
