"""The part of a transaction's repositories that is about what a shop is done with."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Vault
from portal.repos.archive_lists import ArchiveLists
from portal.repos.archived import Archived
from portal.repos.events import Events
from portal.repos.kept_texts import KeptTexts
from portal.repos.order_record import OrderRecord
from portal.repos.orders import Orders


class ArchiveRepos:
    """A base of `UnitOfWork`, which sets all four. Orders are here because whoever locks one that is in the archive has
    it brought back."""

    connection: Connection
    now: datetime
    texts: KeptTexts
    _vault: Vault

    @cached_property
    def events(self) -> Events:
        return Events(self.connection, self.now, self._vault, self.texts)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.connection, self.archived, self._say_brought_back)

    @cached_property
    def archived(self) -> Archived:
        return Archived(self.connection, self.now, self._vault)

    @cached_property
    def archive_lists(self) -> ArchiveLists:
        return ArchiveLists(self.connection)

    def _say_brought_back(self, record: OrderRecord) -> None:
        """Its document is no more: from here on its rows are what the trail speaks of."""
        self.texts.note_document(record.id, "")
        self.events.append(record, system(record.shop_id), NewEvent(kind="system:order:brought_back"))
