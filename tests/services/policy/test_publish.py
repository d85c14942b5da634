from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.adapters.pack_files import pack_of, shipped_packs
from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.domain.policy.problems import PackError
from portal.services.identity.staff_accounts import add_staff
from portal.services.policy.publish import publish_policy, start_policy
from tests.support.make import make_shop, make_staff

FROM = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def good(tmp_path):
    file = tmp_path / "good.toml"
    words = 'title = { zh = "好店", en = "Good shop" }'
    file.write_text(f'name = "good"\n{words}\non = "cn"\n[windows]\nno_reason_days = 30\n', "utf-8")
    return pack_of(str(file))


def publish(world, pack, login="zhuguan", shop="tepai", starts_at=None):
    return publish_policy(pack=pack, login=login, shop_key=shop, starts_at=starts_at, deps=world.deps)


def in_use(world):
    with world.deps.database.reading() as connection:
        return connection.exec_driver_sql("SELECT policy FROM shop ORDER BY id").scalars().first()


@pytest.mark.req("N4")
def test_a_published_pack_is_the_shops_policy_and_publishing_it_again_is_the_same_version(world, good):
    make_staff(world.deps, "zhuguan", "supervisor")
    first, again = publish(world, good), publish(world, good, shop="")
    assert first == again and first.shop_key == "tepai" and in_use(world) == "good"
    assert publish(world, replace(good, engine=1, paid_cancel="asked")).version_id != first.version_id


@pytest.mark.req("N4")
def test_a_pack_that_starts_later_is_put_in_use_on_its_day_unless_another_one_was(world, good):
    make_staff(world.deps, "zhuguan", "supervisor")
    done = publish(world, good, starts_at=FROM)
    assert done.starts_at == FROM and in_use(world) == "cn"
    start_policy(shop_id=world.made.shop_id, policy="good", instead_of="cn", deps=world.deps)
    assert in_use(world) == "good"
    publish(world, shipped_packs()["open"])
    start_policy(shop_id=world.made.shop_id, policy="good", instead_of="cn", deps=world.deps)
    assert in_use(world) == "open"


def test_a_date_that_has_passed_is_from_now_on(world, good):
    make_staff(world.deps, "zhuguan", "supervisor")
    assert publish(world, good, starts_at=world.clock.now() - timedelta(days=1)).starts_at is None
    assert in_use(world) == "good"


@pytest.mark.parametrize("role", ["agent", "warehouse", "auditor", "admin"])
def test_only_a_supervisor_publishes(world, good, role):
    make_staff(world.deps, "mou", role)
    with pytest.raises(Forbidden):
        publish(world, good, login="mou")
    assert in_use(world) == "cn"


def test_somebody_of_several_shops_says_which_and_of_none_of_them_gets_nothing(world, good):
    make_staff(world.deps, "zhuguan", "supervisor")
    make_shop(world.deps, "second")
    with pytest.raises(NotFound):
        publish(world, good, shop="second")
    with pytest.raises(NotFound):
        publish(world, good, login="nobody")
    keys = ("tepai", "second")
    add_staff(
        login="both", role="supervisor", shop_keys=keys, password="staff password", totp_secret="A", deps=world.deps
    )
    with pytest.raises(Invalid):
        publish(world, good, login="both", shop="")


def test_a_pack_that_is_not_there_or_not_text_says_so(tmp_path):
    with pytest.raises(NotFound, match="cn, eu, open, uk"):
        pack_of(str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match=r"bad\.toml"):
        pack_of(str(tmp_path / "bad.toml"))
