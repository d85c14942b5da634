"""What is written on a case, by either side."""

from __future__ import annotations

from portal.evidence_fields import EvidenceField
from portal.fields import PolicyForm, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

LONGEST_MESSAGE = 1000


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
