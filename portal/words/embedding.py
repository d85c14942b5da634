"""What the settings check found of a shop's embedding, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, plain, stamp

Words = Mapping[str, object]

MODES: Words = {
    "auto": pgettext("mode", "跟随访客的系统"),
    "light": pgettext("mode", "只用浅色"),
    "dark": pgettext("mode", "只用深色"),
}
SCHEMES: Words = {"light": pgettext("mode", "浅色"), "dark": pgettext("mode", "深色")}
KEYS_MADE = Table(
    {
        "HS256": _l("这把密钥已经显示过一次，没有再生成。没有保存就停用它，再添加一把。"),
        "": _l("现在起接受用您的私钥签名的令牌。"),
    },
    {},
    code=attrgetter("algorithm"),
)
KEY_RETIREMENTS = Table(
    {
        "last": _l("这是最后一把有效密钥：停用后所有签名令牌都不接受，只有一次性代码可用。"),
        "": _l("请先确认您的服务器已经换用另一把密钥。"),
    },
    {},
    code=lambda page: "last" if page.is_last else "",
)
FINDINGS = Table(
    {
        "address": _l("售后页面的地址%(origin)s是https。"),
        "address_loopback": _l(
            "售后页面的地址%(origin)s只有本机能打开，适合测试。正式使用请把PORTAL_BASE_URL设为您的https地址。"
        ),
        "address_insecure": _l(
            "售后页面的地址%(origin)s不是https，浏览器不会在嵌入的页面里保存登录。请把PORTAL_BASE_URL设为https地址。"
        ),
        "no_origin": _l("还没有可以嵌入的网站。请在上面添加您的网站。"),
        "origin_is_portal": _l("%(origin)s就是售后页面自己的地址，不用添加，可以移除。"),
        "origin_http": _l("%(origin)s不是https，只能用于本机测试。正式的网站请用https，另外添加。"),
        "origin_same_site": _l("%(origin)s和售后页面是同一站点，各种浏览器都能在嵌入的页面里保持登录。"),
        "origin_cross_site": _l(
            "%(origin)s和售后页面不是同一站点，登录要靠分区Cookie：大多数浏览器可以，Safari等会请客户在新窗口继续。"
            "让您的一个子域名（例如help.shop.example）指向售后页面，就没有这个限制。"
        ),
        "keys": _l("有%(count)s把有效的交接密钥。"),
        "no_key": _l("没有有效的交接密钥：签名令牌不被接受，一次性代码不受影响。要用签名令牌，请在下面添加密钥。"),
        "customer": _l("已经有客户，可以交接。"),
        "no_customer": _l("还没有客户，交接会得到422。请先导入订单：客户随第一笔订单建立。"),
        "policy": _l("售后政策已发布。"),
        "no_policy": _l("没有生效的售后政策，新订单不能导入。请先发布政策。"),
        "handover": _l("最近一次用一次性代码交接：%(time)s。"),
        "no_handover": _l("最近一天没有用一次性代码交接过。打开您的页面试一次；用签名令牌的交接不在这里记录。"),
        "rail": _l("退款走真实的支付渠道。"),
        "sandbox": _l("演示环境：没有接支付渠道，退款只记在本机，不会真的到账。"),
    },
    {"origin": plain("origin"), "count": plain("count"), "time": stamp("at", "handover")},
    code=attrgetter("code"),
)
PAGE_FINDINGS = Table(
    {
        ("page_named", "limited"): _l("%(origin)s的页面可以嵌入售后页面。限制见下面这个网站的一行。"),
        "page_named": _l("%(origin)s的页面可以嵌入售后页面。"),
        "page_not_named": _l("这个页面现在不能嵌入。要添加的正是：%(origin)s"),
        "page_is_portal": _l("这是售后页面自己的地址，请填写您网站上的页面。"),
        "page_insecure": _l("这个页面不是https，不能嵌入。请先让您的网站用https。"),
        "": _l("看不出是哪个页面，请填写完整的地址，例如https://www.shop.example/account。"),
    },
    {"origin": plain("origin")},
    code=attrgetter("code"),
    variant=lambda finding: "" if finding.level == "ok" else "limited",
)
"""Of the one page that was asked about."""
