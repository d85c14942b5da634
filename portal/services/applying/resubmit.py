"""重新申请: what was refused asked for again, as it was or changed: a new case that follows the old one (S39, T26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.domain.cases.after_refusal import after_refusal, first_of, follower_among, tries_before, why_not_again
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.errors import Invalid, RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Refused
from portal.domain.results import CaseOpened
from portal.domain.sent import RequestKey
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_for import open_application
from portal.services.applying.variants import with_prices
from portal.services.request_digest import digest_of


def resubmit_case(
    *,
    case_no: str,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str] = (),
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> CaseOpened:
    """Errors: NotFound, RefusedError (by the old case, or by the policy), Invalid,
    EvidenceRefused, Reused."""
    with unit_of_work(deps) as work:
        asked = digest_of("resubmit", case_no, ask, list(evidence_ids))
        if done := work.requests.claim(actor, request_id, asked, CaseOpened):
            return done
        act = lock_case(work, case_no, actor, deps)
        cases = work.cases.of_order(act.record.id)
        if refused := not_again(act.case, cases, act.settings, act.now):
            raise RefusedError(refused)
        if ask.kind != act.case.kind:
            raise Invalid((("kind", "fixed"),))
        found = replace(act.situation, noticed_at=noticed_at(act.case, cases))
        new = open_application(act, with_prices(act, ask), found, evidence_ids, follows=act.case)
        act.happened("case:applied_again", case=new.case_no)
        return work.requests.finish(actor, request_id, CaseOpened(case_no=new.case_no, follows=case_no))


def not_again(case: Case, cases: Sequence[Case], settings: ShopSettings, now: datetime) -> Refused | None:
    """For the page that offers it and for the act; `cases` are all those of the order."""
    facts = after_refusal(case, again=follower_among(case, cases), tries=tries_before(case, cases))
    return why_not_again(facts, settings.limits.resubmissions, now)


def is_last_try(act: CaseAct) -> bool:
    """Whether the case, were it refused, could only be contested: it was applied for again as often as may be. A query
    for one that follows another."""
    limit = act.settings.limits.resubmissions
    if not limit or not act.case.follows_id:
        return not limit
    return tries_before(act.case, act.work.cases.of_order(act.record.id)) >= limit


def noticed_at(case: Case, cases: Sequence[Case]) -> datetime:
    """When it was first asked for. What counts is that the notice came in time, not when it was corrected (CN-8)."""
    return first_of(case, cases).opened_at
