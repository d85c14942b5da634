"""Mails from customers: noted on a case by staff."""

from __future__ import annotations

from portal.fields import PolicyForm, RequestId, TextField
from portal.words.lazy_text import lazy_text as _


class NoteMailForm(PolicyForm):
    """On which case its words are to stand."""

    case_no = TextField(_("申请编号"), limit=32, required=True, autocomplete="off")
    request_id = RequestId()
