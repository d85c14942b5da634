"""What is wrong with a sign-in of the staff, in words, with its code."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.web.answers.problems import FieldError


def staff_problem(code: str) -> FieldError:
    """wrong_login, wrong_code."""
    words = {
        "wrong_login": _("工号或密码不正确，请核对后重新填写。"),
        "wrong_code": _("动态验证码不正确或已经用过，请等下一个再填写。"),
    }
    said = FieldError(words[code])
    said.code = code
    return said
