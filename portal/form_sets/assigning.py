"""The form that gives several cases to one person."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_wtf.form import _Auto
from wtforms import SelectField

from portal.fields import FormProblem, PolicyForm, RequestId
from portal.words.lazy_text import lazy_text as _


class AssignForm(PolicyForm):
    """`to`, a login; the cases stand beside it as `case`, as often as there are."""

    to = SelectField(_("交给"))
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, people: tuple[str, ...]) -> None:
        super().__init__(formdata)
        self.to.choices = [(login, login) for login in people]

    def refuse(self) -> None:
        """The service found them gone."""
        self.to.errors = [FormProblem("not_here", gettext("这位同事现在不能处理申请。"))]
