"""解决了吗: yes or no, and words that nobody has to write."""

from __future__ import annotations

from typing import Any

from portal.fields import Offer, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

LONGEST_SOLVED_NOTE = 500


class SolvedForm(PolicyForm):
    """Of a closed case."""

    answer = ReasonField(_("有没有解决"), kind="solved")
    note = TextField(_("想说的话"), id="solved-note", limit=LONGEST_SOLVED_NOTE, rows=3)
    request_id = RequestId()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, offer=Offer(reasons=("yes", "no")), **values)
