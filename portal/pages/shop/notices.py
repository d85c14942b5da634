"""消息: what the customer was told, in their language, newest first."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.policy.jurisdictions import order_zone, reader_zone
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.accounts import NoticeRow, NoticesPage
from portal.ports import Deps
from portal.repos.notices import ToldNotice
from portal.repos.unit_of_work import reading, unit_of_work

PAGE_SIZE = 20
_MOST_DIGITS = 18


def notices_page(
    *, after: str, actor: Actor, shop_name: str, settings: ShopSettings, locale: str, zone: str, deps: Deps
) -> NoticesPage:
    """Written from the same templates as the mail, in the reader's language; `zone`: their own, "" where that is not
    known: then a time is told as its order's pages tell it."""
    before = int(after) if after.isascii() and after.isdigit() and len(after) <= _MOST_DIGITS else None
    with reading(deps) as work:
        told = work.notices.of_customer(actor.id, before=before, limit=PAGE_SIZE + 1)
    shown = told[:PAGE_SIZE]
    notices = []
    for notice in shown:
        written = deps.notices.write(
            kind=notice.kind,
            params=notice.params | {"link": ""},
            locale=locale,
            zone=reader_zone(customer_zone=zone, order_zone=_order_zone(notice), shop_zone=settings.zone).key,
            home=settings.zone,
            shop_name=shop_name,
        )
        notices.append(
            NoticeRow(
                at=notice.created_at,
                subject=written.subject,
                body=written.body,
                order_no=notice.order_no,
                case_no=notice.case_no,
                is_new=notice.read_at is None,
                zone=_order_zone(notice),
            )
        )
    return NoticesPage(
        notices=tuple(notices),
        next_after=str(shown[-1].id) if len(told) > PAGE_SIZE else "",
        is_first=before is None,
    )


def _order_zone(notice: ToldNotice) -> str:
    return order_zone(jurisdiction=notice.jurisdiction, country=notice.country)


def mark_notices_read(*, actor: Actor, deps: Deps) -> None:
    """全部标为已读. By a POST: a page that is only looked at changes nothing."""
    with unit_of_work(deps) as work:
        work.notices.mark_read(actor.id)
        work.accounts.bump(actor.id)
