"""The types of a policy pack beside the dataclasses they give."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from portal.domain.policy import pack as domain
from portal.domain.policy.canonical import canonical_text
from portal.domain.policy.jurisdictions import LawClock
from portal.schemas import pack as schemas
from portal.schemas.pack import read_stored_pack
from tests.support.packs import PACKS

PAIRS = [
    (schemas.WordsTable, domain.Words),
    (schemas.RuleTable, domain.Rule),
    (schemas.CitesTable, domain.Cites),
    (schemas.WindowsTable, domain.Windows),
    (schemas.ExclusionTable, domain.Exclusion),
    (schemas.RestrictionTable, domain.RestrictionRule),
    (schemas.ClockTable, LawClock),
    (schemas.TimersTable, domain.Timers),
    (schemas.WaitsTable, domain.Waits),
    (schemas.FeeTable, domain.FeeRule),
    (schemas.FeesTable, domain.FeeRules),
    (schemas.FreightTable, domain.Freight),
    (schemas.LimitsTable, domain.LimitRules),
    (schemas.ArrivalTable, domain.ArrivalRule),
    (schemas.LegalRefundTable, domain.LegalRefund),
    (schemas.PackTable, domain.Pack),
]


@pytest.mark.parametrize(("table", "kind"), PAIRS, ids=lambda one: one.__name__)
def test_a_table_has_the_keys_of_its_dataclass_and_no_others(table: Any, kind: Any) -> None:
    keys = {field.name for field in fields(kind) if not field.metadata.get("from_key")}
    assert table.__annotations__.keys() == keys


def test_a_stored_version_is_read_once() -> None:
    text = canonical_text(PACKS["cn"])
    assert read_stored_pack(text) is read_stored_pack(text)
