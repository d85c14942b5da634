"""Carriers by the names people know: orders hold their codes, the shop's settings say what they are called."""

from __future__ import annotations

from flask import Flask

from portal.web.request.current import current_locale, known_visit


def carrier(code: str) -> str:
    """`顺丰速运` for `SF`; the code itself where the shop does not name it."""
    shop = known_visit().shop
    return shop.settings.carrier_name(code, current_locale()) if shop else code


def init_app(app: Flask) -> None:
    app.jinja_env.filters["carrier"] = carrier
