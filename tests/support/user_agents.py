"""What browsers call themselves, on their own and inside apps."""

from __future__ import annotations

ANDROID = "Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
WECHAT_ANDROID = (
    f"{ANDROID} Version/4.0 Chrome/126.0.6478.188 Mobile Safari/537.36 XWEB/1260183 MMWEBSDK/20240404 MMWEBID/3628 "
    "MicroMessenger/8.0.49.2600(0x28003133) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)
WECHAT_IPHONE = f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.50(0x1800322d) NetType/WIFI Language/zh_CN"
ALIPAY_ANDROID = (
    f"{ANDROID} Version/4.0 Chrome/100.0.4896.58 UWS/3.22.2.57 Mobile Safari/537.36 UCBS/3.22.2.57 ChannelId(0) "
    "NebulaSDK/1.8.100112 Nebula AlipayDefined(nt:WIFI,ws:392|0|2.75) AliApp(AP/10.5.96.8000) "
    "AlipayClient/10.5.96.8000 Language/zh-Hans"
)
ALIPAY_IPHONE = (
    f"{IPHONE} Mobile/21E219 Ariver/1.1.0 AliApp(AP/10.5.96.6000) Nebula WK RVKType(0) "
    "AlipayDefined(nt:WIFI,ws:390|780|3.0) AlipayClient/10.5.96.6000 Language/zh-Hans Region/CN NebulaX/1.0.0"
)
APPS = {
    "wechat": WECHAT_ANDROID,
    "wecom": f"{WECHAT_IPHONE} wxwork/4.1.20",
    "alipay": ALIPAY_ANDROID,
    "mini": f"{WECHAT_IPHONE} miniProgram/wx12",
}
"""One of each kind; a mini program is WeChat's too."""

CHROME_ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
SAFARI_IPHONE = f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1"
PHONES = (
    CHROME_ANDROID,
    SAFARI_IPHONE,
    ALIPAY_ANDROID,
    ALIPAY_IPHONE,
    "Mozilla/5.0 (Linux; Android 12; HarmonyOS; ALN-AL00; HMSCore 6.14.0.302) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36",
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 "
    "ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300",
    "Mozilla/5.0 (Linux; U; Android 13; zh-cn; 2211133C Build/TKQ1.220905.001) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/109.0.5414.118 Mobile Safari/537.36 XiaoMi/MiuiBrowser/18.5.40902",
    "Mozilla/5.0 (Linux; U; Android 14; zh-CN; V2329A Build/UP1A.231005.007) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/100.0.4896.58 UCBrowser/17.2.2.1327 Mobile Safari/537.36",
    "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/132.0 "
    "Mobile/15E148 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 "
    "Chrome/122.0.0.0 Mobile Safari/537.36",
)
"""Browsers on phones, and apps that show pages there."""
NO_PHONES = (
    f"{WINDOWS} Chrome/130.0.0.0 Safari/537.36",
    f"{WINDOWS} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
    f"{MAC} Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
    "Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Android 14; Tablet; rv:132.0) Gecko/132.0 Firefox/132.0",
    "curl/8.5.0",
    "",
)
"""Desktops, tablets (an iPad of today calls itself a Mac), and what is no browser."""
