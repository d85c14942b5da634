"""The part of a transaction's repositories that is about what a shop is connected with outside."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from portal.repos.connectors import Connectors
from portal.repos.inbox import Inbox
from portal.repos.rail_books import RailBooks
from portal.repos.rail_days import RailDays
from portal.repos.robots import RobotRows
from portal.repos.signs import Signs
from portal.repos.webhook_deliveries import WebhookDeliveries
from portal.repos.webhook_endpoints import WebhookEndpoints


class ConnectedRepos:
    """A base of `UnitOfWork`, which sets both."""

    connection: Connection
    now: datetime

    @cached_property
    def connectors(self) -> Connectors:
        return Connectors(self.connection, self.now)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.connection, self.now)

    @cached_property
    def rail_books(self) -> RailBooks:
        return RailBooks(self.connection)

    @cached_property
    def rail_days(self) -> RailDays:
        return RailDays(self.connection, self.now)

    @cached_property
    def robots(self) -> RobotRows:
        return RobotRows(self.connection, self.now)

    @cached_property
    def signs(self) -> Signs:
        return Signs(self.connection, self.now)

    @cached_property
    def webhook_endpoints(self) -> WebhookEndpoints:
        return WebhookEndpoints(self.connection, self.now)

    @cached_property
    def webhook_deliveries(self) -> WebhookDeliveries:
        return WebhookDeliveries(self.connection, self.now)
