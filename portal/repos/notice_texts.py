"""A shop's own words for its notices, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, func, insert, select

from portal.domain.messages.own_texts import KeptText, Language, OwnText
from portal.models.account import Staff
from portal.models.notice_text import NoticeText
from portal.repos.rows import Row, all_rows

TEXTS = NoticeText.__table__
STAFF = Staff.__table__
_OF = ("kind", "language", "version", "subject", "body", "created_at")


class NoticeTexts:
    """`work.notices.texts`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def current(self, shop_id: int, kind: str) -> dict[Language, OwnText]:
        """By language, without those that are ours again. One query."""
        newest = self._newest(shop_id).where(TEXTS.c.kind == kind)
        return {one.language: one.text for one in self._read(newest) if not one.text.is_ours}

    def all_current(self, shop_id: int) -> tuple[KeptText, ...]:
        """The newest of each kind and language. One query."""
        return self._read(self._newest(shop_id))

    def versions(self, shop_id: int, kind: str, language: str, limit: int) -> tuple[KeptText, ...]:
        """Newest first."""
        mine = (TEXTS.c.shop_id == shop_id) & (TEXTS.c.kind == kind) & (TEXTS.c.language == language)
        return self._read(self._select().where(mine).order_by(TEXTS.c.version.desc()).limit(limit))

    def add(self, shop_id: int, staff_id: int, kept: tuple[str, str, int], text: OwnText) -> None:
        """`kept`: kind, language and version."""
        kind, language, version = kept
        row = {"shop_id": shop_id, "staff_id": staff_id, "kind": kind, "language": language, "version": version}
        row |= {"subject": text.subject, "body": text.body, "created_at": self._now}
        self._connection.execute(insert(TEXTS).values(row))

    @staticmethod
    def _select() -> Select[Any]:
        return select(*(TEXTS.c[name] for name in _OF), STAFF.c.login).join(STAFF, STAFF.c.id == TEXTS.c.staff_id)

    def _newest(self, shop_id: int) -> Select[Any]:
        other = TEXTS.alias("other")
        same = (other.c.shop_id == TEXTS.c.shop_id) & (other.c.kind == TEXTS.c.kind)
        same &= other.c.language == TEXTS.c.language
        last = select(func.max(other.c.version)).where(same).scalar_subquery()
        return self._select().where(TEXTS.c.shop_id == shop_id, TEXTS.c.version == last)

    def _read(self, query: Select[Any]) -> tuple[KeptText, ...]:
        return tuple(_kept(row) for row in all_rows(self._connection.execute(query)))


def _kept(row: Row) -> KeptText:
    return KeptText(
        kind=row["kind"],
        language=cast("Language", row["language"]),
        version=row["version"],
        text=OwnText(row["subject"], row["body"]),
        by=row["login"],
        at=row["created_at"],
    )
