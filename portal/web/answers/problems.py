"""What is wrong with what was typed when signing in or choosing a password, in words, with its code."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.domain.identity.passwords import LONGEST, SHORTEST


class FieldError(str):
    """The words; `code` becomes `data-error`."""

    code: str


def problem(code: str) -> FieldError:
    """wrong_login, wrong_code, wrong (an old password), too_short, too_long, is_login, common, not_here (paying),
    declaration_unknown, declaration_refused, declaration_lines (matching one by hand)."""
    words = {
        "wrong_login": _("账号或密码不正确，请核对后重新填写；也可以用验证码登录。"),
        "wrong_code": _("验证码不正确或已过期，请核对，或重新发送。"),
        "wrong": _("现在的密码不正确，请重新填写。"),
        "too_short": _("密码至少%(count)d个字符，请换一个长一些的。", count=SHORTEST),
        "too_long": _("密码最多%(count)d个字符，请换一个短一些的。", count=LONGEST),
        "is_login": _("密码不能和账号、手机号或邮箱相同，请换一个。"),
        "not_here": _("这里不能用它支付，请选别的方式，或在浏览器里付款。"),
        "mail_case_unknown": _("没有这个申请编号，请核对。"),
        "declaration_unknown": _("没有这个订单号，请核对。"),
        "declaration_refused": _("这笔订单现在不能撤回合同，请查看订单；处理后可以结束这份声明。"),
        "declaration_lines": _("有商品对不上，请按订单里的名称、编号或行号填写。"),
        "common": _("这个密码很容易被猜到，请换一个。"),
    }
    said = FieldError(words[code])
    said.code = code
    return said
