"""What is said of who else has a case open, and of what they did meanwhile."""

from __future__ import annotations

from typing import Any

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, clock, coded, inner, plain, stamp
from portal.words.timeline import TIMELINE

WATCHERS = Table(
    {"now": _l("%(who)s正在看%(time)s"), "lately": _l("%(who)s%(time)s看过")},
    {"who": plain("login"), "time": clock("at", "seen")},
    code=lambda one: "now" if one.is_here else "lately",
)
_CHANGED = {
    "by": plain("by"),
    "writer": coded("who", "writer"),
    "who": coded("who", "who"),
    "time": stamp("at"),
    "what": inner(TIMELINE.find),
}


def _by_whom(entry: Any) -> str:
    """A colleague has a name, whoever writes is called as staff call them; the rest is the shop or its programs."""
    if entry.by and entry.who == "staff":
        return "by"
    return "writer" if entry.who in ("customer", "on_behalf") else ""


DESK_NEWS = Table(
    {
        "by": _l("刚才有更新：%(by)s在%(time)s%(what)s。"),
        "writer": _l("刚才有更新：%(writer)s在%(time)s%(what)s。"),
        "": _l("刚才有更新：%(who)s在%(time)s%(what)s。"),
    },
    _CHANGED,
    code=_by_whom,
)
LAST_CHANGES = Table(
    {
        "by": _l("最近一次变化：%(by)s在%(time)s%(what)s。"),
        "writer": _l("最近一次变化：%(writer)s在%(time)s%(what)s。"),
        "": _l("最近一次变化：%(who)s在%(time)s%(what)s。"),
    },
    _CHANGED,
    code=_by_whom,
)
