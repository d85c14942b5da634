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
