"""`portal customers export` and the customer's own page: everything that is held on a customer, for the customer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.identity.logins import read_login
from portal.ports import Deps
from portal.repos.archive_view import laid_out
from portal.repos.personal_data import PersonalData
from portal.repos.unit_of_work import UnitOfWork, reading


def export_customer(*, shop_key: str, login: str, deps: Deps) -> dict[str, Any]:
    """JSON-able: the customer, and lists of rows by what they are. Raises NotFound."""
    with reading(deps) as work:
        shop = work.shops.get(shop_key)
        row = work.accounts.find_by_login(shop.id, read_login(login))
        if row is None:
            raise NotFound("customer")
        return _export(work, shop_key, row.id)


def export_by_id(*, customer: str, shop_key: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """The same for the shop's program, which knows the customer by its own id. Raises NotFound."""
    with reading(deps) as work:
        row = work.accounts.find_by_external_id(actor.shop_id, customer)
        if row is None:
            raise NotFound("customer")
        return _export(work, shop_key, row.id)


def export_own(*, shop_key: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """The same for the customer who asks for it."""
    check_own_act(actor, "data")
    with reading(deps) as work:
        return _export(work, shop_key, actor.id)


def _export(work: UnitOfWork, shop_key: str, customer_id: int) -> dict[str, Any]:
    found = dict(PersonalData(work.connection, customer_id).tables())
    if archived := work.archive_lists.ids_of_customer(customer_id):
        with laid_out(work.connection, archived) as database, database.reading() as rows:
            _add(found, dict(PersonalData(rows, customer_id).tables()))
    customer = found.pop("customer")[0]
    return {"shop": shop_key, "exported_at": work.now.isoformat(), "customer": _plain(customer), **_plain(found)}


def _add(found: dict[str, list[dict[str, Any]]], archived: dict[str, list[dict[str, Any]]]) -> None:
    """What is held in the archive stands with the rest, each row once."""
    for name, rows in archived.items():
        known = {row["id"] for row in found[name]}
        found[name] += [row for row in rows if row["id"] not in known]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
