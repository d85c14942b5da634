"""Rails of a shop for tests: set as an operator sets them, opened as the fakes of tests/support/fake_rails.py."""

from __future__ import annotations

import base64

from portal.domain.identity.access import Actor
from portal.domain.refunds.rails import MerchantConfig, StripeConfig
from portal.services.shops.set_rail import set_rail
from tests.support.fake_rails import FakeConnectedRail
from tests.support.world import World

SECRET = "whsec_" + base64.b64encode(b"a secret of the merchant's own..").decode()
STRIPE = StripeConfig(methods=("card",), secret_key="sk_test_1234567890", webhook_secret="whsec_abcdefgh")
MERCHANT = MerchantConfig(methods=("alipay", "wechat"), url="https://shop.example/refunds", secret=SECRET)


def operator(world: World) -> Actor:
    return Actor(kind="operator", shop_id=world.made.shop_id)


def with_rail(world: World, config: MerchantConfig | StripeConfig = MERCHANT) -> FakeConnectedRail:
    """The shop's rail, set and opened."""
    set_rail(config=config, actor=operator(world), deps=world.deps)
    opened = world.deps.rails.open(config)
    assert isinstance(opened, FakeConnectedRail)
    return opened
