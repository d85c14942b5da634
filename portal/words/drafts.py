"""What is said of a draft: when it was written, and what became of it when it was saved."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, clock, stamp

DRAFTS = Table(
    {
        "changed": _l("您%(time)s写的草稿，之后这件申请有变化"),
        "": _l("您%(time)s写的草稿"),
    },
    {"time": stamp("saved_at", "drafted")},
    code=lambda draft: "changed" if draft.has_changed else "",
)
DRAFTS_SAVED = Table(
    {
        "saved": _l("已保存%(time)s"),
        "emptied": _l("没有草稿"),
        "sent": _l("已经发出，不再存草稿"),
    },
    {"time": clock("at", "drafted")},
    code=lambda saved: str(saved.what),
)
