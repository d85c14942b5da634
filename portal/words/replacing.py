"""What the shop sends for a case: 补寄, 换货 and what was repaired (P9, P20)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, stamp

REPLACEMENT_TITLES = Table(
    {"reship": _l("补寄的商品"), "repair": _l("修好的商品"), "": _l("换的商品")}, {}, code=attrgetter("kind")
)
REPLACEMENTS = Table(
    {
        "": (_l("%(shipped)s寄出，%(delivered)s送到。"), _l("%(shipped)s寄出。"), _l("还没有寄出。")),
    },
    {"shipped": stamp("shipped_at", "shipped"), "delivered": stamp("delivered_at", "delivered")},
    code=attrgetter("kind"),
)
"""How far the parcel is."""
