"""上传凭证: the one way by which files come in (SECURITY, uploads; TRAPS T35).

A file is cleaned and stored first and belongs, as a draft, to whoever sent it and to one order, so it outlives a form
that was not filled in right. `attach_evidence` gives it to an application or a message, in that act's own transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal.domain.errors import Forbidden, NotFound, ProviderUnavailable
from portal.domain.evidence.files import (
    MOST_A_DAY,
    MOST_BYTES,
    MOST_FILES,
    BadFile,
    Evidence,
    EvidenceRefused,
    Upload,
    UploadFault,
    shown_name,
)
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.evidence import NewFile
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.act import CaseAct


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """`evidence`: what a form holds now, kept and new, to be shown with it. `faults`: why the rest was not accepted.
    `away`: what kept some from being taken, which may be sent again."""

    evidence: tuple[Evidence, ...] = ()
    faults: tuple[UploadFault, ...] = ()
    away: ProviderUnavailable | None = None

    def unless_away(self) -> Received:
        """For what nobody chooses again. Raises ProviderUnavailable."""
        if self.away:
            raise self.away
        return self


PATIENCE = timedelta(seconds=20)
"""For the files of one form: what is not begun by then is to be chosen again, as if the store were away."""


@dataclass(slots=True)
class _Tray:
    """What one form brings: `kept` from before, `fresh` cleaned and stored just now."""

    kept: list[Evidence]
    today: int
    fresh: list[NewFile] = field(default_factory=list)
    faults: list[UploadFault] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.kept) + len(self.fresh)

    @property
    def hashes(self) -> set[str]:
        return {evidence.sha256 for evidence in self.kept} | {file.evidence.sha256 for file in self.fresh}


def receive_evidence(
    *,
    uploads: Sequence[Upload],
    kept_ids: Sequence[str] = (),
    removed_ids: Collection[str] = (),
    actor: Actor,
    order_no: str = "",
    case_no: str = "",
    deps: Deps,
) -> Received:
    """Receives the files of a form on this order (or on this case's). `kept_ids` are those of an earlier try.

    What is good stays, whatever else is wrong with the form; nothing is linked to anything yet. The same file again is
    the same evidence. A form without any asks for nothing, so nothing is read: whose order it is, is asked by its act.
    What a store, scanner or decoder that is away did not take is a fault too, and what came before it is kept.
    Errors: NotFound, Forbidden, ProviderUnavailable (the database).
    """
    _check(actor)
    if not (uploads or kept_ids or removed_ids):
        return Received()
    wanted = [name for name in kept_ids if name not in removed_ids]
    with reading(deps) as work:
        order_id = work.evidence.order_id_of(actor, order_no=order_no, case_no=case_no)
        kept = [file.evidence for file in work.evidence.usable(actor, order_id, wanted)]
        since = _midnight(work.now, work.shops.settings_of(actor.shop_id).zone)
        tray = _Tray(kept, _sent_today(work, actor, since, deps) if uploads else 0)
    away = _take_all(uploads, tray, actor, order_id, deps)
    if tray.fresh or removed_ids:
        _keep(tray, removed_ids, since, actor, order_id, deps)
    held = (*tray.kept, *(file.evidence for file in tray.fresh))
    return Received(evidence=held, faults=tuple(tray.faults), away=away)


def attach_evidence(
    act: CaseAct,
    ids: Sequence[str],
    *,
    message_id: int | None = None,
    exactly: bool = False,
    most: int = MOST_FILES,
) -> tuple[Evidence, ...]:
    """Links files to an application, or to one message of it, in the caller's transaction (the order is locked).

    `exactly`: an edited application shows these and no others. Errors: NotFound (not this actor's, or swept),
    EvidenceRefused (more than `most`).
    """
    work, case_id = act.work, act.case.id
    files = work.evidence.usable(act.actor, act.record.id, ids, for_update=True)
    if len(files) != len(set(ids)):
        raise NotFound("evidence")
    linked = {file.id for file in work.evidence.of_case(case_id) if file.message_id == message_id}
    wanted = [file.id for file in files]
    if exactly:
        work.evidence.unlink(linked - set(wanted), case_id=case_id)
        linked &= set(wanted)
    if len(linked | set(wanted)) > most:
        raise EvidenceRefused(UploadFault(code="count", count=len(linked)))
    fresh = [file_id for file_id in wanted if file_id not in linked]
    work.evidence.link(fresh, shop_id=act.record.shop_id, case_id=case_id, message_id=message_id)
    return tuple(file.evidence for file in files)


def _check(actor: Actor) -> None:
    if actor.kind in ("shopper", "guest"):
        return
    if not (may(actor, "write", "cases") or may(actor, "write", "inspect")):
        raise Forbidden("cases")


def _midnight(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _take_all(
    uploads: Sequence[Upload], tray: _Tray, actor: Actor, order_id: int, deps: Deps
) -> ProviderUnavailable | None:
    """One after another, until one is not taken, or all together take too long: why."""
    until = deps.clock.now() + PATIENCE
    for place, upload in enumerate(uploads):
        try:
            if deps.clock.now() > until:
                raise ProviderUnavailable("store", "slow")
            _take(upload, tray, actor, order_id, deps)
        except ProviderUnavailable as away:
            if away.provider == "database":
                raise
            tray.faults.extend(UploadFault(code="away", file=shown_name(left.name)) for left in uploads[place:])
            return away
    return None


def _take(upload: Upload, tray: _Tray, actor: Actor, order_id: int, deps: Deps) -> None:
    """Cleans and stores one file, or says what is wrong with it."""
    name = shown_name(upload.name)
    if upload.size > MOST_BYTES:
        tray.faults.append(UploadFault(code="size", file=name, size=upload.size))
        return
    content = upload.content.read(MOST_BYTES + 1)
    digest = hashlib.sha256(content).hexdigest()
    if digest in tray.hashes:
        return
    if tray.count >= MOST_FILES:
        tray.faults.append(UploadFault(code="count", file=name, count=tray.count))
    elif same := _sent_before(digest, actor, order_id, deps):
        tray.kept.append(same)
    elif tray.today + len(tray.fresh) >= MOST_A_DAY:
        tray.faults.append(UploadFault(code="day", file=name))
    else:
        try:
            tray.fresh.append(_stored(content, name, digest, deps))
        except BadFile as bad:
            tray.faults.append(UploadFault(code=bad.code, file=name))
            tray.today += 1
            with unit_of_work(deps) as work:
                work.failures.add(_failures_of(actor, deps))


def _sent_today(work: UnitOfWork, actor: Actor, since: datetime, deps: Deps) -> int:
    """Files of this author, those that were no good too: each costs as much to look at."""
    return work.evidence.count_since(actor, since) + work.failures.count(_failures_of(actor, deps), since=since)


def _failures_of(actor: Actor, deps: Deps) -> str:
    return deps.vault.digest("failed uploads", f"{actor.shop_id}:{actor.key}")


def _sent_before(digest: str, actor: Actor, order_id: int, deps: Deps) -> Evidence | None:
    """A form sent twice, or a file chosen again: nothing is cleaned, stored or counted twice."""
    with reading(deps) as work:
        file = work.evidence.same_files(actor, order_id, (digest,)).get(digest)
    return file.evidence if file else None


def _stored(content: bytes, name: str, digest: str, deps: Deps) -> NewFile:
    """A file that lies in the store now. A file whose row is never written is swept after a day."""
    if deps.scanner and not deps.scanner.is_clean(content):
        raise BadFile("virus")
    clean = deps.images.clean(content)
    now = deps.clock.now()
    key = f"{now:%Y%m%d}/{deps.random.token()}"
    deps.store.put(key, clean.content)
    small_key = f"{key}-small" if clean.small else None
    if small_key:
        deps.store.put(small_key, clean.small)
    evidence = Evidence(
        id=deps.random.id(now),
        name=name,
        media_type=clean.media_type,
        size=len(clean.content),
        sha256=digest,
        width=clean.width,
        height=clean.height,
    )
    return NewFile(evidence=evidence, key=key, small_key=small_key)


def _keep(tray: _Tray, removed_ids: Collection[str], since: datetime, actor: Actor, order_id: int, deps: Deps) -> None:
    with unit_of_work(deps) as work:
        if tray.fresh:
            work.evidence.lock_digests(deps.vault.digest("uploads", f"{actor.shop_id}:{actor.key}"))
            _drop_repeats(tray, work, actor, order_id)
            _drop_too_many(tray, _sent_today(work, actor, since, deps))
            work.evidence.add(actor, order_id, tray.fresh)
        if removed_ids:
            work.evidence.remove(actor, order_id, removed_ids)


def _drop_repeats(tray: _Tray, work: UnitOfWork, actor: Actor, order_id: int) -> None:
    """The same form came twice at the same moment: the first to get here has the file."""
    same = work.evidence.same_files(actor, order_id, [file.evidence.sha256 for file in tray.fresh])
    tray.kept.extend(file.evidence for file in same.values())
    tray.fresh = [file for file in tray.fresh if file.evidence.sha256 not in same]


def _drop_too_many(tray: _Tray, today: int) -> None:
    left = max(0, MOST_A_DAY - today)
    tray.faults.extend(UploadFault(code="day", file=file.evidence.name) for file in tray.fresh[left:])
    tray.fresh = tray.fresh[:left]
