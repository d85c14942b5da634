"""An installation whose every secret can be recognised, wherever it comes out; and a place for whatever comes out."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from portal.domain.identity.access import Actor
from portal.domain.refunds.rails import AlipayConfig, MerchantConfig, StripeConfig, WechatConfig
from portal.ports import Deps
from portal.services.connectors.set_connector import connect
from portal.services.embedding.handoff_keys import add_key
from portal.services.identity.fresh_code import NO_CODE
from portal.services.shops.api_tokens import add_token
from portal.services.shops.set_rail import set_rail
from portal.services.shops.set_robot import TypedRobot, set_robot
from portal.services.webhooks.add_endpoint import TypedEndpoint, add_endpoint
from tests.rails.rail_keys import private_pem, public_pem
from tests.support.staff import SECRET as TOTP_SECRET
from tests.support.staff import Office

NOWHERE = "http://127.0.0.1:1"
"""Where nobody answers, so that every call is an error."""


def secret(name: str, length: int = 40) -> str:
    return ("planted" + sha256(name.encode()).hexdigest())[:length]


def standard(name: str) -> str:
    """As Standard Webhooks write one."""
    return "whsec_" + base64.b64encode(sha256(name.encode()).digest()).decode()


OF_SETTINGS = {name: secret(name) for name in ("key", "smtp", "imap", "sms", "metrics", "oidc")}


def settings(folder: Any) -> dict[str, Any]:
    """Of the environment, with a password in each."""
    company = folder / "company.toml"
    company.write_text(f'issuer = "{NOWHERE}"\nclient_id = "portal"\nclient_secret = "{OF_SETTINGS["oidc"]}"\n')
    return {
        "secret_key": OF_SETTINGS["key"],
        "mail_url": f"smtp://mailer:{OF_SETTINGS['smtp']}@127.0.0.1:1",
        "mail_in_url": f"imap://reader:{OF_SETTINGS['imap']}@127.0.0.1:1/INBOX",
        "sms_url": f"http://sender:{OF_SETTINGS['sms']}@127.0.0.1:1/send",
        "metrics_token": OF_SETTINGS["metrics"],
        "oidc": str(company),
        "webhook_private": True,
    }


def plant(office: Office, original: Deps) -> dict[str, str]:
    """The shop's own, by what they are. `original`: the ports as they were wired, which tests have pretended."""
    wired = ("mailer", "texts", "mailbox", "identity_provider", "rails", "robots", "webhooks", "platforms")
    deps = replace(office.deps, **{name: getattr(original, name) for name in wired})
    office.app.extensions["portal"] = deps
    by: dict[str, Any] = {"actor": Actor(kind="operator", shop_id=office.made.shop_id), "deps": deps}
    found = dict(OF_SETTINGS) | {"totp": TOTP_SECRET, "first token": office.made.keys.token}
    found |= {"first hand-off key": office.made.keys.handoff_key, "hand-off key": add_key(algorithm="HS256", **by)[1]}
    found["token"] = add_token(scopes=("orders:read", "cases:read"), **by)
    found["webhook"] = add_endpoint(typed=TypedEndpoint(url=f"{NOWHERE}/hooks", kinds=()), **by)[1]
    found |= _rails(by) | _platform(by) | _robot(by)
    return found


def _rails(by: dict[str, Any]) -> dict[str, str]:
    merchant, alipay, wechat = standard("merchant"), private_pem("planted app"), private_pem("planted merchant")
    stripe, signing, apiv3 = f"sk_live_{secret('stripe')}", f"whsec_{secret('signing')}", secret("apiv3", 32)
    configs = (
        MerchantConfig(methods=("bank",), url=f"{NOWHERE}/refunds", query_url=f"{NOWHERE}/refunds", secret=merchant),
        StripeConfig(methods=("card",), secret_key=stripe, webhook_secret=signing, gateway=NOWHERE),
        AlipayConfig(
            methods=("alipay",),
            app_id="20210001",
            private_key=alipay,
            alipay_public_key=public_pem("a"),
            gateway=NOWHERE,
        ),
        WechatConfig(
            methods=("wechat",),
            mch_id="1900000001",
            app_id="wx1",
            serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
            private_key=wechat,
            apiv3_key=apiv3,
            public_key=public_pem("w"),
            public_key_id="PUB_KEY_ID_0114232134",
            gateway=NOWHERE,
        ),
    )
    for config in configs:
        set_rail(config=config, **by)
    keys = {"alipay key": alipay.splitlines()[2], "wechat key": wechat.splitlines()[2]}
    return keys | {"merchant rail": merchant, "stripe": stripe, "stripe callbacks": signing, "wechat APIv3": apiv3}


def _platform(by: dict[str, Any]) -> dict[str, str]:
    keys = {"consumer_key": f"ck_{secret('ck')}", "consumer_secret": f"cs_{secret('cs')}"}
    keys["webhook_secret"] = secret("woocommerce")
    connect(platform="woocommerce", table={"url": NOWHERE, **keys}, **by)
    return {f"woocommerce {name}": value for name, value in keys.items()}


def _robot(by: dict[str, Any]) -> dict[str, str]:
    key, signing = secret("robot key"), f"SEC{secret('robot')}"
    typed = TypedRobot(
        form="dingtalk", url=f"https://127.0.0.1:1/send?access_token={key}", secret=signing, kinds=("appeal",)
    )
    set_robot(typed=typed, code=NO_CODE, request_id="planted", **by)
    return {"robot address": key, "robot secret": signing}


@dataclass
class Seen:
    """What came out, by where; asked for what must not be in it."""

    secrets: dict[str, str]
    said: dict[str, str] = field(default_factory=dict)

    def add(self, place: str, *texts: object) -> None:
        self.said[place] = self.said.get(place, "") + "\n".join(map(str, texts))

    def found(self) -> list[tuple[str, str]]:
        """(secret, place), in whatever form it is written there."""
        forms = {name: _forms(value) for name, value in self.secrets.items()}
        return [
            (name, place)
            for place, text in self.said.items()
            for name, written in forms.items()
            if any(form in text for form in written)
        ]


def _forms(value: str) -> set[str]:
    encoded = base64.b64encode(value.encode()).decode().rstrip("=")
    return {value, quote(value, safe=""), html.escape(value), repr(value)[1:-1], encoded}
