"""Reads the mailbox: by the worker once a minute, or by `portal mail read`."""

from __future__ import annotations

from portal.domain.errors import ProviderUnavailable
from portal.domain.inbox.mail import ReceivedMail
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.inbox.receive_mail import put_before_staff, receive_mail

AT_ONCE = 20


def read_mailbox(*, deps: Deps, most: int = AT_ONCE) -> int:
    """How many mails were read. Raises ProviderUnavailable, also where there is no mailbox."""
    if deps.mailbox is None:
        raise ProviderUnavailable("mailbox", "PORTAL_MAIL_IN_URL is not set")

    def take(mail: ReceivedMail) -> bool:
        return receive_mail(mail, deps=deps)

    return deps.mailbox.read(take, most=most)


def plan_reading(*, deps: Deps) -> None:
    """For the worker: one job, however many workers there are; and what nobody confirmed is put before staff."""
    with unit_of_work(deps) as work:
        for mail_id in work.inbox.lapsed(AT_ONCE):
            kept = work.inbox.find_by_id(mail_id)
            work.inbox.set(mail_id, state="waiting", why="unconfirmed", evidence=[])
            if kept:
                put_before_staff(work, kept.shop_id, mail_id)
        if deps.mailbox is not None:
            work.jobs.enqueue("mailbox", {}, dedup_key="mailbox")
