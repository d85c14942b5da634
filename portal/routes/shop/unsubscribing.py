"""不再接收这类邮件: from the mail itself. Looking at the address changes nothing, since programs follow links (T32)."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.shop.unsubscribing import UnsubscribePage
from portal.routes.shop import shop
from portal.services.messages.unsubscribe import read_subscription, unsubscribe
from portal.web.answers.respond import respond
from portal.web.request.current import deps
from portal.web.security.csrf import csrf_exempt
from portal.web.security.guards import public


@shop.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
@csrf_exempt
def unsubscribing(token: str) -> ResponseReturnValue:
    """Posted to by our page, or by the reader's mail provider, which has no form of ours: the token alone says what."""
    is_done = request.method == "POST"
    act = unsubscribe if is_done else read_subscription
    page = UnsubscribePage(group=act(token=token, deps=deps()).group, is_done=is_done, token=token)
    return respond("pages/shop/unsubscribing.html", "pages/shop/unsubscribing.html", page=page)
