"""Evidence: files received, linked to applications and messages, found by those who may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, exists, func, insert, or_, select, update

from portal.domain.errors import NotFound
from portal.domain.evidence.files import Evidence
from portal.domain.identity.access import Actor
from portal.models.case import Case
from portal.models.evidence import EvidenceFile, EvidenceLink
from portal.models.message import Message
from portal.models.order import Order
from portal.repos.cases import owned_cases
from portal.repos.failures import lock_digests
from portal.repos.orders import owned_by
from portal.repos.rows import Row, all_rows

FILES = EvidenceFile.__table__
LINKS = EvidenceLink.__table__
MESSAGES = Message.__table__
ORDERS = Order.__table__
CASES = Case.__table__

_OF_EVIDENCE = ("name", "media_type", "size", "sha256", "width", "height")
_OF_CASE = (
    select(FILES, LINKS.c.message_id)
    .join(LINKS, LINKS.c.file_id == FILES.c.id)
    .where(LINKS.c.case_id == bindparam("case_id"))
    .order_by(LINKS.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file that lies in the store under `key`, its small copy under `small_key` where it has one."""

    evidence: Evidence
    key: str
    small_key: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, self.small_key) if self.small_key else (self.key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile(NewFile):
    """One that has a row. `message_id`: the message it stands with, where files of a case are asked for."""

    id: int
    message_id: int | None = None


class EvidenceFiles:
    """`work.evidence`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def order_id_of(self, actor: Actor, *, order_no: str = "", case_no: str = "") -> int:
        """The order that is named, or that of the case. Raises NotFound, also for somebody else's."""
        if case_no:
            query = owned_cases(select(CASES.c.order_id), actor).where(CASES.c.case_no == case_no)
        else:
            query = owned_by(select(ORDERS.c.id), actor).where(ORDERS.c.number == order_no)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("order")
        return int(found)

    def lock_digests(self, digest: str) -> None:
        """Whoever names the same digest (hex) waits for this transaction to end: a limit is counted and kept in one."""
        lock_digests(self._connection, (digest,))

    def count_since(self, actor: Actor, since: datetime) -> int:
        """Files this author sent in since then, the removed ones too."""
        mine = (FILES.c.shop_id == actor.shop_id) & (FILES.c.author == actor.key) & (FILES.c.created_at >= since)
        return int(self._connection.execute(select(func.count()).where(mine)).scalar_one())

    def add(self, actor: Actor, order_id: int, files: Sequence[NewFile]) -> None:
        own = {"shop_id": actor.shop_id, "order_id": order_id, "author": actor.key, "created_at": self._now}
        own["draft_since"] = self._now
        if files:
            self._connection.execute(insert(FILES), [_columns(file) | own for file in files])

    def remove(self, actor: Actor, order_id: int, ids: Collection[str]) -> None:
        """Drafts of this author; what an application uses already stays."""
        drafts = self._authored(actor, order_id) & FILES.c.evidence_id.in_(ids) & ~_is_linked()
        self._connection.execute(update(FILES).where(drafts).values(removed_at=self._now))

    def usable(self, actor: Actor, order_id: int, ids: Sequence[str], *, for_update: bool = False) -> list[StoredFile]:
        """Those of `ids`, in that order, which this actor sent in or sees on a case of this order.

        `for_update` holds them until the transaction ends, so that no sweep takes what is being linked.
        """
        named = (FILES.c.order_id == order_id) & FILES.c.evidence_id.in_(ids)
        files = self._visible(actor, named, for_update=for_update) if ids else []
        found = {file.evidence.id: file for file in files}
        return [found[name] for name in dict.fromkeys(ids) if name in found]

    def same_files(self, actor: Actor, order_id: int, hashes: Collection[str]) -> dict[str, StoredFile]:
        """What this author has sent in for this order before, by hash."""
        if not hashes:
            return {}
        query = select(FILES).where(self._authored(actor, order_id), FILES.c.sha256.in_(hashes))
        return {file.evidence.sha256: file for file in self._files(query)}

    def find(self, evidence_id: str, actor: Actor) -> StoredFile | None:
        """None where it does not exist or is none of the actor's business: the same answer (law 7)."""
        found = self._visible(actor, FILES.c.evidence_id == evidence_id)
        return found[0] if found else None

    def link(self, file_ids: Sequence[int], *, shop_id: int, case_id: int, message_id: int | None) -> None:
        own = {"shop_id": shop_id, "case_id": case_id, "message_id": message_id, "created_at": self._now}
        if file_ids:
            self._connection.execute(insert(LINKS), [own | {"file_id": file_id} for file_id in file_ids])
            self._connection.execute(update(FILES).where(FILES.c.id.in_(file_ids)).values(draft_since=None))

    def unlink(self, file_ids: Collection[int], *, case_id: int) -> None:
        """What an edited application no longer shows; messages keep theirs."""
        own = (LINKS.c.case_id == case_id) & LINKS.c.message_id.is_(None)
        self._connection.execute(delete(LINKS).where(own, LINKS.c.file_id.in_(file_ids)))
        drafts = FILES.c.id.in_(file_ids) & ~_is_linked()
        self._connection.execute(update(FILES).where(drafts).values(draft_since=self._now))

    def of_case(self, case_id: int) -> list[StoredFile]:
        """Files of the application and of its messages with the `message_id` each stands with, oldest first."""
        return [_stored(row) for row in all_rows(self._connection.execute(_OF_CASE, {"case_id": case_id}))]

    def forgotten(self, before: datetime, limit: int) -> list[StoredFile]:
        """Drafts that nothing took, the oldest first."""
        query = select(FILES).where(FILES.c.draft_since < before)
        query = query.order_by(FILES.c.draft_since).limit(limit).with_for_update(skip_locked=True)
        return self._files(query)

    def drop(self, file_ids: Collection[int]) -> None:
        self._connection.execute(delete(FILES).where(FILES.c.id.in_(file_ids)))

    def known_keys(self, keys: Collection[str]) -> set[str]:
        """Those of `keys` that a row names."""
        query = select(FILES.c.key, FILES.c.small_key).where(or_(FILES.c.key.in_(keys), FILES.c.small_key.in_(keys)))
        return {key for row in self._connection.execute(query) for key in row if key}

    def _authored(self, actor: Actor, order_id: int) -> ColumnElement[bool]:
        mine = (FILES.c.shop_id == actor.shop_id) & (FILES.c.order_id == order_id) & (FILES.c.author == actor.key)
        return mine & FILES.c.removed_at.is_(None)

    def _visible(self, actor: Actor, named: ColumnElement[bool], *, for_update: bool = False) -> list[StoredFile]:
        """Drafts to their author; what is linked to whoever may see the order, but for what staff note internally."""
        query: Select[Any] = select(FILES).join(ORDERS, ORDERS.c.id == FILES.c.order_id)
        own_draft = (FILES.c.author == actor.key) & FILES.c.removed_at.is_(None)
        is_customer = actor.kind in ("shopper", "guest")
        query = owned_by(query, actor).where(named, or_(own_draft, _is_linked(with_notes=not is_customer)))
        if for_update:
            query = query.with_for_update(of=FILES)
        return self._files(query)

    def _files(self, query: Select[Any]) -> list[StoredFile]:
        return [_stored(row) for row in all_rows(self._connection.execute(query))]


def _stored(row: Row) -> StoredFile:
    evidence = Evidence(id=row["evidence_id"], **{name: row[name] for name in _OF_EVIDENCE})
    return StoredFile(
        id=row["id"],
        evidence=evidence,
        key=row["key"],
        small_key=row["small_key"],
        message_id=row.get("message_id"),
    )


def _columns(file: NewFile) -> dict[str, Any]:
    kept = {name: getattr(file.evidence, name) for name in _OF_EVIDENCE}
    return kept | {"evidence_id": file.evidence.id, "key": file.key, "small_key": file.small_key}


def _is_linked(*, with_notes: bool = True) -> ColumnElement[bool]:
    linked = select(LINKS.c.id).where(LINKS.c.file_id == FILES.c.id)
    if not with_notes:
        linked = linked.outerjoin(MESSAGES, MESSAGES.c.id == LINKS.c.message_id)
        linked = linked.where(or_(LINKS.c.message_id.is_(None), ~MESSAGES.c.is_internal))
    return exists(linked.correlate(FILES))
