"""Sends a notice by mail and by SMS, each once as far as can be known (S15)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.logins import one_mail
from portal.domain.identity.phones import may_be_texted
from portal.domain.identity.throttles import DAY
from portal.domain.typed import folded_mail
from portal.ports import Deps, Mail, TextMessage
from portal.repos.notices import NoticeToSend
from portal.repos.unit_of_work import reading, unit_of_work

Way = Literal["mail", "text"]
MOST_ELSEWHERE = 3


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
    mails = []
    if notice.mail:
        mails.append(Mail(to=notice.mail, sender=sender, subject=written.subject, body=written.body, message_id=name))
    if (named := _named(notice)) and not notice.mailed_at and _may_be_told(notice, named, deps):
        fixed = {field: notice.params[field] for field in ("order_no", "case_no", "submitted_at")} | {"link": ""}
        told = deps.notices.write(
            kind="contract_withdrawn_elsewhere", params=fixed, locale=locale, zone=zone, shop_name=notice.shop_name
        )
        mails.append(Mail(to=named, sender=sender, subject=told.subject, body=told.body, message_id=f"{name}-named"))
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


def _named(notice: NoticeToSend) -> str:
    """The address that a declaration names for its acknowledgement (EU-9), "" where that is none or the customer's own.

    Whoever signed in may name anybody's, so what goes there is fixed: nothing that was typed, or it would carry
    the sender's words to strangers in the shop's name.
    """
    named = one_mail(str(notice.params.get("contact", ""))) or ""
    return "" if folded_mail(named) == folded_mail(notice.mail or "") else named


def _may_be_told(notice: NoticeToSend, named: str, deps: Deps) -> bool:
    """A few a day for one order, and for one address."""
    order = deps.vault.digest("acknowledged order", f"{notice.shop_name} {notice.order_no}")
    address = deps.vault.digest("acknowledged address", folded_mail(named))
    with unit_of_work(deps) as work:
        counted = (order, address)
        work.failures.lock_digests(*counted)
        if any(work.failures.seconds_until_free(one, most=MOST_ELSEWHERE, span=DAY) for one in counted):
            return False
        work.failures.add(*counted)
    return True


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
