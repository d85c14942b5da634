"""The platform that a shop runs on: connected, ended, read and compared."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.connectors.results import ConnectorSet
from portal.domain.errors import Conflict, Invalid
from portal.forms import AskConnectorForm, ConnectorForm
from portal.pages.staff.connectors import connector_page
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.connectors.ask import ask_connector
from portal.services.connectors.set_connector import disconnect, set_connector
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/connectors")
@staff_may("read", "settings")
def connectors() -> ResponseReturnValue:
    return _answer()


@staff.post("/connectors")
@staff_may("write", "settings")
@idempotent
def connector_save() -> ResponseReturnValue:
    """`platform`, `url`, its keys, `webhook_secret`, `refund`, `code`; the platform `off` ends it."""
    form = ConnectorForm()
    if not form.validate():
        return _answer(form, status=422)
    try:
        done = _done(form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _answer(form, status=422)
    except Conflict as conflict:
        return _answer(form, status=409, in_use=str(conflict.detail.get("number", "")))
    return go(".connectors", notice=done)


@staff.post("/connectors/backfill")
@staff_may("write", "settings")
@idempotent
def connector_backfill() -> ResponseReturnValue:
    """All its orders and products are read."""
    done = ask_connector(what="backfill", actor=current_actor(), request_id=sent(), deps=deps())
    return go(".connectors", notice=done)


@staff.post("/connectors/compare")
@staff_may("write", "settings")
@idempotent
def connector_compare() -> ResponseReturnValue:
    """Orders here and there are compared."""
    done = ask_connector(what="compare", actor=current_actor(), request_id=sent(), deps=deps())
    return go(".connectors", notice=done)


def _done(form: ConnectorForm) -> ConnectorSet:
    """Raises Invalid, Conflict."""
    actor, request_id = current_actor(), sent()
    if form.platform.data == "off":
        return disconnect(actor=actor, request_id=request_id, deps=deps())
    return set_connector(
        platform=form.platform.data or "",
        table=form.table,
        code=typed_code(form.code.data),
        actor=actor,
        request_id=request_id,
        deps=deps(),
    )


def _answer(form: ConnectorForm | None = None, *, status: int = 200, in_use: str = "") -> ResponseReturnValue:
    page = connector_page(actor=current_actor(), deps=deps())
    refund = "yes" if page.refund or page.platform == "off" else "no"
    form = form or ConnectorForm(None, data={"platform": page.platform, "refund": refund})
    form.forget()
    template = "pages/staff/connectors.html"
    ask_form = AskConnectorForm(None)
    return respond(template, template, status=status, page=page, form=form, ask_form=ask_form, in_use=in_use)
