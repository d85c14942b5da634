"""What only a frame has: the hand-off, the cookie check, the way to a tab; and the tabs that a frame opens.

The pages themselves are those of `shop`, registered once more below /embed/<shop_key>.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Blueprint

from portal.web.request.current import visit

frame = Blueprint("frame", __name__, url_prefix="/embed/<shop_key>")
tabs = Blueprint("tabs", __name__)


@frame.url_value_preprocessor
def take_shop_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values:
        values.pop("shop_key", None)


@frame.before_request
def find_visit() -> None:
    visit()


for name in ("start", "open_tab", "slip", "case_record", "evidence", "pay"):
    import_module(f"{__name__}.{name}")
