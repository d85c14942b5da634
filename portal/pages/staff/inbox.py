"""客户来信: mails that found no case, for staff to read."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.pages.values.cancelling import Changed
from portal.pages.values.inbox import InboxMailPage, InboxPage, MailRow
from portal.ports import Deps
from portal.repos.inbox import KeptMail
from portal.repos.unit_of_work import reading

MOST = 100


def inbox_page(*, actor: Actor, deps: Deps) -> InboxPage:
    """One statement."""
    with reading(deps) as work:
        return InboxPage(waiting=tuple(map(_row, work.inbox.waiting(actor.shop_id, limit=MOST))))


def inbox_mail_page(*, mail_id: int, actor: Actor, deps: Deps, changed: Changed | None = None) -> InboxMailPage:
    """Raises NotFound, also for another shop's and for one that never waited for staff."""
    with reading(deps) as work:
        kept = work.inbox.find_in(actor.shop_id, mail_id)
    if kept is None or kept.state not in ("waiting", "done"):
        raise NotFound("mail")
    is_waiting = kept.state == "waiting"
    return InboxMailPage(row=_row(kept), is_waiting=is_waiting, may_act=may(actor, "write", "cases"), changed=changed)


def _row(kept: KeptMail) -> MailRow:
    return MailRow(**{name: getattr(kept, name) for name in MailRow.__dataclass_fields__})
