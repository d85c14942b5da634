"""申诉: why the answer is not accepted, and what shows it."""

from __future__ import annotations

from portal.evidence_fields import EvidenceField
from portal.fields import PolicyForm, RequestId, TextField
from portal.form_sets.messages import LONGEST_MESSAGE
from portal.words.lazy_text import lazy_text as _


class AppealForm(PolicyForm):
    """To whoever decides next, who has not seen the case before."""

    body = TextField(_("申诉理由"), limit=LONGEST_MESSAGE, rows=5, required=True)
    evidence = EvidenceField(_("上传凭证"))
    request_id = RequestId()
