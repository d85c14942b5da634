"""Which app a page is shown in, by what such apps call themselves."""

from __future__ import annotations

import pytest

from portal.web.answers.web_views import WebView, web_view_of
from tests.support.user_agents import (
    ALIPAY_ANDROID,
    ALIPAY_IPHONE,
    ANDROID,
    IPHONE,
    MAC,
    WECHAT_ANDROID,
    WECHAT_IPHONE,
    WINDOWS,
)

pytestmark = pytest.mark.req("P11")


@pytest.mark.parametrize(
    ("user_agent", "found"),
    [
        (WECHAT_ANDROID, WebView("wechat", "phone")),
        (WECHAT_IPHONE, WebView("wechat", "phone")),
        (f"{WECHAT_ANDROID} MiniProgramEnv/android", WebView("wechat", "none")),
        (f"{WECHAT_IPHONE} miniProgram/wx1234567890abcdef", WebView("wechat", "none")),
        (
            f"{WINDOWS} Chrome/122.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) "
            "WindowsWechat(0x63090a13) XWEB/9129 Flue",
            WebView("wechat", "desktop"),
        ),
        (
            f"{MAC} Chrome/122.0.0.0 Safari/537.36 MicroMessenger/6.8.0(0x16080000) NetType/WIFI MiniProgramEnv/Mac "
            "MacWechat/WMPF MacWechat/3.8.7(0x13080712) XWEB/1191 Flue",
            WebView("wechat", "desktop"),
        ),
        (
            f"{IPHONE} Mobile/15E148 wxwork/4.1.20 MicroMessenger/7.0.1 Language/zh ColorScheme/Light",
            WebView("wecom", "phone"),
        ),
        (ALIPAY_ANDROID, WebView("alipay", "phone")),
        (ALIPAY_IPHONE, WebView("alipay", "phone")),
        (f"{ALIPAY_IPHONE} MiniProgram", WebView("alipay", "none")),
    ],
)
def test_an_app_is_known_by_what_it_calls_itself(user_agent: str, found: WebView) -> None:
    assert web_view_of(user_agent) == found


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36",
        f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
        f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        f"{ANDROID} Version/4.0 Chrome/123.0.6312.80 Quark/7.0.5.640 Mobile Safari/537.36",
        f"{ANDROID} Version/4.0 Chrome/100.0.4896.58 UCBrowser/16.6.2.1320 Mobile Safari/537.36",
        f"{ANDROID} Version/4.0 Chrome/109.0.5414.86 MQQBrowser/15.0 Mobile Safari/537.36",
        f"{ANDROID} Version/4.0 Chrome/91.0.4472.114 Mobile Safari/537.36 AliApp(TB/10.38.0) WindVane/8.5.0",
    ],
)
def test_a_browser_of_its_own_is_none_of_them(user_agent: str) -> None:
    assert web_view_of(user_agent) is None


def test_each_app_refuses_the_others_payment() -> None:
    refused = {app: WebView(app, "phone").cannot_pay for app in ("wechat", "wecom", "alipay")}
    assert refused == {"wechat": "alipay", "wecom": "alipay", "alipay": "wechat"}
