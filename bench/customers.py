"""Customers of the benchmark's shop, copied from one: most are called otherwise, some as they are."""

from __future__ import annotations

from portal.extensions import Model


def series(first: int, last: int) -> str:
    return f"WITH RECURSIVE copy(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM copy WHERE n < {last}) "


def copy_customers(pattern: int, count: int) -> str:
    table = Model.metadata.tables["customer"]
    names = [column.name for column in table.c]
    phone = "CAST(8613800000001 + n AS TEXT)"
    own = {"name": "name || n", "mail_key": "'a' || n || '@example.com'", "phone_key": phone}
    own["phone_end"] = f"substr({phone}, 10)"
    # Every tenth is called as the first is, has that phone and that mail: what many have is looked for as well.
    values = {name: f"CASE WHEN n % 10 = 0 THEN {name} ELSE {value} END" for name, value in own.items()}
    values |= {"id": "id + n", "external_id": "external_id || '-' || n", "login_key": "login_key || '-' || n"}
    values |= {"phone": "NULL", "mail": "NULL"}
    shown = ", ".join(values.get(name, name) for name in names)
    into = f"INSERT INTO customer ({', '.join(names)}) "
    return f"{into}{series(1, count)}SELECT {shown} FROM customer, copy WHERE id = {pattern}"
