"""Mails of a group stopped from the mail itself, without signing in (RFC 8058)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from portal.domain.errors import NotFound
from portal.domain.messages.notice_choice import GROUPS, group_of
from portal.ports import Deps
from portal.repos.notices import NoticeToSend
from portal.repos.unit_of_work import unit_of_work

_PURPOSE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Mails of one group to one customer."""

    shop_id: int
    customer_id: int
    group: str


def address_to_unsubscribe(notice: NoticeToSend, deps: Deps) -> str:
    """Good without end: whoever keeps a mail may stop the next. "" for what is always sent, and for guests, who are
    only sent what happens to their one order."""
    group = group_of(notice.kind)
    if not group or notice.customer_id is None:
        return ""
    sealed = deps.vault.encrypt(_PURPOSE, json.dumps([notice.shop_id, notice.customer_id, group]))
    return f"{deps.base_url}/unsubscribe/{quote(sealed, safe='')}?shop={notice.shop_key}"


def read_subscription(*, token: str, deps: Deps) -> Subscription:
    """What the token of such an address stops. Raises NotFound for what we have not sealed."""
    try:
        found = Subscription(*json.loads(deps.vault.decrypt(_PURPOSE, token)))
    except ValueError as error:
        raise NotFound("page") from error
    if found.group not in GROUPS:
        raise NotFound("page")
    return found


def unsubscribe(*, token: str, deps: Deps) -> Subscription:
    """From now on; doing it again changes nothing. Raises NotFound, also where the customer is gone."""
    found = read_subscription(token=token, deps=deps)
    with unit_of_work(deps) as work:
        account = work.accounts.get(found.customer_id, found.shop_id)
        stopped = f"mail:{found.group}"
        if stopped not in (off := tuple(account.notices_off or ())):
            work.accounts.set_notices_off(found.customer_id, (*off, stopped))
            work.accounts.bump(found.customer_id)
    return found
