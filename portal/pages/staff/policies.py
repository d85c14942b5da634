"""售后规则: what holds in the shop in words, since when, and what is to come (N4)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.policy.differences import differences
from portal.domain.policy.drafts import PolicyDraft, PolicyProposal
from portal.domain.policy.jurisdictions import NO_LAW
from portal.domain.policy.pack import Pack
from portal.pages.staff.facts import people_of
from portal.pages.staff.policy_words import difference_rows, pack_words
from portal.pages.values.policies import DraftRow, LawRows, PoliciesPage, ProposalRow, VersionPage, VersionRow
from portal.ports import Deps
from portal.repos.policy_drafts import PublishedVersion
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.policy.drafts import in_use

MOST = 50
"""Versions that are listed; the trail has all of them."""
People = Mapping[str, str]


def policies_page(*, locale: str, actor: Actor, deps: Deps) -> PoliciesPage:
    """Raises Conflict (no_policy)."""
    with reading(deps) as work:
        shop, version_id = in_use(work, actor.shop_id)
        pack = work.policies.pack_of(version_id)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        names = work.policy_drafts.names(actor.shop_id)
        laws = {law.name: law for law in deps.laws if law.name in names}
        current = {name: work.policies.newest(actor.shop_id, name) for name in laws if name != shop.policy}
        holds = {version_id, *current.values()}
        found = work.policy_drafts.versions(actor.shop_id, names, MOST)
        rows = [version_row(one, holds, people, work) for one in found]
        law_id = current.get(pack.law) if pack.law != NO_LAW and pack.kind == "shop" else None
        whole = work.policies.in_force(version_id, law_id)
        draft, proposal = work.policy_drafts.find(actor.shop_id), work.policy_drafts.open_proposal(actor.shop_id)
    own = tuple(row for row in rows if row.name not in laws or row.name == shop.policy)
    return PoliciesPage(
        words=pack_words(whole, locale),
        has_own=pack.name not in deps.packs.bases,
        versions=own,
        laws=tuple(_law(law, rows, locale) for name, law in laws.items() if name != shop.policy),
        draft=draft_row(draft, pack, version_id, people, deps) if draft else None,
        proposal=proposal_row(proposal, people) if proposal else None,
        may_write=may(actor, "write", "policies"),
        most=MOST,
    )


def _law(law: Pack, rows: list[VersionRow], locale: str) -> LawRows:
    versions = tuple(row for row in rows if row.name == law.name)
    return LawRows(name=law.name, title=law.title.in_locale(locale), versions=versions)


def version_page(*, version_id: int, locale: str, actor: Actor, deps: Deps) -> VersionPage:
    """One version in words, and what is different from the one before. Raises NotFound."""
    with reading(deps) as work:
        one = work.policy_drafts.version(actor.shop_id, version_id)
        if one is None:
            raise NotFound("version")
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        before_id = work.policy_drafts.version_before(actor.shop_id, one)
        holds = {work.policies.newest(actor.shop_id, one.name)}
        if one.name not in {law.name for law in deps.laws}:
            holds &= {in_use(work, actor.shop_id)[1]}
        before = work.policies.pack_of(before_id) if before_id else None
        row = version_row(one, holds, people, work)
    pack = deps.schemas.read_stored_pack(one.body)
    found = differences(before, pack) if before else ()
    words = pack_words(pack, locale)
    return VersionPage(row=row, words=words, before_id=before_id, differences=difference_rows(found, locale))


def version_row(one: PublishedVersion, holds: set[int | None], people: People, work: UnitOfWork) -> VersionRow:
    """`holds`: those that hold for orders of now."""
    is_later = one.effective_from is not None and one.effective_from > work.now
    return VersionRow(
        id=one.id,
        name=one.name,
        digest=one.digest[:12],
        state="scheduled" if is_later else "in_use" if one.id in holds else "past",
        published_at=one.published_at,
        starts_at=one.effective_from,
        by=people.get(one.proposed_by or one.published_by, ""),
        approved_by=people.get(one.approved_by or "", ""),
    )


def draft_row(draft: PolicyDraft, current: Pack, version_id: int, people: People, deps: Deps) -> DraftRow:
    return DraftRow(
        revision=draft.revision,
        changed_by=people.get(draft.changed_by, ""),
        changed_at=draft.changed_at,
        differences=len(differences(current, deps.packs.read_pack(draft.text))),
        is_behind=draft.based_on != version_id,
    )


def proposal_row(one: PolicyProposal, people: People) -> ProposalRow:
    return ProposalRow(
        id=one.id,
        state=one.state,
        by=people.get(one.proposed_by, ""),
        at=one.proposed_at,
        starts_at=one.starts_at,
        note=one.note,
        answered_by=people.get(one.answered_by or "", ""),
        answered_at=one.answered_at,
        answer=one.answer,
    )
