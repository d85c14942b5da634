"""What a customer wants to be sent, and a notice that is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.messages.notice_choice import Way, switched_off
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def choose_notices(*, wanted: Mapping[Way, Iterable[str]], actor: Actor, deps: Deps) -> None:
    """From now on. `wanted`: groups of notices by way. Saying the same again changes nothing."""
    check_own_act(actor, "notices")
    with unit_of_work(deps) as work:
        work.accounts.set_notices_off(actor.id, switched_off(wanted))
        work.accounts.bump(actor.id)


def open_notice(*, notice_id: int, actor: Actor, deps: Deps) -> None:
    """It is read from now on. Raises NotFound, also for another's."""
    check_own_act(actor, "notices")
    with unit_of_work(deps) as work:
        if work.notices.find_told(actor.id, notice_id) is None:
            raise NotFound("notice")
        work.notices.mark_read(actor.id, only=notice_id)
        work.accounts.bump(actor.id)
