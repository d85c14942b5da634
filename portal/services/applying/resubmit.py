"""重新申请: what was refused asked for again, as it was or changed: a new case that follows the old one (S39, T26)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.domain.applying.decide import ApplicationAsk
from portal.domain.cases.after_refusal import after_refusal, first_of, tries_before, why_not_again
from portal.domain.errors import Invalid
from portal.domain.errors import Refused as RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Refused
from portal.domain.records.events import Event
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.actor_source import event_source
from portal.services.applying.apply_for import open_application
from portal.services.request_digest import digest_of
from portal.services.situation import situation_of


def resubmit_case(
    *,
    case_no: str,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str] = (),
    actor: Actor,
    request_id: str,
    deps: Deps,
) -> str:
    """Returns `case:<no>` of the new one. Errors: NotFound, Refused (by the old case, or by the policy), Invalid,
    EvidenceRefused, Reused."""
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, digest_of("resubmit", case_no, ask, list(evidence_ids))):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case, cases = work.cases.get_for_update(case_no, actor), work.cases.of_order(record.id)
        settings = work.shops.settings_of(record.shop_id)
        if refused := not_again(case.row, cases, settings, work.now):
            raise RefusedError(refused)
        if ask.kind != case.row["kind"]:
            raise Invalid((("kind", "fixed"),))
        found = replace(situation_of(work, record, settings, deps), noticed_at=noticed_at(case.row, cases))
        new_no = open_application(work, record, found, ask, evidence_ids, actor, settings, deps, follows_id=case.id)
        event = Event(kind=f"{event_source(actor)}:case:applied_again", data={"case": new_no}, case_no=case_no)
        work.events.append(record, actor, event)
        return work.requests.finish(actor, request_id, f"case:{new_no}")


def not_again(
    case: Mapping[str, Any], cases: Iterable[Mapping[str, Any]], settings: ShopSettings, now: datetime
) -> Refused | None:
    """For the page that offers it and for the act; `cases` are all those of the order."""
    cases = list(cases)
    again = next((row["case_no"] for row in cases if row["follows_id"] == case["id"]), "")
    facts = after_refusal(case, again=again, tries=tries_before(case, cases))
    return why_not_again(facts, settings.limits.resubmissions, now)


def noticed_at(case: Mapping[str, Any], cases: Iterable[Mapping[str, Any]]) -> datetime:
    """When it was first asked for. What counts is that the notice came in time, not when it was mended (CN-8)."""
    opened: datetime = first_of(case, cases)["opened_at"]
    return opened
