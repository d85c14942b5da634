"""A shop's colours. All other static files are served before the application (portal.web.shell.assets)."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.services.identity.visits import get_shop
from portal.web.request.current import deps
from portal.web.security.guards import public
from portal.web.shell.assets import send_theme

assets = Blueprint("assets", __name__, url_prefix="/assets")


@assets.get("/theme/<shop_key>.css")
@public
def theme(shop_key: str) -> ResponseReturnValue:
    return send_theme(get_shop(key=shop_key, deps=deps()))
