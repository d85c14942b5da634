"""`portal customers erase`: what is personal goes, what the books need stays (law 6).

Amounts, units and events stay, since others can be owed an account of them: events hold nothing personal, so the audit
trail is as whole as before. Digests of personal values can no longer be tried, since their key is gone. Who was erased
is known again only by digests, so that a feed that sends them once more does not bring them back.
"""

from __future__ import annotations

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import read_login
from portal.domain.records.events import NewEvent
from portal.domain.typed import folded_mail
from portal.ports import Deps
from portal.repos.erasure import Erasure
from portal.repos.kept_texts import renew_salts
from portal.repos.personal_data import PersonalData
from portal.repos.tombstones import Person
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

_FILES_A_JOB = 200


def count_personal_data(*, shop_key: str, login: str, deps: Deps) -> dict[str, int]:
    """What erasing would reach, by kind. Changes nothing. Errors as of `erase_customer`."""
    with reading(deps) as work:
        shop_id, customer_id, _ = _find(work, shop_key, login)
        _refuse_open(PersonalData(work.connection, customer_id))
        archived = {"archived orders": len(work.archive_lists.ids_of_customer(customer_id))}
        return Erasure(work.connection, customer_id, shop_id).counts() | {
            name: count for name, count in archived.items() if count
        }


def erase_customer(*, shop_key: str, login: str, deps: Deps) -> None:
    """For good. Raises NotFound; Conflict("case_open", "refund_open" or "credit_open") naming the first that is
    not over, or still owed: credit is money of theirs."""
    with unit_of_work(deps) as work:
        shop_id, customer_id, person = _find(work, shop_key, login)
        for order_id in work.archive_lists.ids_of_customer(customer_id):
            # Into the document of an archived order nobody writes: it is taken apart, and made anew another day.
            work.orders.get_by_id_for_update(order_id)
        data = PersonalData(work.connection, customer_id)
        name = data.lock()
        _refuse_open(data)
        work.tombstones.add(shop_id, person)
        addresses = [address for address in (person.phone, person.mail) if address]
        destinations = [digest for address in addresses for digest in deps.vault.digests("code destination", address)]
        erasure = Erasure(work.connection, customer_id, shop_id)
        declared = [digest for address in addresses for digest in _declared_by(shop_id, address, deps)]
        digests = {
            "destinations": destinations,
            "declared": declared,
            "wrote": deps.vault.digests("mail sender", f"{shop_id}:{folded_mail(person.mail)}"),
        }
        keys = erasure.erase(work.now, contacts=(*addresses, name), **digests)
        for start in range(0, len(keys), _FILES_A_JOB):
            work.jobs.enqueue("forget_files", {"keys": keys[start : start + _FILES_A_JOB]})
        _record(work, Actor(kind="operator", shop_id=shop_id), customer_id, data.order_ids())


def _declared_by(shop_id: int, address: str, deps: Deps) -> tuple[str, ...]:
    """Digests under which a declaration is kept that names this phone or mail (services.withdrawing.declare)."""
    return deps.vault.digests("declaration contact", f"{shop_id}:{read_login(address).key}")


def _find(work: UnitOfWork, shop_key: str, login: str) -> tuple[int, int, Person]:
    shop_id = work.shops.get(shop_key).id
    found = work.accounts.get_by_login(shop_id, read_login(login))
    return shop_id, found.id, Person(found.external_id, found.phone or "", found.mail or "")


def _refuse_open(data: PersonalData) -> None:
    for what, number in data.open_cases_and_refunds():
        raise Conflict(f"{what}_open", detail={what: number})


def _record(work: UnitOfWork, operator: Actor, customer_id: int, order_ids: list[int]) -> None:
    """Cases, messages and decisions are not what they were: an event of each order says how they are now."""
    event = NewEvent(kind="operator:customer:erased", data={"customer": customer_id})
    renew_salts(work.connection, work.texts, order_ids)
    for order_id in work.texts.orders:
        work.events.append(work.orders.get_by_id_for_update(order_id), operator, event)
    work.events.append_without_order(operator, event, customer_id=customer_id)
