"""Static files, and a shop's colours."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.services.visits import get_shop
from portal.web.assets import send, send_asset
from portal.web.assets import theme as theme_of
from portal.web.current import deps
from portal.web.guards import public

assets = Blueprint("assets", __name__, url_prefix="/assets")


@assets.get("/<path:name>")
@public
def file(name: str) -> ResponseReturnValue:
    return send_asset(name)


@assets.get("/theme/<shop_key>.css")
@public
def theme(shop_key: str) -> ResponseReturnValue:
    found = theme_of(get_shop(key=shop_key, deps=deps()))
    return send(found, for_ever=request.args.get("v") == found.digest)
