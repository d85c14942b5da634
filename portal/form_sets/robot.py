"""The form of a shop's group robot."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import StopValidation

from portal.domain.messages.robots import FORMS, KINDS, LONGEST_SECRET, OFF
from portal.domain.typed_url import LONGEST_URL
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.form_sets.shops import FixedChoice, fresh_code
from portal.words.lazy_text import lazy_text as _
from portal.words.robot import robot_problem
from portal.words.staff_notices import STAFF_NOTICES


def _kinds() -> list[tuple[str, str]]:
    return [(kind, str(STAFF_NOTICES[kind])) for kind in KINDS]


class RobotForm(PolicyForm):
    """Where notices go. `url` and `secret` are never filled in: left empty they stay as they are."""

    form_of = FixedChoice(_("发到哪里"), choices=(OFF, *FORMS), kind="robot", default=OFF)
    url = TextField(
        _("Webhook地址"),
        limit=LONGEST_URL,
        autocomplete="off",
        inputmode="url",
        description=_("在群里添加机器人后得到的地址。谁有它都能往群里发消息，所以保存后不再显示；留空就保留现在的。"),
    )
    secret = TextField(
        _("签名密钥"),
        limit=LONGEST_SECRET,
        autocomplete="off",
        description=_("钉钉选了“加签”、飞书选了“签名校验”时填写；留空就保留现在的，换地址时要重新填。"),
    )
    kinds = SelectMultipleField(_("发哪些"), choices=_kinds)
    code = fresh_code("robot-code")
    request_id = RequestId()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # To end it is always possible, whoever found the desk open.
        self.code.required = self.form_of.data != OFF

    def validate_kinds(self, field: Any) -> None:
        if self.form_of.data != OFF and not field.data:
            raise StopValidation(FormProblem("required", robot_problem("kinds", "required")))

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, code) pairs of the service's Invalid."""
        for name, reason in problems:
            place = "form_of" if name == "form" else name
            self[place].errors = [FormProblem(reason, robot_problem(name, reason))]

    def forget(self) -> None:
        """Before the form is shown again, right or wrong. An address that was typed stays, to be corrected."""
        self.secret.data = ""


class TryRobotForm(PolicyForm):
    """That a message is to be posted now."""

    request_id = RequestId()
