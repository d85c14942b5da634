"""What cases are found by is written alike by the portal and by the migration that looked back."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.models.case import CaseKey
from tests.pages.staff.test_queue import applied, waits
from tests.support.said import ship_back
from tests.support.world import World

KEYS = CaseKey.__table__
MIGRATION = Path(__file__).parents[3] / "migrations/versions/0034_case_keys.py"


def migration() -> Any:
    spec = spec_from_file_location("case_keys", MIGRATION)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.req("S42")
def test_the_migration_finds_the_keys_that_a_case_is_opened_with(world: World) -> None:
    waits(world)
    parcel = {"carrier": "SF", "tracking_no": "SF 7654321", "actor": world.shopper, "request_id": "sent"}
    ship_back(case_no=applied(world), **parcel, deps=world.deps)
    then = migration()
    with world.deps.database.reading() as connection:
        written = {(row.case_id, row.key) for row in connection.execute(select(KEYS))}
        cases = [case for batch in then._batches(connection) for case in batch]
        references = then._references(connection, [case.order_id for case in cases])
        found = {(case.id, key) for case in cases for key in then._keys(case, references[case.order_id])}
    assert found == written and {key for _, key in found} == {"0001", "a-1-p-1", "a-2-p-1", "sf7654321"}
