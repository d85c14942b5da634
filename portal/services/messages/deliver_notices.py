"""Sends a notice by mail and by SMS, each once as far as can be known (S15)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.phones import may_be_texted
from portal.ports import Deps, Mail, TextMessage
from portal.repos.notices import NoticeToSend
from portal.repos.unit_of_work import reading, unit_of_work

Way = Literal["mail", "text"]


def deliver_notice(*, notice_id: int, deps: Deps) -> None:
    """What was sent is recorded after each sending, so a repeat after a crash sends only what is left.

    Raises ProviderUnavailable; the job comes back.
    """
    with reading(deps) as work:
        notice = work.notices.find_to_send(notice_id)
    if notice is None:
        return
    settings = deps.schemas.read_settings(notice.settings)
    locale, zone = notice.locale or settings.locale, notice.zone or settings.zone
    params = notice.params | {"link": f"{deps.base_url}{_page_of(notice)}"}
    written = deps.notices.write(
        kind=notice.kind,
        params=params,
        locale=locale,
        zone=zone,
        shop_name=notice.shop_name,
        home=settings.zone,
    )
    # The moment is part of the name: a mail folder may outlive the database whose row numbers start again.
    name = f"notice-{notice_id}-{notice.created_at:%Y%m%d%H%M%S%f}"
    sender = settings.mail_from or settings.contact.mail or "no-reply@localhost"
    mails = [
        Mail(to=address, sender=sender, subject=written.subject, body=written.body, message_id=f"{name}{which}")
        for which, address in zip(("", "-named"), _addresses(notice), strict=False)
    ]
    text = TextMessage(to=notice.phone or "", sender=settings.sms_sender, body=written.text, message_id=name)
    ways: list[tuple[Way, Callable[[], None]]] = []
    if mails and not notice.mailed_at:
        ways.append(("mail", partial(_mail_all, mails, deps)))
    if may_be_texted(notice.phone) and not notice.texted_at:
        ways.append(("text", lambda: deps.texts.send(text)))
    _send_each(notice_id, ways, deps)


def _page_of(notice: NoticeToSend) -> str:
    """Where what it tells of is shown."""
    if notice.case_no:
        return f"/cases/{notice.case_no}"
    return f"/orders/{notice.order_no}" if notice.order_no else "/notices"


def _mail_all(mails: list[Mail], deps: Deps) -> None:
    for mail in mails:
        deps.mailer.send(mail)


def _addresses(notice: NoticeToSend) -> list[str]:
    """The customer's, and the one a declaration names for its acknowledgement, where that is another (EU-9)."""
    named = str(notice.params.get("contact", ""))
    return [address for address in dict.fromkeys((notice.mail or "", named)) if "@" in address]


def _send_each(notice_id: int, ways: list[tuple[Way, Callable[[], None]]], deps: Deps) -> None:
    """A mail server that is away keeps no text from being sent; what did not go is raised when all were tried."""
    away: ProviderUnavailable | None = None
    for way, send in ways:
        try:
            send()
        except ProviderUnavailable as problem:
            away = problem
            continue
        with unit_of_work(deps) as work:
            work.notices.mark_sent(notice_id, way)
    if away:
        raise away
