"""Mail to an address that somebody else has named: fixed words, and a few a day (SECURITY; POLICY, EU-9)."""

from __future__ import annotations

from portal.domain.identity.throttles import DAY
from portal.domain.typed import folded_mail
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work

MOST_ELSEWHERE = 3


def may_be_told(address: str, about: str, *, message_id: str, deps: Deps) -> bool:
    """A few a day for one order, named by `about`, and for one address. Counts this one where it may.

    The same message is counted once: it is tried again for as long as the mail server is away.
    """
    order = deps.vault.digest("acknowledged order", about)
    stranger = deps.vault.digest("acknowledged address", folded_mail(address))
    this = deps.vault.digest("acknowledgement", message_id)
    with unit_of_work(deps) as work:
        counted = (order, stranger)
        work.failures.lock_digests(*counted)
        if work.failures.count(this, since=work.now - DAY):
            return True
        if any(work.failures.seconds_until_free(one, most=MOST_ELSEWHERE, span=DAY) for one in counted):
            return False
        work.failures.add(*counted, this)
    return True
