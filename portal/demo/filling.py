"""Fills a migrated, empty database with the demo shop: through the services, as a real shop would be."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pyotp

from portal.adapters.pack_files import shipped_packs
from portal.demo.contracts import add_declaration
from portal.demo.desk import add_desk
from portal.demo.exchanges import add_exchange
from portal.demo.goodwill import add_goodwill
from portal.demo.macros import add_macros
from portal.demo.moments import Moments
from portal.demo.orders import demo_accounts, demo_orders
from portal.demo.people import Account
from portal.demo.products import demo_products
from portal.demo.refusals import add_refusals
from portal.demo.returns import add_returns
from portal.demo.stories import DemoShop
from portal.domain.errors import NotFound
from portal.ports import Deps
from portal.schemas.product_body import read_product
from portal.services.deadlines.run import run_deadlines
from portal.services.identity.accounts import set_password
from portal.services.identity.staff_accounts import add_staff
from portal.services.intake.import_orders import import_order
from portal.services.intake.import_product import import_product
from portal.services.records.check_audit import check_audit
from portal.services.records.sign_heads import sign_heads
from portal.services.shops.manage_shops import NewShop, add_shop, set_shop, shop_id_of

KEY = "tepai"
_FIRST_SHOPPER = "c-1001"
_PICTURES = "/assets/demo"
_SETTINGS = Path(__file__).parent / "shop.toml"


def fill_demo_shop(*, orders: int, deps: Deps, origin: str = "http://shop.localhost:8001") -> list[str]:
    """The shop's line and one per account, as `portal demo` prints them. `origin` is the site that may embed the shop.
    Of few orders some shoppers have none: they cannot sign in."""
    lines = [_add_shop(origin, deps)]
    shop = DemoShop(
        shop_id=shop_id_of(key=KEY, deps=deps), image_base=_PICTURES, when=Moments(deps.clock.now()), deps=deps
    )
    for data in demo_orders(deps.clock.now(), orders, _PICTURES):
        import_order(shop_id=shop.shop_id, data=data, deps=deps)
    for sku, body in demo_products(deps.clock.now(), _PICTURES):
        product = read_product(sku, body, currency="CNY", now=deps.clock.now())
        import_product(shop_id=shop.shop_id, product=product, deps=deps)
    accounts = demo_accounts()
    staff = [_add_staff(account, deps) for account in accounts if account.role]
    add_returns(shop, _FIRST_SHOPPER)
    add_exchange(shop, _FIRST_SHOPPER)
    add_refusals(shop, _FIRST_SHOPPER)
    add_goodwill(shop, _FIRST_SHOPPER)
    add_declaration(shop)
    add_desk(shop)
    add_macros(shop)
    run_deadlines(deps=deps)
    # What happened days ago has a signed head from the start, as it would have had.
    sign_heads(deps=deps)
    check_audit(deps=deps)
    return lines + [line for account in accounts if not account.role for line in _create_login(account, deps)] + staff


def _add_shop(origin: str, deps: Deps) -> str:
    keys = add_shop(new=NewShop(key=KEY, name="特派商城", origins=(origin,)), packs=shipped_packs(), deps=deps)
    settings = tomllib.loads(_SETTINGS.read_text("utf-8"))
    set_shop(key=KEY, settings=json.loads(json.dumps(settings, default=str)), deps=deps)
    return f"shop key={KEY} token={keys.token} handoff={keys.handoff_key}"


def _add_staff(account: Account, deps: Deps) -> str:
    secret = pyotp.random_base32()
    add_staff(
        login=account.login,
        role=account.role,
        shop_keys=(KEY,),
        password=account.password,
        totp_secret=secret,
        deps=deps,
    )
    address = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name="After-sales")
    return f"staff role={account.role} login={account.login} password={account.password} totp={address}"


def _create_login(account: Account, deps: Deps) -> list[str]:
    """Nothing where they have not ordered: a customer exists as soon as an order of theirs is in."""
    try:
        set_password(shop_key=KEY, login=account.login, password=account.password, deps=deps)
    except NotFound:
        return []
    return [f"shopper login={account.login} password={account.password}"]
