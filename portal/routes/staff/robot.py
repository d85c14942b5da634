"""The group robot that a shop's notices to staff are posted to: set, ended, tried."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.forms import RobotForm, TryRobotForm
from portal.pages.staff.robot import robot_page
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.messages.try_robot import try_robot
from portal.services.shops.set_robot import TypedRobot, set_robot
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/settings/robot")
@staff_may("read", "settings")
def robot() -> ResponseReturnValue:
    return _answer()


@staff.post("/settings/robot")
@staff_may("write", "settings")
@idempotent
def robot_save() -> ResponseReturnValue:
    """`form_of`, `url`, `secret`, `kinds`, `code`."""
    form = RobotForm()
    if not form.validate():
        return _answer(form, status=422)
    try:
        done = set_robot(
            typed=_typed(form),
            code=typed_code(form.code.data),
            actor=current_actor(),
            request_id=sent(),
            deps=deps(),
        )
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _answer(form, status=422)
    return go(".robot", notice=done)


@staff.post("/settings/robot/try")
@staff_may("write", "settings")
@idempotent
def robot_try() -> ResponseReturnValue:
    """Posts a message that says it is connected; the page shows what was answered."""
    return go(".robot", notice=try_robot(actor=current_actor(), request_id=sent(), deps=deps()))


def _typed(form: RobotForm) -> TypedRobot:
    return TypedRobot(
        form=form.form_of.data or "",
        url=form.url.data or "",
        secret=form.secret.data or "",
        kinds=form.kinds.data or (),
    )


def _answer(form: RobotForm | None = None, *, status: int = 200) -> ResponseReturnValue:
    page = robot_page(actor=current_actor(), deps=deps())
    shown = {"form_of": page.form, "kinds": list(page.kinds) or ["deadline_soon", "refund_failed", "appeal"]}
    template = "pages/staff/robot.html"
    form = form or RobotForm(None, data=shown)
    form.forget()
    return respond(template, template, status=status, page=page, form=form, try_form=TryRobotForm(None))
