"""Handing over, on both databases: spent once whoever hurries, scoped to its shop, its customer and its orders."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from portal.domain.embedding.hand_over import Handover
from portal.domain.errors import Expired, Invalid, NotFound, Reused
from portal.domain.identity.access import Actor
from portal.models.account import Session
from portal.models.event import Event
from portal.repos.order_lists import Asked
from portal.repos.unit_of_work import reading
from portal.services.embedding.hand_over import issue_code, start_with_code, start_with_token
from portal.services.embedding.handoff_keys import add_key, list_keys, retire_key
from portal.services.identity.sign_in import Caller
from portal.services.identity.visits import VisitedShop, find_visit, get_shop
from portal.services.jobs.sweep import sweep
from tests.support.make import make_customer, make_shop
from tests.support.order_facts import make_order
from tests.support.world import World

pytestmark = [pytest.mark.req("P11"), pytest.mark.req("N8")]
IN_FRAME = Caller(address="192.0.2.1", place="frame")
THREADS = 24


def shop_of(world: World, key: str = "tepai") -> VisitedShop:
    return get_shop(key=key, deps=world.deps)


def code_of(world: World, key: str = "", **values: Any) -> str:
    handover = Handover(**{"customer": "c-1", **values})
    return issue_code(handover=handover, shop_id=world.made.shop_id, idempotency_key=key, deps=world.deps).code


def start(world: World, code: str) -> str:
    return start_with_code(code=code, shop=shop_of(world), caller=IN_FRAME, deps=world.deps).token


def at_once(act: Any) -> list[Any]:
    """THREADS times from one start signal; what each returned or raised."""
    barrier = Barrier(THREADS)

    def run(_: int) -> Any:
        barrier.wait(30)
        try:
            return act()
        except Expired as no:
            return no

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def token_of(world: World, key: Any = None, *, algorithm: str = "HS256", kid: str = "k1", **claims: Any) -> str:
    now = int(world.clock.now().timestamp())
    said = {"iss": "tepai", "aud": "https://after.example", "sub": "c-1", "iat": now, "exp": now + 60, "jti": "1" * 16}
    said = {name: value for name, value in (said | claims).items() if value is not None}
    key = key or OctKey.import_key(world.made.keys.handoff_key)
    return jwt.encode({"alg": algorithm, "kid": kid}, said, key, algorithms=[algorithm])


def start_token(world: World, token: str) -> str:
    return start_with_token(token=token, shop=shop_of(world), caller=IN_FRAME, deps=world.deps).token


def problems(world: World, token: str) -> dict[str, str]:
    with pytest.raises(Invalid) as wrong:
        start_token(world, token)
    return dict(wrong.value.problems)


def test_many_who_send_one_code_at_once_get_one_session(world: World) -> None:
    code = code_of(world)
    results = at_once(lambda: start(world, code))
    assert sum(isinstance(result, str) for result in results) == 1
    assert len(world.rows(Session)) == 1


def test_many_who_send_one_signed_token_at_once_get_one_session(world: World) -> None:
    token = token_of(world)
    results = at_once(lambda: start_token(world, token))
    assert sum(isinstance(result, str) for result in results) == 1
    assert len(world.rows(Session)) == 1


def test_a_code_is_kept_as_its_hash(world: World) -> None:
    from portal.models.handoff import HandoffCode

    code = code_of(world)
    assert len(code) == 43
    assert code not in str([dict(row) for row in world.rows(HandoffCode)])


def test_the_same_idempotency_key_gives_the_same_code_and_another_body_none(world: World) -> None:
    first = code_of(world, "page-1")
    assert code_of(world, "page-1") == first != code_of(world, "page-2")
    with pytest.raises(Reused):
        code_of(world, "page-1", path="/cases")
    start(world, first)
    with pytest.raises(Expired):
        start(world, first)


def test_nobody_is_handed_over_who_is_unknown_or_to_orders_of_others(world: World) -> None:
    number = world.take(make_order())
    make_customer(world.deps, world.made.shop_id, number=2)
    for wrong in ({"customer": "c-9"}, {"customer": "c-2", "orders": (number,)}, {"orders": (number, "A-none")}):
        with pytest.raises(Invalid):
            code_of(world, **wrong)
    assert code_of(world, orders=(number,))


def test_a_limited_session_reaches_its_orders_and_their_cases_alone(world: World) -> None:
    shown, hidden = world.take(make_order()), world.take(make_order())
    actor = visitor(world, start(world, code_of(world, orders=(shown,))))
    assert actor == Actor(kind="shopper", shop_id=world.made.shop_id, id=world.made.customer_id, only=(shown,))
    with reading(world.deps) as work:
        assert work.orders.get(shown, actor).order.no == shown
        with pytest.raises(NotFound):
            work.orders.get(hidden, actor)
        listed = work.order_lists.page(actor, Asked(), after=None, limit=9)
        assert [row.number for row in listed] == [shown]
        assert work.order_lists.waiting(actor, work.now).to_pay == 0
        assert work.cases.page(actor, after=None, limit=9) == []


def visitor(world: World, token: str) -> Actor:
    visit = find_visit(token=token, hosts=("a", "a"), path_key="tepai", query_key="", deps=world.deps)
    assert visit.session
    return visit.session.actor


def test_a_frames_token_is_none_in_a_tab_and_none_in_another_shops_frame(world: World) -> None:
    make_shop(world.deps, "another")
    token = start(world, code_of(world))
    for key in (None, "another"):
        assert find_visit(token=token, hosts=("a", "a"), path_key=key, query_key="", deps=world.deps).session is None


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "another"),
        ("iss", None),
        ("aud", "https://evil.example"),
        ("aud", None),
        ("sub", ""),
        ("sub", None),
        ("jti", "short"),
        ("jti", None),
        ("exp", None),
        ("iat", None),
        ("iat", "yesterday"),
        ("nbf", "tomorrow"),
        ("orders", "A-1"),
        ("orders", []),
        ("path", "//evil.example"),
        ("path", "https://evil.example"),
    ],
)
def test_a_token_names_every_claim_that_is_wrong(claim: str, value: Any, world: World) -> None:
    assert claim in problems(world, token_of(world, **{claim: value}))


def test_a_token_lives_for_two_minutes_at_most_and_is_not_from_the_future(world: World) -> None:
    now = int(world.clock.now().timestamp())
    assert "exp" in problems(world, token_of(world, exp=now + 121))
    assert "iat" in problems(world, token_of(world, iat=now + 31, exp=now + 60))
    assert "nbf" in problems(world, token_of(world, nbf=now + 31))
    assert start_token(world, token_of(world, nbf=now, jti="3" * 16))
    start_token(world, token_of(world, exp=now + 120))
    with pytest.raises(Expired):
        start_token(world, token_of(world, iat=now - 120, exp=now, jti="2" * 16))


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_the_algorithm_is_the_keys_whatever_the_token_says(world: World) -> None:
    ours = OKPKey.generate_key("Ed25519")
    kid, secret = add_key(actor=operator(world), algorithm="EdDSA", public_key=pem(ours), deps=world.deps)
    assert (kid, secret) == ("k2", "")
    start_token(world, token_of(world, ours, algorithm="EdDSA", kid=kid))
    start_token(world, token_of(world, ours, algorithm="Ed25519", kid=kid, jti="5" * 16))
    stranger = OKPKey.generate_key("Ed25519")
    for forged in (
        token_of(world, stranger, algorithm="EdDSA", kid=kid),
        token_of(world, kid=kid),
        token_of(world, ours, algorithm="EdDSA", kid="k1"),
        token_of(world, kid="k9"),
        unsigned(token_of(world)),
        token_of(world, OctKey.import_key("a" * 40)),
        token_of(world)[:-4] + "AAAA",
        "no token",
        "a.b.c",
        "é.é.é",
        "x" * 5000,
    ):
        assert set(problems(world, forged)) == {"token"}


def unsigned(token: str) -> str:
    import base64
    import json

    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "k1"}).encode()).rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def pem(key: OKPKey) -> str:
    return str(key.as_pem(private=False).decode())


def operator(world: World) -> Actor:
    return Actor(kind="operator", shop_id=world.made.shop_id)


def test_two_keys_live_at_most_and_a_retired_one_is_refused_at_once(world: World) -> None:
    kid, secret = add_key(actor=operator(world), algorithm="HS256", deps=world.deps)
    assert len(secret) >= 32
    with pytest.raises(Invalid):
        add_key(actor=operator(world), algorithm="HS256", deps=world.deps)
    start_token(world, token_of(world))
    retire_key(actor=operator(world), kid="k1", deps=world.deps)
    assert "token" in problems(world, token_of(world, jti="3" * 16))
    start_token(world, token_of(world, OctKey.import_key(secret), kid=kid, jti="4" * 16))
    assert [(row.kid, row.retired_at is None) for row in list_keys(actor=operator(world), deps=world.deps)] == [
        ("k1", False),
        ("k2", True),
    ]
    assert add_key(actor=operator(world), algorithm="HS256", deps=world.deps)[0] == "k3"


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"])
def test_what_is_no_public_key_is_not_taken(text: str, world: World) -> None:
    with pytest.raises(Invalid):
        add_key(actor=operator(world), algorithm="EdDSA", public_key=text, deps=world.deps)
    private = OKPKey.generate_key("Ed25519").as_pem(private=True).decode()
    with pytest.raises(Invalid):
        add_key(actor=operator(world), algorithm="EdDSA", public_key=private, deps=world.deps)


def test_codes_and_spent_tokens_are_swept_when_they_are_worth_nothing(world: World) -> None:
    from portal.models.handoff import HandoffCode, SpentToken

    start(world, code_of(world))
    start_token(world, token_of(world))
    with world.deps.database.reading() as connection:
        assert connection.execute(SpentToken.__table__.select()).all()
    world.clock.move(hours=25)
    sweep(deps=world.deps)
    assert world.rows(HandoffCode) == []
    with world.deps.database.reading() as connection:
        assert connection.execute(SpentToken.__table__.select()).all() == []


def test_a_session_that_a_key_opened_names_the_key_in_its_event(world: World) -> None:
    """Whoever holds a key can act as any customer: the trail says which key it was."""
    start_token(world, token_of(world))
    start(world, code_of(world))
    opened = [json.loads(row["text"])["data"] for row in world.rows(Event) if row["kind"] == "shopper:session:opened"]
    assert [(one["handoff"], one.get("kid")) for one in opened] == [("token", "k1"), ("code", None)]
