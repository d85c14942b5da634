"""The draft of a shop's next policy: begun from the version in use, changed by forms or as a file, given up (N4).

What the law forbids is never saved: every change is read as a whole pack first. A proposal of an earlier revision is
void with the change.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, PortalError
from portal.domain.identity.access import Actor, may
from portal.domain.policy.canonical import as_table
from portal.domain.policy.drafts import LONGEST_TEXT, PolicyDraft
from portal.domain.policy.overlay import overlay, with_value
from portal.domain.policy.pack import Pack, Words
from portal.domain.policy.pack_fields import fields_of
from portal.domain.policy.problems import PackError, PackProblem
from portal.domain.policy.results import DraftChanged
from portal.domain.policy.typed_fields import Typed, TypedProblem, read_typed
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps, PackTexts
from portal.repos.shops import StoredShop
from portal.repos.unit_of_work import UnitOfWork, unit_of_work

SOURCE = "policy.toml"
MISSING = "is missing"
"""The reason of a PackProblem: the table around it says too little."""
_NO_NAME = re.compile(r"[^a-z0-9-]+")


@dataclass(eq=False)
class FaultyDraftError(PortalError):
    """A draft that cannot be saved: inputs that were not understood, and what the pack as a whole is not allowed."""

    typed: tuple[TypedProblem, ...] = ()
    pack: tuple[PackProblem, ...] = ()


def begin_draft(*, actor: Actor, request_id: RequestKey, deps: Deps) -> DraftChanged:
    """From the version in use; where there is a draft already, that one. Errors: Forbidden, Conflict (no_policy)."""
    check_writer(actor)
    with unit_of_work(deps) as work:
        if first := work.requests.claim(actor, request_id, fingerprint(["begin"]), DraftChanged):
            return first
        work.shops.lock(actor.shop_id)
        if work.policy_drafts.find(actor.shop_id) is None:
            shop, version_id = in_use(work, actor.shop_id)
            text = deps.packs.text_of(first_table(shop, work.policies.pack_of(version_id), deps.packs))
            work.policy_drafts.begin(actor.shop_id, text, based_on=version_id, by=actor.key)
            note(work, actor, "policy:drafted", version=version_id)
        return work.requests.finish(actor, request_id, DraftChanged(what="begun"))


def save_fields(*, revision: int, typed: Typed, actor: Actor, request_id: RequestKey, deps: Deps) -> DraftChanged:
    """What was typed into the forms. Errors: Forbidden, Conflict (no_draft, draft_changed), FaultyDraftError."""

    def changed(work: UnitOfWork, draft: PolicyDraft) -> str:
        table = deps.packs.table_of(draft.text)
        below = deps.packs.bases.get(str(table.get("on")))
        base = as_table(below) if below else {}
        wanted, problems = read_typed(fields_of(table, base), typed, table, base)
        text = deps.packs.text_of(wanted, draft.text) if wanted != table else draft.text
        _check(work, actor, text, problems, deps.packs)
        return text

    said = {name: list(values) for name, values in typed.items()}
    return _save(revision, ["fields", revision, said], changed, actor, request_id, deps)


def save_text(*, revision: int, text: str, actor: Actor, request_id: RequestKey, deps: Deps) -> DraftChanged:
    """A whole file. Errors: Forbidden, Conflict (no_draft, draft_changed), FaultyDraftError."""

    def changed(work: UnitOfWork, _draft: PolicyDraft) -> str:
        whole = f"{text.replace(chr(13), '').strip()}\n"
        if len(whole) > LONGEST_TEXT:
            raise FaultyDraftError(pack=(PackProblem(SOURCE, "(file)", "is too long"),))
        _check(work, actor, whole, (), deps.packs)
        return whole

    return _save(revision, ["text", revision, text], changed, actor, request_id, deps)


def discard_draft(*, revision: int, actor: Actor, request_id: RequestKey, deps: Deps) -> DraftChanged:
    """Errors: Forbidden, Conflict (no_draft, draft_changed)."""
    check_writer(actor)
    with unit_of_work(deps) as work:
        if first := work.requests.claim(actor, request_id, fingerprint(["discard", revision]), DraftChanged):
            return first
        draft = the_draft(work, actor, revision)
        void_proposal(work, actor)
        work.policy_drafts.forget(draft)
        note(work, actor, "policy:discarded", revision=draft.revision)
        return work.requests.finish(actor, request_id, DraftChanged(what="discarded"))


def _save(
    revision: int,
    said: list[Any],
    changed: Callable[[UnitOfWork, PolicyDraft], str],
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> DraftChanged:
    check_writer(actor)
    with unit_of_work(deps) as work:
        if first := work.requests.claim(actor, request_id, fingerprint(["draft", *said]), DraftChanged):
            return first
        draft = the_draft(work, actor, revision)
        text = changed(work, draft)
        if text == draft.text:
            return work.requests.finish(actor, request_id, DraftChanged(what="same"))
        work.policy_drafts.save(draft, text, by=actor.key)
        void_proposal(work, actor)
        note(work, actor, "policy:edited", revision=draft.revision + 1)
        return work.requests.finish(actor, request_id, DraftChanged(what="saved"))


def _check(work: UnitOfWork, actor: Actor, text: str, typed: tuple[TypedProblem, ...], packs: PackTexts) -> None:
    """Everything that is wrong, at once."""
    try:
        pack = packs.read_pack(text)
    except PackError as error:
        raise FaultyDraftError(typed, (*error.problems, *_beyond(error.problems, text, packs))) from None
    current = work.policies.pack_of(in_use(work, actor.shop_id)[1])
    found = tuple(_out_of_place(pack, current, packs))
    if typed or found:
        raise FaultyDraftError(typed, found)


def _beyond(found: tuple[PackProblem, ...], text: str, packs: PackTexts) -> tuple[PackProblem, ...]:
    """What is wrong as well: values that cannot be read hide whether the others are allowed, so those are left out."""
    try:
        table = packs.table_of(text)
        for problem in found:
            within, _, _ = problem.key.rpartition(".")
            table = with_value(table, within if within and problem.reason == MISSING else problem.key, None)
        packs.read_pack(packs.text_of({"name": "shop", "title": {"zh": "-", "en": "-"}} | table))
    except PackError as error:
        known = {problem.key for problem in found}
        return tuple(problem for problem in error.problems if problem.key not in known)
    return ()


def _out_of_place(pack: Pack, current: Pack, packs: PackTexts) -> list[PackProblem]:
    """What is right in a file and wrong in a draft: another law is a decision of whoever runs the portal."""
    found = []
    if pack.name in packs.bases:
        found.append(PackProblem(SOURCE, "name", "is the name of a pack that ships with the portal"))
    if pack.kind != "shop":
        found.append(PackProblem(SOURCE, "kind", "must be shop"))
    if pack.law != current.law:
        found.append(PackProblem(SOURCE, "law", "must stay {limit}", current.law))
    if pack.effective_from:
        found.append(PackProblem(SOURCE, "effective_from", "is said when it is published"))
    return found


def first_table(shop: StoredShop, pack: Pack, packs: PackTexts) -> dict[str, Any]:
    """A draft of what is in use. A shop that uses a pack as it ships begins one of its own on it."""
    if pack.name not in packs.bases:
        return overlay(pack, packs.bases.get(pack.on))
    own = _NO_NAME.sub("-", shop.key.lower()).strip("-")[:40] or "shop"
    name = own if own not in packs.bases else f"{own[:34]}-shop"
    title = Words(zh=shop.name.strip(), en=shop.name.strip())
    return {"name": name, "title": {"zh": title.zh, "en": title.en}, "on": pack.name}


def in_use(work: UnitOfWork, shop_id: int) -> tuple[StoredShop, int]:
    """The shop and the version that holds for its orders now. Raises Conflict (no_policy)."""
    shop = work.shops.get_by_id(shop_id)
    version_id = work.policies.newest(shop_id, shop.policy)
    if version_id is None:
        raise Conflict("no_policy")
    return shop, version_id


def the_draft(work: UnitOfWork, actor: Actor, revision: int) -> PolicyDraft:
    """As it was shown, under the shop's lock. Raises Conflict (no_draft, draft_changed)."""
    work.shops.lock(actor.shop_id)
    draft = work.policy_drafts.find(actor.shop_id)
    if draft is None:
        raise Conflict("no_draft")
    if draft.revision != revision:
        raise Conflict("draft_changed", at=draft.changed_at)
    return draft


def void_proposal(work: UnitOfWork, actor: Actor) -> None:
    """What waits for a second person is not what would be published any more."""
    if one := work.policy_drafts.open_proposal(actor.shop_id):
        work.policy_drafts.answer(one, "void", answered_at=work.now)
        note(work, actor, "policy:voided", proposal=one.id)


def check_writer(actor: Actor) -> None:
    if actor.kind != "staff" or not may(actor, "write", "policies"):
        raise Forbidden("policies")


def note(work: UnitOfWork, actor: Actor, what: str, **data: Any) -> None:
    work.events.append_without_order(actor, NewEvent(kind=f"staff:{what}", data=data))
