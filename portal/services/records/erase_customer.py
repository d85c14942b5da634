"""`portal customers erase`: what is personal goes, what the books need stays (law 6).

Amounts, units and events stay, since others can be owed an account of them: events hold nothing personal, so the audit
trail is as whole as before. Digests of personal values can no longer be tried, since their key is gone.
"""

from __future__ import annotations

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import read_login
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.kept_texts import renew_salts
from portal.repos.personal_data import PersonalData
from portal.repos.unit_of_work import unit_of_work

_FILES_A_JOB = 200


def erase_customer(*, shop_key: str, login: str, deps: Deps) -> None:
    """For ever. Raises NotFound; Conflict("case_open" or "refund_open") naming the first that is not over."""
    with unit_of_work(deps) as work:
        shop = work.shops.get(shop_key)
        found = work.accounts.find_by_login(shop["id"], read_login(login))
        if found is None:
            raise NotFound("customer")
        data = PersonalData(work.connection, found["id"])
        data.lock()
        for what, number in data.open_cases_and_refunds():
            raise Conflict(f"{what}_open", detail={what: number})
        keys = data.erase(work.now)
        for start in range(0, len(keys), _FILES_A_JOB):
            work.jobs.enqueue("forget_files", {"keys": keys[start : start + _FILES_A_JOB]})
        operator = Actor(kind="operator", shop_id=shop["id"])
        event = NewEvent(kind="operator:customer:erased", data={"customer": found["id"]})
        # Cases, messages and decisions are not what they were: an event of each order says how they are now.
        renew_salts(work.connection, work.texts, data.order_ids())
        for order_id in work.texts.orders:
            work.events.append(work.orders.get_by_id_for_update(order_id), operator, event)
        work.events.append_without_order(operator, event, customer_id=found["id"])
