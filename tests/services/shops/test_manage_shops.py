"""Shops: what is added is checked, and a host stands for one of them only."""

from __future__ import annotations

import pytest

from portal.domain.errors import Invalid
from portal.services.shops.manage_shops import NewShop, add_shop, show_shop
from tests.support.packs import PACKS
from tests.support.world import World

pytestmark = pytest.mark.req("N8")


def add(world: World, key: str, **values: tuple[str, ...]) -> None:
    given = {"origins": ("https://a.example",), "hosts": (), "image_origins": ()} | values
    add_shop(new=NewShop(key=key, name=key, **given), packs=PACKS, deps=world.deps)


def test_a_host_stands_for_one_shop(world: World) -> None:
    add(world, "first", hosts=("help.a.example",))
    with pytest.raises(Invalid) as wrong:
        add(world, "second", hosts=("Help.A.example",))
    assert wrong.value.problems == (("host", "taken"),)
    add(world, "second", hosts=("help.b.example",))


def test_origins_are_kept_as_browsers_send_them(world: World) -> None:
    add(world, "first", origins=("https://Shop.Example:443/", "http://shop.localhost:8001"))
    assert show_shop(key="first", deps=world.deps)["origins"] == ["https://shop.example", "http://shop.localhost:8001"]


@pytest.mark.parametrize("origin", ["http://shop.example", "https://*.shop.example", "https://shop.example/help", "*"])
def test_an_origin_that_is_none_is_refused_by_name(origin: str, world: World) -> None:
    with pytest.raises(Invalid) as wrong:
        add(world, "first", origins=(origin,))
    assert wrong.value.problems[0][0] == "origin" and origin in wrong.value.problems[0][1]
