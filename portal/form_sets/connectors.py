"""The form of the platform that a shop runs on."""

from __future__ import annotations

from typing import Any

from portal.domain.connectors.config import PLATFORMS
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.form_sets.shops import FixedChoice, fresh_code
from portal.words.connectors import connector_problem
from portal.words.lazy_text import lazy_text as _

OFF, THROUGH, APART = "off", "yes", "no"
_KEPT = _("保存后不再显示；留空就保留现在的，换网址时要重新填。")

_ONLY_OLD = _("早先在店铺后台建的应用才有，填了它就不填上面两项。")


def _key(label: Any) -> TextField:
    return TextField(label, limit=500, autocomplete="off", description=_KEPT)


class ConnectorForm(PolicyForm):
    """Keys are never filled in: left empty they stay as they are."""

    platform = FixedChoice(_("商城系统"), choices=(OFF, *PLATFORMS), kind="platform", default=OFF)
    url = TextField(_("店铺网址"), limit=500, autocomplete="off", inputmode="url", description=_("店铺首页的网址。"))
    consumer_key = _key(_("WooCommerce的Consumer key"))
    consumer_secret = _key(_("WooCommerce的Consumer secret"))
    client_id = _key(_("Shopify的Client ID"))
    client_secret = _key(_("Shopify的Client secret"))
    access_token = TextField(_("Shopify的Access token"), limit=500, autocomplete="off", description=_ONLY_OLD)
    api_version = TextField(_("Shopify的接口版本"), limit=16, autocomplete="off", description=_("如2026-10。"))
    webhook_secret = _key(_("通知的密钥"))
    refund = FixedChoice(_("退款"), choices=(THROUGH, APART), kind="gateway_refund", default=THROUGH)
    code = fresh_code("connector-code")
    request_id = RequestId()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # To end it is always possible, whoever found the desk open.
        self.code.required = self.platform.data != OFF

    @property
    def table(self) -> dict[str, Any]:
        """As the file of the platform has it; what belongs to another one is left out."""
        mine = {
            "woocommerce": ("url", "consumer_key", "consumer_secret", "webhook_secret"),
            "shopify": ("url", "client_id", "client_secret", "access_token", "api_version", "webhook_secret"),
        }
        named = {name: self[name].data or "" for name in mine.get(self.platform.data or "", ())}
        return named | {"refund": self.refund.data == THROUGH}

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, reason) pairs of the service's Invalid; what the form has no field for stands beside the address."""
        for name, _reason in problems:
            place = name if name in self and name != "refund" else "url"
            self[place].errors = [FormProblem("required", connector_problem(place))]

    def forget(self) -> None:
        """Before the form is shown again, right or wrong."""
        for name in ("consumer_key", "consumer_secret", "client_secret", "access_token", "webhook_secret"):
            self[name].data = ""


class AskConnectorForm(PolicyForm):
    """That everything is to be read, or compared, now."""

    request_id = RequestId()
