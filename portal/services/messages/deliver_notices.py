"""Sends a notice by mail and by SMS, each once as far as can be known (S15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from portal.domain.errors import ProviderUnavailable, Undeliverable
from portal.domain.identity.logins import one_mail
from portal.domain.identity.phones import may_be_texted
from portal.domain.messages.notice_choice import Way, goes_out
from portal.domain.messages.own_texts import language_of
from portal.domain.messages.quiet_hours import is_still_true
from portal.domain.policy.jurisdictions import NO_LAW, law_of, order_zone, reader_zone
from portal.domain.shops.contracts import buttons_at, home_of, leads_to_withdrawal
from portal.domain.shops.settings import ShopSettings
from portal.domain.typed import folded_mail
from portal.ports import Deps, Mail, TextMessage
from portal.repos.notices import NoticeToSend
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.messages.strangers import may_be_told
from portal.services.messages.undelivered import note_delivered, note_undelivered, note_undelivered_elsewhere
from portal.services.messages.unsubscribe import address_to_unsubscribe
from portal.services.outgoing import Telling, put_off_until, text_to


def deliver_notice(*, notice_id: int, deps: Deps, was_put_off: bool = False) -> None:
    """What was sent is recorded after each sending, so a repeat after a crash sends only what is left. At night the
    text is left to a job of the morning, which says that it `was_put_off`.

    Raises ProviderUnavailable; the job comes back.
    """
    with reading(deps) as work:
        notice = work.notices.find_to_send(notice_id)
        notice = notice and _in_own_words(notice, work)
        is_overtaken = bool(notice) and was_put_off and work.notices.is_overtaken(notice_id)
    if notice:
        name = name_of_notice(notice_id, notice)
        later = Later("notice", {"notice": notice_id, "put_off": True}, name, was_put_off, is_overtaken)
        _send_each(notice_id, notice, _ways(notice, name, later, deps), deps)


def deliver_guest_notice(*, told: Mapping[str, Any], job_id: int, deps: Deps) -> None:
    """To the contact that stands on an order without a customer (INTERFACE, order), one way a job.

    Raises ProviderUnavailable; the job comes back.
    """
    with reading(deps) as work:
        notice = work.notices.to_guest(dict(told), told["way"])
        notice = notice and _in_own_words(notice, work)
    if notice:
        name = name_of_guest_notice(job_id, notice)
        later = Later("guest_notice", {**told, "put_off": True}, name, bool(told.get("put_off")))
        for way, send in _ways(notice, name, later, deps):
            try:
                send()
            except Undeliverable as problem:
                note_undelivered(notice, way, problem, deps)


def name_of_notice(notice_id: int, notice: NoticeToSend) -> str:
    """The moment is part of it: a mail folder may outlive the database whose row numbers start again."""
    return f"notice-{notice_id}-{notice.created_at:%Y%m%d%H%M%S%f}"


def name_of_guest_notice(job_id: int, notice: NoticeToSend) -> str:
    return f"guest-{job_id}-{notice.created_at:%Y%m%d%H%M%S%f}"


def _in_own_words(notice: NoticeToSend, work: UnitOfWork) -> NoticeToSend:
    return replace(notice, own=work.notices.texts.current(notice.shop_id, notice.kind))


@dataclass(frozen=True, slots=True)
class Later:
    """The job that sends a text in the morning, and whether this is that one: then `is_overtaken` says whether its
    customer was told another thing of the same case since."""

    job: str
    payload: Mapping[str, Any]
    name: str
    is_now: bool
    is_overtaken: bool = False


def _ways(notice: NoticeToSend, name: str, later: Later, deps: Deps) -> list[tuple[Way, Callable[[], None]]]:
    """How it is still to be sent. `name` of the messages, so that one sent twice is recognised."""
    settings = deps.schemas.read_settings(notice.settings)
    params = notice.params | {"link": f"{deps.base_url}{_page_of(notice)}"}
    reader = _reader_of(notice, settings)
    own = (notice.own or {}).get(language_of(reader["locale"]))
    telling = Telling(kind=notice.kind, params=params, reader=reader, name=name, own=own)
    ways: list[tuple[Way, Callable[[], None]]] = []
    off = notice.notices_off or ()
    if not notice.mailed_at and not notice.mail_refused_at and goes_out(notice.kind, "mail", off):
        mails = _mails(notice, telling, settings, deps)
        ways += [("mail", partial(_mail_all, notice, mails, deps))] if mails else []
    is_to_be_texted = not notice.texted_at and not notice.text_refused_at and goes_out(notice.kind, "text", off)
    if is_to_be_texted and may_be_texted(notice.phone):
        text = _text(notice, telling, settings, later, deps)
        ways += [("text", partial(deps.texts.send, text))] if text else []
    return ways


def _mails(notice: NoticeToSend, telling: Telling, settings: ShopSettings, deps: Deps) -> list[Mail]:
    """To the customer, and to the address that a declaration names."""
    mails = []
    if notice.mail:
        unsubscribe = address_to_unsubscribe(notice, deps)
        withdraw = _way_to_withdraw(notice, settings, telling.reader["locale"], deps)
        thread = f"case.{notice.case_no}" if notice.case_no else f"order.{notice.order_no}" if notice.order_no else ""
        mails.append(
            telling.mail(notice.mail, settings, deps, withdraw=withdraw, unsubscribe=unsubscribe, thread=thread)
        )
    elsewhere = _told_elsewhere(notice, f"{telling.name}-named", telling.reader, settings, deps)
    return [*mails, elsewhere] if elsewhere else mails


def _text(
    notice: NoticeToSend, telling: Telling, settings: ShopSettings, later: Later, deps: Deps
) -> TextMessage | None:
    """None for nothing to send now: no approved text, no longer true, or left to the morning."""
    text, now = text_to(notice.phone or "", telling, settings, deps), deps.clock.now()
    if text is None or (later.is_now and not is_still_true(notice.params, now, is_overtaken=later.is_overtaken)):
        return None
    at = put_off_until(telling, settings, now)
    if at is None:
        return text
    with unit_of_work(deps) as work:
        key = f"text:{later.name}:{at:%Y%m%d}"
        work.jobs.enqueue(later.job, dict(later.payload), run_at=at, dedup_key=key)
    return None


def _told_elsewhere(
    notice: NoticeToSend, name: str, reader: Mapping[str, str], settings: ShopSettings, deps: Deps
) -> Mail | None:
    """To the address that a declaration names, None for nothing: fixed words, a few a day, once."""
    named = _named(notice)
    about = f"{notice.shop_name} {notice.order_no}"
    if not named or notice.mailed_at or not may_be_told(named, about, message_id=name, deps=deps):
        return None
    fixed = {field: notice.params[field] for field in ("order_no", "case_no", "submitted_at")} | {"link": ""}
    telling = Telling(kind="contract_withdrawn_elsewhere", params=fixed, reader=reader, name=name)
    return telling.mail(named, settings, deps)


def _reader_of(notice: NoticeToSend, settings: ShopSettings) -> dict[str, str]:
    """In whose language it is written, and by whose clock it tells times: as the pages do."""
    locale, its = notice.locale or settings.locale, order_zone(jurisdiction=notice.jurisdiction, country=notice.country)
    zone = reader_zone(customer_zone=notice.zone, order_zone=its, shop_zone=settings.zone).key
    name = settings.name_in(locale, notice.shop_name)
    return {"locale": locale, "zone": zone, "home": settings.zone, "shop_name": name}


def _page_of(notice: NoticeToSend) -> str:
    """Where what it tells of is shown. A guest has no session to come back to."""
    if notice.is_for_guest:
        return f"/find-order?shop={notice.shop_key}"
    if notice.case_no:
        return f"/cases/{notice.case_no}"
    return f"/orders/{notice.order_no}" if notice.order_no else "/notices"


def _way_to_withdraw(notice: NoticeToSend, settings: ShopSettings, locale: str, deps: Deps) -> str:
    """A line for the foot of the mail: the button's words by the order's country, and where it is (EU-9, EU-14).

    "" where neither the order's law nor the shop leads there.
    """
    country = notice.country or notice.jurisdiction or ""
    law = law_of(jurisdiction=notice.jurisdiction, country=notice.country, shop_law=NO_LAW, laws=deps.laws)
    has_right = any(pack.law == law and pack.has_contract_withdrawal for pack in deps.laws)
    is_settled = law == NO_LAW or settings.withdrawal_link != "auto"
    if not (leads_to_withdrawal(settings, notice.policy, deps.laws) if is_settled else has_right):
        return ""
    buttons = buttons_at((country, home_of(settings)), deps.laws)
    words = buttons.label.start if buttons.label else buttons.start.in_locale(locale or "zh")
    query = f"shop={notice.shop_key}" + (f"&country={country}" if has_right else "")
    return f"{words}: {deps.base_url}/withdraw-contract?{query}"


def _mail_all(notice: NoticeToSend, mails: list[Mail], deps: Deps) -> None:
    """Each, also where one before it is refused for good. Where it is the address that a declaration names, nothing is
    wrong with its customer's own."""
    refused: Undeliverable | None = None
    for mail in mails:
        try:
            deps.mailer.send(mail)
        except Undeliverable as problem:
            if mail.to == notice.mail:
                refused = problem
            else:
                note_undelivered_elsewhere(notice, problem, deps)
    if refused:
        raise refused


def _named(notice: NoticeToSend) -> str:
    """The address that a declaration names for its acknowledgement (EU-9), "" where that is none or the customer's own.

    Whoever signed in may name anybody's, so what goes there is fixed: nothing that was typed, or it would carry
    the sender's words to strangers in the shop's name.
    """
    if notice.kind != "contract_withdrawn":
        return ""
    named = one_mail(str(notice.params.get("contact", ""))) or ""
    return "" if folded_mail(named) == folded_mail(notice.mail or "") else named


def _send_each(notice_id: int, notice: NoticeToSend, ways: list[tuple[Way, Callable[[], None]]], deps: Deps) -> None:
    """A mail server that is away keeps no text from being sent; what did not go is raised when all were tried."""
    away: ProviderUnavailable | None = None
    for way, send in ways:
        try:
            send()
        except Undeliverable as problem:
            note_undelivered(notice, way, problem, deps, notice_id=notice_id)
            continue
        except ProviderUnavailable as problem:
            away = problem
            continue
        with unit_of_work(deps) as work:
            work.notices.mark_sent(notice_id, way)
            note_delivered(work, notice, way)
    if away:
        raise away
