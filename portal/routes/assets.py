"""Static files, and a shop's colours."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.services.identity.visits import get_shop
from portal.web.request.current import deps
from portal.web.security.guards import public
from portal.web.shell.assets import get_asset, send, send_asset
from portal.web.shell.assets import theme as theme_of

assets = Blueprint("assets", __name__, url_prefix="/assets")
embed_script = Blueprint("embed_script", __name__)


@assets.get("/<path:name>")
@public
def file(name: str) -> ResponseReturnValue:
    return send_asset(name)


@embed_script.get("/embed.js")
@public
def embed_js() -> ResponseReturnValue:
    """For pages of shops: the one file that other sites load from here."""
    response = send(get_asset("embed.js"), for_ever=False)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@assets.get("/theme/<shop_key>.css")
@public
def theme(shop_key: str) -> ResponseReturnValue:
    found = theme_of(get_shop(key=shop_key, deps=deps()))
    return send(found, for_ever=request.args.get("v") == found.digest)
