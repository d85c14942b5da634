"""What acts on webhooks led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointAdded(Done):
    endpoint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotated(Done):
    endpoint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTested(Done):
    endpoint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointEnabled(Done):
    endpoint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRemoved(Done):
    endpoint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsReplayed(Done):
    """`count`: of deliveries; 0 where the feed is read again from a cursor."""

    endpoint_id: int
    count: int
