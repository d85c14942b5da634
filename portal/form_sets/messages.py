"""What is written on a case, by either side."""

from __future__ import annotations

from flask_babel import gettext

from portal.evidence_fields import EvidenceField
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

LONGEST_MESSAGE = 1000


def draft_too_long() -> FormProblem:
    """What is wrong with a text that is not kept as a draft."""
    return FormProblem("too_long", gettext("太长了，没有存为草稿。请缩短后再试。"))


class MessageForm(PolicyForm):
    """To the other side. The id says what it is, since a page may have two such boxes."""

    body = TextField(_("留言"), id="message-body", limit=LONGEST_MESSAGE, rows=4, required=True)
    evidence = EvidenceField(_("附件"), id="message-evidence")
    request_id = RequestId()


class QuestionForm(PolicyForm):
    """About an order, without a claim."""

    body = TextField(_("您的问题"), id="question-body", limit=LONGEST_MESSAGE, rows=4, required=True)
    evidence = EvidenceField(_("附件"), id="question-evidence")
    request_id = RequestId()


class NoteForm(PolicyForm):
    """For colleagues only."""

    body = TextField(
        _("内部备注"),
        id="note-body",
        limit=LONGEST_MESSAGE,
        rows=3,
        required=True,
        description=_("写@和同事的登录名，就会邮件告诉这位同事。"),
    )
    evidence = EvidenceField(_("备注的附件"), id="note-evidence")
    request_id = RequestId()
