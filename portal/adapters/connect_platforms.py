"""Opens the platform that a shop is connected with."""

from __future__ import annotations

from portal.adapters.connect_http import LARGEST, READ, WHOLE, JsonHttp
from portal.adapters.connect_shopify import ShopifyPlatform
from portal.adapters.connect_woocommerce import WooCommerce
from portal.adapters.pinned_http import PinnedHttp
from portal.adapters.rail_connected import PlatformRail
from portal.adapters.watched import watched
from portal.domain.connectors.config import ConnectorConfig
from portal.ports import UNWATCHED, Clock, PaymentRail, ShopPlatform, Watch


class ConnectedPlatforms:
    """The port `Platforms`. `may_be_private`: one on the operator's own network may be reached; `may_be_here`: one on
    this machine."""

    def __init__(
        self,
        clock: Clock,
        watch: Watch = UNWATCHED,
        *,
        may_be_private: bool = False,
        may_be_here: bool = False,
        whole: float = WHOLE,
        read: float = READ,
    ) -> None:
        self._clock, self._watch = clock, watch
        self._http = PinnedHttp(
            may_be_private=may_be_private, may_be_here=may_be_here, whole=whole, read=read, largest=LARGEST
        )

    def open(self, config: ConnectorConfig) -> ShopPlatform:
        return watched(self._made(config), f"platform.{config.platform}", self._watch)

    def _made(self, config: ConnectorConfig) -> ShopPlatform:
        http = JsonHttp(config.platform, self._http, self._clock)
        if config.platform == "woocommerce":
            return WooCommerce(config, http, self._clock)
        return ShopifyPlatform(config, http, self._clock)

    def rail(self, config: ConnectorConfig) -> PaymentRail:
        rail = PlatformRail(self._made(config), self._clock)
        return watched(rail, f"rail.{config.platform}", self._watch)
