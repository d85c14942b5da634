"""Why a company account did not sign anybody in, and what helps (WORDS, staff zh)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, plain

COMPANY_REFUSALS = Table(
    {
        "denied": _l("您在企业账号的页面上取消了登录，或者没有同意授权。可以重新开始。"),
        "expired": _l("这次登录已经过期，或者在另一个窗口重新开始过。请再登录一次。"),
        "down": _l("企业账号的服务现在没有回应。请过几分钟再试，着急的话请联系管理员。"),
        "untrusted": _l("企业账号的回答无法核实，这次没有登录。请重新开始；再遇到的话，请管理员核对企业账号的设置。"),
        "missing": _l("企业账号没有说明您的工号。请管理员核对企业账号的设置。"),
        "unverified": _l("您的企业邮箱还没有验证。请先在企业账号里验证邮箱，再来登录。"),
        "unknown": _l("企业账号“%(login)s”在这里还没有工号。请管理员添加后再登录。"),
        "not_joined": _l("“%(login)s”已被邀请，还没有设置登录。请先打开邀请链接设置，再用企业账号登录。"),
        "disabled": _l("工号“%(login)s”已停用。需要恢复的话，请联系管理员。"),
        "other_person": _l("工号“%(login)s”关联的是另一个企业账号。请管理员核对，需要换的话重置这位同事的登录方式。"),
        "no_role": _l("企业账号“%(login)s”不在可以使用客服工作台的组里。请管理员把您加入对应的组。"),
        "no_shop": _l("企业账号“%(login)s”还没有可以进入的店铺。请管理员分配店铺。"),
    },
    {"login": plain("login")},
    code=attrgetter("reason"),
)
COMPANY_ASKED = Table(
    {
        "nothing": _l("企业账号已确认您的身份。"),
        "link": _l("第一次用企业账号登录，请填写这个工号的动态验证码。以后用企业账号登录的就是它。"),
        "code": _l("企业账号已确认您的身份，请填写动态验证码。每个验证码只能用一次。"),
        "authenticator": _l("第一次登录，请设置验证器：修改店铺设置等重要操作会要求动态验证码。"),
    },
    {},
    code=lambda entry: "link" if (entry.asked, entry.kind) == ("code", "link") else entry.asked,
)
"""What is still asked for, once the provider has said who it is."""
