"""What to do where a step of a rail's check fails: the adapters of the providers say it by a code."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

CHECK_ADVICE: Mapping[str, object] = {
    "unreachable": _l("连不上支付渠道：请检查网络、代理和网关地址，稍后再试。"),
    "alipay_keys": _l("密钥读不出来：请重新下载应用私钥和支付宝公钥，注意两者不要放反。"),
    "alipay_private_key": _l("支付宝不认这个签名：请在开放平台上传与应用私钥配对的应用公钥。"),
    "alipay_app_id": _l("支付宝不认这个app_id：请在开放平台核对应用编号，并确认应用已上线。"),
    "alipay_public_key": _l("支付宝的签名验不过：请填写开放平台上的“支付宝公钥”，不是应用公钥。"),
    "alipay_permission": _l("应用没有查询交易的权限：请在开放平台为它签约电脑网站支付或手机网站支付。"),
    "wechat_keys": _l("密钥读不出来：请检查商户私钥、微信支付公钥和平台证书的文件。"),
    "wechat_private_key": _l("微信支付不认这个签名：请核对商户号、商户证书序列号和商户私钥是否同属一套。"),
    "wechat_account": _l("微信支付不认这个商户号或应用：请核对mch_id和app_id，并确认两者已绑定。"),
    "wechat_public_key": _l("微信支付的签名验不过：请核对微信支付公钥和公钥ID。"),
    "stripe_secret": _l("webhook_secret不能用来验签：请从Stripe后台的端点里重新复制签名密钥。"),
    "stripe_key": _l("Stripe不认这个密钥：secret_key应以sk_或rk_开头，请重新复制。"),
    "stripe_permission": _l("受限密钥缺少权限：请为它打开退款和结账会话的写入，以及余额、扣款和付款的读取。"),
    "stripe_callbacks": _l("Stripe还没有把通知发到这里：请添加端点，选上退款、结账和争议的事件。"),
    "wechat_permission": _l("没有拿到带签名的应答：请为商户号开通消费者投诉接口，或在有交易的次日10点后再试。"),
}


def check_advice(detail: str) -> str:
    """For the `detail` of a step; what is no code is said as it came."""
    return str(CHECK_ADVICE.get(detail, detail))


def advice_on_problem(problem: str) -> str:
    """For `<step>: <detail>`, as it is kept of the first step that failed."""
    step, colon, detail = problem.partition(": ")
    return f"{step}{colon}{check_advice(detail)}"
