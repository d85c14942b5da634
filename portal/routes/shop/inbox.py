"""请确认来信: by the link that went to the sender. Looking changes nothing, since programs follow links (T32)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.forms import ActForm
from portal.pages.shop.inbox import mail_page
from portal.routes.shop import shop
from portal.services.inbox.confirm_mail import confirm_mail
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import acting_as, deps
from portal.web.security.guards import public
from portal.web.security.limits import few_tries


@shop.route("/mail/<public_id>", methods=["GET", "POST"])
@public
@few_tries
@idempotent
def mail(public_id: str) -> ResponseReturnValue:
    """The button confirms it, once."""
    form = ActForm()
    if form.validate_on_submit():
        return follow(confirm_mail(public_id=public_id[:26], actor=acting_as(), request_id=sent(), deps=deps()))
    page = mail_page(public_id=public_id[:26], deps=deps())
    whole, part = "pages/shop/mail.html", "fragments/shop/mail.html"
    return respond(whole, part, page=page, form=form, status=422 if form.errors else 200)
