"""下载全部记录: all that is kept of a case for its customer, to be written into one file (S38, N9)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.domain.codec import to_plain
from portal.domain.errors import NotFound
from portal.domain.evidence.files import ENDINGS, Evidence
from portal.domain.identity.access import Actor
from portal.domain.identity.masks import masked_address, masked_declaration, masked_mail, masked_name, masked_phone
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.cases import case_page
from portal.pages.values.cases import CasePage
from portal.pages.values.pickup import PickupView
from portal.ports import Deps
from portal.repos.case_rows import DecisionKept
from portal.repos.evidence import StoredFile
from portal.repos.unit_of_work import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the case: `path` is its place in the record, `key` in the store."""

    evidence: Evidence
    path: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """What the rules said and what replays it. who: customer, shop, portal; is_review: a person decides."""

    at: datetime
    who: str
    rules: tuple[str, ...]
    is_review: bool
    engine: int
    law_version: int | None
    shop_version: int | None
    facts: dict[str, Any]
    decision: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExport:
    """`page` as the customer sees it, so without what staff note for themselves, and read in `zone` (IANA, "": the
    shop's), whoever takes it; `made_at`: this moment."""

    page: CasePage
    decisions: tuple[KeptDecision, ...]
    files: tuple[KeptFile, ...]
    made_at: datetime
    zone: str = ""

    def path_of(self, evidence: Evidence) -> str:
        return next((file.path for file in self.files if file.evidence.id == evidence.id), "")

    def facts(self) -> dict[str, Any]:
        """JSON-able: the case, its decisions, its files."""
        files = [to_plain(file.evidence) | {"path": file.path} for file in self.files]
        decisions = [to_plain(decision) for decision in self.decisions]
        return {
            "made_at": self.made_at.isoformat(),
            "case": to_plain(self.page),
            "decisions": decisions,
            "files": files,
        }


def export_case(*, case_no: str, actor: Actor, settings: ShopSettings, locale: str, deps: Deps) -> CaseExport:
    """The customer's or a guest's own; for staff the same record with who and where masked, as on the desk: what is
    seen in clear there is asked for with a reason, and on record. Raises NotFound."""
    # What is only drawn is nothing that is kept.
    page = replace(
        case_page(case_no=case_no, actor=actor, settings=settings, deps=deps, locale=locale), to_send=None, progress=()
    )
    page = masked_for_staff(page) if actor.kind == "staff" else page
    with reading(deps) as work:
        case_id, record = work.cases.get(case_no, actor).id, work.orders.get(page.order_no, actor)
        own = work.accounts.zone_of(record.customer_id) if record.customer_id else ""
        told = {None, *(message.id for message in work.messages.of_case(case_id))}
        files = {file.evidence.id: file for file in work.evidence.of_case(case_id) if file.message_id in told}
        decisions = work.cases.decisions_of(case_id)
    return CaseExport(
        page=page,
        decisions=tuple(_decision(kept, is_masked=actor.kind == "staff") for kept in decisions),
        files=tuple(_file(number, file) for number, file in enumerate(files.values(), 1)),
        made_at=deps.clock.now(),
        zone=own or page.zone,
    )


def masked_for_staff(page: CasePage) -> CasePage:
    """Without the name, phone, mail and address of the customer; what they wrote stays as they wrote it."""
    sent = tuple(
        replace(one, mail=one.mail and masked_mail(one.mail), phone=one.phone and masked_phone(one.phone))
        for one in page.sent
    )
    return replace(
        page,
        note=masked_declaration(page.note) if page.kind == "contract_withdrawal" else page.note,
        pickup=_masked_pickup(page.pickup) if page.pickup else None,
        sent=sent,
        told_mail=masked_mail(page.told_mail),
        told_phone=masked_phone(page.told_phone),
    )


def _masked_pickup(pickup: PickupView) -> PickupView:
    address = masked_address(pickup.address)
    return replace(pickup, name=masked_name(pickup.name), phone=masked_phone(pickup.phone), address=address)


def read_kept(file: KeptFile, deps: Deps) -> bytes | None:
    """None where the file was erased meanwhile. Raises ProviderUnavailable."""
    try:
        return deps.store.get(file.key)
    except NotFound:
        return None


def _file(number: int, file: StoredFile) -> KeptFile:
    path = f"evidence/{number:02}-{file.evidence.id}.{ENDINGS[file.evidence.media_type]}"
    return KeptFile(evidence=file.evidence, path=path, key=file.key)


def _decision(kept: DecisionKept, *, is_masked: bool) -> KeptDecision:
    decision, facts = json.loads(kept.decision), json.loads(kept.facts)
    if is_masked and (facts.get("ask") or {}).get("kind") == "contract_withdrawal":
        facts["ask"]["note"] = masked_declaration(facts["ask"]["note"])
    who = {"shopper": "customer", "guest": "customer", "system": "portal"}.get(kept.actor.partition(":")[0], "shop")
    return KeptDecision(
        at=kept.at,
        who=who,
        rules=tuple(decision.get("rules", ())),
        is_review="answer_by" in decision,
        engine=kept.engine,
        law_version=kept.law_version_id,
        shop_version=kept.shop_version_id,
        facts=facts,
        decision=decision,
    )
