"""消息: what the customer was told, in their language, newest first; one of them; what they want to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.phones import may_be_texted
from portal.domain.messages.notice_choice import GROUPS, WAYS, Way
from portal.domain.policy.jurisdictions import order_zone, reader_zone
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.accounts import NoticeRow, NoticeSettingsPage, NoticesPage
from portal.ports import Deps
from portal.repos.notices import ToldNotice
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.messages.undelivered import is_unreachable

PAGE_SIZE = 20
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom notices are written: `zone` is their own, "" where that is not known: then a time is told as its order's
    pages tell it."""

    actor: Actor
    shop_name: str
    settings: ShopSettings
    locale: str
    zone: str


def notices_page(*, after: str, reader: Reader, deps: Deps) -> NoticesPage:
    """Twenty of them; `after`: the cursor of a page, anything else is the first."""
    before = int(after) if after.isascii() and after.isdigit() and len(after) <= _MOST_DIGITS else None
    with reading(deps) as work:
        told = work.notices.of_customer(reader.actor.id, before=before, limit=PAGE_SIZE + 1)
    shown = told[:PAGE_SIZE]
    return NoticesPage(
        notices=tuple(_row(notice, reader, deps) for notice in shown),
        next_after=str(shown[-1].id) if len(told) > PAGE_SIZE else "",
        is_first=before is None,
    )


def notice_page(*, notice_id: int, reader: Reader, deps: Deps) -> NoticeRow:
    """One of them. Raises NotFound, also for another's."""
    with reading(deps) as work:
        told = work.notices.find_told(reader.actor.id, notice_id)
    if told is None:
        raise NotFound("notice")
    return _row(told, reader, deps)


def _row(notice: ToldNotice, reader: Reader, deps: Deps) -> NoticeRow:
    """Written from the same templates as the mail, in the reader's language."""
    its, home = _order_zone(notice), reader.settings.zone
    written = deps.notices.write(
        kind=notice.kind,
        params=notice.params | {"link": ""},
        locale=reader.locale,
        zone=reader_zone(customer_zone=reader.zone, order_zone=its, shop_zone=home).key,
        home=home,
        shop_name=reader.shop_name,
    )
    return NoticeRow(
        id=notice.id,
        at=notice.created_at,
        subject=written.subject,
        body=written.body,
        order_no=notice.order_no,
        case_no=notice.case_no,
        is_new=notice.read_at is None,
        zone=its,
    )


def _order_zone(notice: ToldNotice) -> str:
    return order_zone(jurisdiction=notice.jurisdiction, country=notice.country)


def notice_settings_page(*, actor: Actor, deps: Deps) -> NoticeSettingsPage:
    """What is sent to the customer, by group and way. Raises NotFound."""
    with reading(deps) as work:
        account = work.accounts.get(actor.id, actor.shop_id)
    address = {"mail": account.mail, "text": account.phone}
    off, reach = account.notices_off or (), {"mail": bool(account.mail), "text": may_be_texted(account.phone)}
    return NoticeSettingsPage(
        groups=tuple(GROUPS),
        ways=WAYS,
        on={way: _on(way, off) for way in WAYS},
        unreachable=tuple(way for way in WAYS if not reach[way]),
        returned=tuple(way for way in WAYS if is_unreachable(way, address[way], account.unreachable, deps)),
    )


def _on(way: Way, off: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(group for group in GROUPS if f"{way}:{group}" not in off)


def mark_notices_read(*, actor: Actor, deps: Deps) -> None:
    """全部标为已读. By a POST: a page that is only looked at changes nothing."""
    with unit_of_work(deps) as work:
        work.notices.mark_read(actor.id)
        work.accounts.bump(actor.id)
