"""事件推送: a shop's endpoints, and one of them with what was sent to it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.forms import ActForm, WebhookForm, WebhookReplayForm, WebhookRotateForm
from portal.pages.staff.webhooks import read_id, webhook_page, webhooks_page
from portal.pages.values.webhooks import SecretPage
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.webhooks.add_endpoint import TypedEndpoint, add_endpoint
from portal.services.webhooks.change_endpoint import enable_endpoint, remove_endpoint, rotate_secret
from portal.services.webhooks.replay import replay_after, replay_dead, replay_delivery
from portal.services.webhooks.try_endpoint import try_endpoint
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/webhooks")
@staff_may("read", "webhooks")
def webhooks() -> ResponseReturnValue:
    return _list(WebhookForm(None))


@staff.post("/webhooks")
@staff_may("write", "webhooks")
@idempotent
def webhook_add() -> ResponseReturnValue:
    """`url`, `kinds`, `code`. The answer itself shows the secret: no redirect could name it."""
    form = WebhookForm()
    if not form.validate():
        return _list(form, status=422)
    typed = TypedEndpoint(url=form.url.data, kinds=form.asked)
    try:
        endpoint_id, secret = add_endpoint(typed=typed, code=typed_code(form.code.data), **_acting())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _list(form, status=422)
    return _secret(endpoint_id, secret, is_new=True)


@staff.get("/webhooks/<endpoint_id>")
@staff_may("read", "webhooks")
def webhook(endpoint_id: str) -> ResponseReturnValue:
    """`list` = waiting, dead; `before`."""
    return _one(endpoint_id)


@staff.post("/webhooks/<endpoint_id>/test")
@staff_may("write", "webhooks")
@idempotent
def webhook_test(endpoint_id: str) -> ResponseReturnValue:
    """Sends a signed test; the page shows what was answered."""
    return _done(endpoint_id, try_endpoint(endpoint_id=read_id(endpoint_id), **_acting()))


@staff.post("/webhooks/<endpoint_id>/enable")
@staff_may("write", "webhooks")
@idempotent
def webhook_enable(endpoint_id: str) -> ResponseReturnValue:
    return _done(endpoint_id, enable_endpoint(endpoint_id=read_id(endpoint_id), **_acting()))


@staff.post("/webhooks/<endpoint_id>/rotate")
@staff_may("write", "webhooks")
@idempotent
def webhook_rotate(endpoint_id: str) -> ResponseReturnValue:
    """`code`."""
    form = WebhookRotateForm()
    if not form.validate():
        return _one(endpoint_id, status=422, rotate_form=form)
    try:
        secret = rotate_secret(endpoint_id=read_id(endpoint_id), code=typed_code(form.code.data), **_acting())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _one(endpoint_id, status=422, rotate_form=form)
    return _secret(read_id(endpoint_id), secret, is_new=False)


@staff.post("/webhooks/<endpoint_id>/replay-after")
@staff_may("write", "webhooks")
@idempotent
def webhook_replay(endpoint_id: str) -> ResponseReturnValue:
    """`after`: a cursor of the event feed."""
    form = WebhookReplayForm()
    if not form.validate():
        return _one(endpoint_id, status=422, replay_form=form)
    try:
        done = replay_after(endpoint_id=read_id(endpoint_id), cursor=form.after.data, **_acting())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _one(endpoint_id, status=422, replay_form=form)
    return _done(endpoint_id, done)


@staff.post("/webhooks/<endpoint_id>/replay-dead")
@staff_may("write", "webhooks")
@idempotent
def webhook_replay_dead(endpoint_id: str) -> ResponseReturnValue:
    return _done(endpoint_id, replay_dead(endpoint_id=read_id(endpoint_id), **_acting()))


@staff.post("/webhooks/<endpoint_id>/deliveries/<delivery_id>/replay")
@staff_may("write", "webhooks")
@idempotent
def webhook_replay_one(endpoint_id: str, delivery_id: str) -> ResponseReturnValue:
    of, row_id = read_id(endpoint_id), read_id(delivery_id)
    return _done(endpoint_id, replay_delivery(endpoint_id=of, delivery_id=row_id, **_acting()))


@staff.route("/webhooks/<endpoint_id>/remove", methods=["GET", "POST"])
@staff_may("write", "webhooks")
@idempotent
def webhook_remove(endpoint_id: str) -> ResponseReturnValue:
    """The page before it says what stops."""
    form = ActForm() if request.method == "POST" else ActForm(None)
    if form.validate_on_submit():
        return go(".webhooks", notice=remove_endpoint(endpoint_id=read_id(endpoint_id), **_acting()))
    template = "pages/staff/webhook_remove.html"
    return respond(template, template, status=422 if form.errors else 200, page=_page(endpoint_id), form=form)


def _acting() -> dict[str, Any]:
    return {"actor": current_actor(), "request_id": sent(), "deps": deps()}


def _done(endpoint_id: str, done: Any) -> ResponseReturnValue:
    return go(".webhook", endpoint_id=endpoint_id, notice=done)


def _list(form: WebhookForm, *, status: int = 200) -> ResponseReturnValue:
    page = webhooks_page(actor=current_actor(), deps=deps())
    template = "pages/staff/webhooks.html"
    return respond(template, template, status=status, page=page, form=form)


def _page(endpoint_id: str) -> Any:
    asked = {"which": request.args.get("list", ""), "before": request.args.get("before", "")}
    return webhook_page(endpoint_id=read_id(endpoint_id), actor=current_actor(), deps=deps(), **asked)


def _one(endpoint_id: str, *, status: int = 200, **forms: Any) -> ResponseReturnValue:
    given = {"act_form": ActForm(None), "rotate_form": WebhookRotateForm(None), "replay_form": WebhookReplayForm(None)}
    template = "pages/staff/webhook.html"
    return respond(template, template, status=status, page=_page(endpoint_id), **(given | forms))


def _secret(endpoint_id: int, secret: str, *, is_new: bool) -> ResponseReturnValue:
    template = "pages/staff/webhook_secret.html"
    return respond(template, template, page=SecretPage(endpoint_id=endpoint_id, secret=secret, is_new=is_new))
