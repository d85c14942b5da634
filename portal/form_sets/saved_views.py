"""The form that keeps what the queue is filtered by under a name."""

from __future__ import annotations

from flask_babel import gettext
from wtforms import HiddenField, StringField

from portal.domain.cases.saved_views import LONGEST_NAME, MOST
from portal.fields import FormProblem, PolicyForm, RequestId
from portal.words.lazy_text import lazy_text as _


class SavedViewForm(PolicyForm):
    """`name`; beside it the filters, as the address of the list says them."""

    name = StringField(_("视图的名称"), render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"})
    state = HiddenField()
    priority = HiddenField()
    assignee = HiddenField()
    q = HiddenField()
    order = HiddenField()
    request_id = RequestId()

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, reason) pairs of the service's Invalid."""
        sentences = {
            "required": gettext("请填写名称。"),
            "too_long": gettext("名称最多%(count)s个字。", count=LONGEST_NAME),
            "too_many": gettext("最多保存%(count)s个，请先移除不用的。", count=MOST),
        }
        for field, reason in problems:
            self[field].errors = [FormProblem(reason, sentences[reason])]
