"""What an account is at a moment, and which changes of it are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity.access import ROLES
from portal.domain.team.member import Member, refused_change, refused_end, state_of

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
SHOP = 1


def member(number: int = 1, **values: Any) -> Member:
    given = {"role": "agent", "mail": "", "has_joined": True, "shop_ids": (SHOP,)}
    empty = dict.fromkeys(("invited_until", "disabled_at", "away_until"))
    return Member(**({"id": number, "login": f"m-{number}"} | given | empty | values))


@st.composite
def teams(draw: st.DrawFn) -> list[Member]:
    ways = st.sampled_from([{}, {"has_joined": False}, {"disabled_at": NOW}])
    roles = st.sampled_from(ROLES)
    count = draw(st.integers(1, 5))
    return [member(number, role=draw(roles), **draw(ways)) for number in range(1, count + 1)]


def admins(team: list[Member]) -> set[int]:
    return {one.id for one in team if one.role == "admin" and one.has_joined and not one.disabled_at}


def test_what_keeps_somebody_out_is_said_before_what_else_is_true() -> None:
    soon = NOW + timedelta(hours=1)
    assert state_of(member(), NOW) == "active"
    assert state_of(member(away_until=soon), NOW) == "away"
    assert state_of(member(away_until=NOW), NOW) == "active"
    assert state_of(member(has_joined=False, invited_until=soon, away_until=soon), NOW) == "invited"
    assert state_of(member(has_joined=False, invited_until=NOW), NOW) == "invitation_over"
    assert state_of(member(has_joined=False, disabled_at=NOW, invited_until=soon), NOW) == "disabled"


@given(team=teams(), data=st.data())
def test_no_change_leaves_a_shop_without_administrator_or_is_made_by_oneself(
    team: list[Member], data: st.DataObject
) -> None:
    one, by = data.draw(st.sampled_from(team)), data.draw(st.integers(1, 5))
    role, shops = data.draw(st.sampled_from(ROLES)), data.draw(st.sampled_from([(SHOP,), (2,), (SHOP, 2)]))
    refusal = refused_change(one, by=by, role=role, shop_ids=shops, members=team, shop_id=SHOP)
    left = admins(team) - ({one.id} if role != "admin" or SHOP not in shops else set())
    if refusal is None:
        assert left or not admins(team)
        assert one.id != by or (role == one.role and SHOP in shops)
    assert refusal is not None or refused_end(one, by=by, members=team) is None or role == "admin" or one.id == by


@given(team=teams(), data=st.data())
def test_nobody_ends_their_own_access_or_the_last_administrators(team: list[Member], data: st.DataObject) -> None:
    one, by = data.draw(st.sampled_from(team)), data.draw(st.integers(1, 5))
    if refused_end(one, by=by, members=team) is None:
        assert one.id != by
        assert admins(team) - {one.id} or not admins(team)
