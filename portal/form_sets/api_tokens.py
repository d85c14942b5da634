"""The forms of a shop's tokens of the machine API."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import SelectMultipleField
from wtforms.validators import StopValidation

from portal.domain.identity.scopes import MOST_TOKENS, SCOPES
from portal.fields import FormProblem, PlanDigest, PolicyForm, RequestId
from portal.form_sets.shops import fresh_code
from portal.words.api_tokens import SCOPE_WORDS
from portal.words.lazy_text import lazy_text as _


def _scopes() -> list[tuple[str, str]]:
    return [(scope, str(SCOPE_WORDS[scope])) for scope in SCOPES]


class TokenForm(PolicyForm):
    """What a program may do that has the new token."""

    scopes = SelectMultipleField(_("允许做什么"), choices=_scopes)
    code = fresh_code("token-code")
    request_id = RequestId()

    def validate_scopes(self, field: Any) -> None:
        if not field.data:
            raise StopValidation(FormProblem("required", gettext("请至少选一项。")))

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """What the service found: another code, or as many live tokens as there can be."""
        if any(field == "code" for field, _reason in problems):
            self.code.errors = [FormProblem("wrong", gettext("动态验证码不正确或已经用过，请等下一个再填写。"))]
            return
        told = gettext("最多%(count)d个有效令牌，请先停用不用的，再添加。", count=MOST_TOKENS)
        self.scopes.errors = [FormProblem("too_many", told)]


class RetireTokenForm(PolicyForm):
    """That a token is no longer to count."""

    shown = PlanDigest()
    request_id = RequestId()
