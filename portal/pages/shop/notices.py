"""消息: what the customer was told, in their language, newest first."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.accounts import NoticeRow, NoticesPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work

PAGE_SIZE = 20
_MOST_DIGITS = 18


def notices_page(
    *, after: str, actor: Actor, shop_name: str, settings: ShopSettings, locale: str, zone: str, deps: Deps
) -> NoticesPage:
    """Written from the same templates as the mail, in the reader's `zone` as that is."""
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
            zone=zone,
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
            )
        )
    return NoticesPage(
        notices=tuple(notices),
        next_after=str(shown[-1].id) if len(told) > PAGE_SIZE else "",
        is_first=before is None,
    )


def mark_notices_read(*, actor: Actor, deps: Deps) -> None:
    """全部标为已读. By a POST: a page that is only looked at changes nothing."""
    with unit_of_work(deps) as work:
        work.notices.mark_read(actor.id)
        work.accounts.bump(actor.id)
