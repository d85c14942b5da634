"""What an administrator sets of a shop: sites, keys and looks, once each, by whom it may be, and on record."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select

from portal.domain.embedding.origins import MOST_ORIGINS
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, Reused
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import SettingsError
from portal.models.event import Event
from portal.pages.staff.shops import settings_page
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.embedding.handoff_keys import add_key, list_keys, retire_key
from portal.services.identity.fresh_code import FreshCode
from portal.services.identity.staff_accounts import add_staff
from portal.services.identity.visits import get_shop
from portal.services.shops.set_origins import origins_digest, set_origins
from portal.services.shops.set_theme import set_theme
from tests.support.staff import SECRET
from tests.support.world import World

pytestmark = pytest.mark.req("P11", "N8")
SHOP, TWO = "https://shop.example", "https://two.example"
LOOKS = {"accent": "#0a6b3c", "radius": 4, "mode": "light", "locale": "en"}


@pytest.fixture
def admin(world: World) -> Actor:
    values = {"shop_keys": ("tepai",), "password": "staff password", "totp_secret": SECRET}
    add_staff(login="admin-1", role="admin", **values, deps=world.deps)
    return world.made.staff("admin")


def fresh(world: World) -> FreshCode:
    """A code that was not used yet."""
    world.clock.move(seconds=30)
    return FreshCode(pyotp.TOTP(SECRET).at(world.clock.now()))


def recorded(world: World, kind: str) -> list[dict[str, object]]:
    with reading(world.deps) as work:
        texts = work.connection.execute(
            select(Event.__table__.c.text).where(Event.__table__.c.kind == kind).order_by(Event.__table__.c.id)
        ).scalars()
        return [json.loads(text)["data"] for text in texts]


def test_sites_come_and_go_with_the_version_of_the_shop_and_an_entry_each(world: World, admin: Actor) -> None:
    before = get_shop(key="tepai", deps=world.deps)
    assert set_origins(add=("https://Two.example/",), typed=fresh(world), actor=admin, deps=world.deps) == (SHOP, TWO)
    assert get_shop(key="tepai", deps=world.deps).origins == (SHOP, TWO)
    assert set_origins(remove=(SHOP,), actor=admin, deps=world.deps) == (TWO,)
    after = get_shop(key="tepai", deps=world.deps)
    assert after.origins == (TWO,) and after.version == before.version + 2
    assert recorded(world, "staff:shop:origins") == [
        {"added": [TWO], "removed": []},
        {"added": [], "removed": [SHOP]},
    ]


def test_what_changes_nothing_is_not_recorded(world: World, admin: Actor) -> None:
    assert set_origins(add=(SHOP,), typed=fresh(world), actor=admin, deps=world.deps) == (SHOP,)
    assert recorded(world, "staff:shop:origins") == []


def test_a_form_acts_once_and_never_for_another_site(world: World, admin: Actor) -> None:
    given = {"actor": admin, "request_id": "r1", "deps": world.deps}
    set_origins(add=(TWO,), typed=fresh(world), **given)
    set_origins(remove=(TWO,), actor=admin, request_id="r2", deps=world.deps)
    assert set_origins(add=(TWO,), typed=fresh(world), **given) == (SHOP,)
    with pytest.raises(Reused):
        set_origins(add=("https://three.example",), typed=fresh(world), **given)


def test_a_site_is_not_taken_away_on_a_page_that_no_longer_tells_the_truth(world: World, admin: Actor) -> None:
    shown = origins_digest((SHOP,))
    set_origins(add=(TWO,), typed=fresh(world), actor=admin, deps=world.deps)
    with pytest.raises(Conflict):
        set_origins(remove=(SHOP,), actor=admin, request_id="r", shown=shown, deps=world.deps)
    assert get_shop(key="tepai", deps=world.deps).origins == (SHOP, TWO)
    with pytest.raises(NotFound):
        set_origins(remove=("https://three.example",), actor=admin, deps=world.deps)


def test_there_are_only_so_many_and_only_what_is_one(world: World, admin: Actor) -> None:
    with pytest.raises(Invalid):
        set_origins(add=("https://*.example",), typed=fresh(world), actor=admin, deps=world.deps)
    many = tuple(f"https://s{number}.example" for number in range(MOST_ORIGINS))
    with pytest.raises(Invalid):
        set_origins(add=many, typed=fresh(world), actor=admin, deps=world.deps)
    assert len(set_origins(add=many[1:], typed=fresh(world), actor=admin, deps=world.deps)) == MOST_ORIGINS


@pytest.mark.parametrize("role", ["agent", "supervisor", "warehouse", "auditor"])
def test_nobody_but_an_administrator_changes_anything(role: str, world: World) -> None:
    given = {"actor": world.made.staff(role), "deps": world.deps}
    with pytest.raises(Forbidden):
        set_origins(add=(TWO,), typed=fresh(world), **given)
    with pytest.raises(Forbidden):
        add_key(algorithm="HS256", typed=fresh(world), **given)
    with pytest.raises(Forbidden):
        retire_key(kid="k1", **given)
    with pytest.raises(Forbidden):
        set_theme(**LOOKS, request_id="r", **given)


def test_one_form_sent_twice_at_once_makes_one_key_and_tells_its_secret_once(world: World, admin: Actor) -> None:
    typed = fresh(world)

    def send(_number: int) -> tuple[str, str]:
        return add_key(actor=admin, algorithm="HS256", request_id="the-form", typed=typed, deps=world.deps)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(8)))
    assert {kid for kid, _ in answers} == {"k2"}
    assert sum(bool(secret) for _, secret in answers) == 1
    assert [key.kid for key in list_keys(actor=admin, deps=world.deps)] == ["k1", "k2"]
    assert recorded(world, "staff:handoff_key:added") == [{"kid": "k2", "algorithm": "HS256"}]
    with pytest.raises(Reused):
        add_key(
            actor=admin,
            algorithm="EdDSA",
            public_key=PUBLIC,
            request_id="the-form",
            typed=fresh(world),
            deps=world.deps,
        )


PUBLIC = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----"""


def test_looks_leave_every_other_setting_as_it_was(world: World, admin: Actor) -> None:
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, settings={"second_step": True, "contact": {"phone": "400-1"}})
    set_theme(**LOOKS, actor=admin, request_id="r1", deps=world.deps)
    settings = get_shop(key="tepai", deps=world.deps).settings
    assert settings.second_step and settings.contact.phone == "400-1"
    assert (settings.theme.accent, settings.theme.radius, settings.locale) == ("#0a6b3c", 4, "en")
    assert len(recorded(world, "staff:shop:set")) == 1
    with pytest.raises(SettingsError, match="contrast"):
        set_theme(**LOOKS | {"accent": "#ffd400"}, actor=admin, request_id="r2", deps=world.deps)


def test_the_page_knows_what_there_is_to_check(world: World, admin: Actor) -> None:
    shop = get_shop(key="tepai", deps=world.deps)
    page = settings_page(actor=admin, shop=shop, deps=world.deps, is_check=True, page_address="https://shop.example/me")
    assert {finding.code for finding in page.findings} >= {"customer", "policy", "keys", "no_handover"}
    assert page.of_page and page.of_page.code == "page_named"
    assert not settings_page(actor=admin, shop=shop, deps=world.deps).findings
