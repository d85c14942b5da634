"""Fills a migrated, empty database with the demo shop: through the services, as a real shop would be."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pyotp

from portal.adapters.pack_files import shipped_packs
from portal.demo.orders import demo_accounts, demo_orders
from portal.demo.returns import add_demo_returns
from portal.ports import Deps
from portal.services.customers import set_password
from portal.services.manage_shops import add_shop, set_shop, shop_id_of
from portal.services.manage_staff import add_staff
from portal.services.take_in_orders import take_in_order

KEY = "tepai"
_SETTINGS = Path(__file__).parent / "shop.toml"


def fill_demo_shop(*, orders: int, deps: Deps) -> list[str]:
    """A line per account, as `portal demo` prints them."""
    keys = add_shop(
        key=KEY,
        name="特派商城",
        origins=("http://shop.localhost:8001",),
        hosts=(),
        image_origins=(),
        policy="cn",
        packs=shipped_packs(),
        deps=deps,
    )
    settings = tomllib.loads(_SETTINGS.read_text("utf-8"))
    set_shop(key=KEY, settings=json.loads(json.dumps(settings, default=str)), deps=deps)
    shop_id = shop_id_of(key=KEY, deps=deps)
    for data in demo_orders(deps.clock.now(), orders, "/assets/demo"):
        take_in_order(shop_id=shop_id, data=data, deps=deps)
    lines = [f"shop key={KEY} token={keys.token} handoff={keys.handoff_key}"]
    for account in demo_accounts():
        if account.role:
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
            lines.append(f"staff role={account.role} login={account.login} password={account.password} totp={address}")
        else:
            set_password(shop_key=KEY, login=account.login, password=account.password, deps=deps)
            lines.append(f"shopper login={account.login} password={account.password}")
    add_demo_returns(shop_id=shop_id, image_base="/assets/demo", deps=deps)
    return lines
