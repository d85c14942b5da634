"""What shops' platforms send: `POST /hooks/<shop>/woocommerce|shopify`, signed over the raw body."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.ports import BadWebhook
from portal.services.connectors.receive_webhook import receive_webhook
from portal.web.request.current import deps
from portal.web.security.csrf import csrf_exempt
from portal.web.security.guards import public

hooks = Blueprint("hooks", __name__, url_prefix="/hooks")


@hooks.post("/<shop_key>/<any(woocommerce, shopify):platform>")
@csrf_exempt
@public
def receive(shop_key: str, platform: str) -> ResponseReturnValue:
    """Answered at once; the work is a job's. Unsigned it is 401, to a shop that is not connected
    with it 404."""
    try:
        notice = receive_webhook(
            shop_key=shop_key, platform=platform, headers=dict(request.headers), body=request.get_data(), deps=deps()
        )
    except BadWebhook as refused:
        return {"error": str(refused)}, 401
    return {"result": "ignored" if notice.about == "nothing" else "queued"}, 200
