"""The pages of webhooks: a shop's endpoints, one of them, a secret that was just made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """`state`: on, failing, off; `url` without its query. `waiting`, `dead`: deliveries, at most 1,000 of each;
    `has_more`: more events wait in the feed."""

    id: int
    url: str
    state: str
    off_because: str
    kinds: tuple[str, ...]
    waiting: int
    dead: int
    has_more: bool
    succeeded_at: datetime | None
    failing_since: datetime | None
    resume_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """`kind`: as it is asked for; `name`: by which the words of the trail know it."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksPage:
    may_act: bool
    rows: tuple[WebhookRow, ...]
    kinds: tuple[KindRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """`kind`, `name` as of KindRow; `state`: waiting, behind, done, dead. What the last attempt came to: `problem`,
    `status`, `said`, `took`; `next_at` None where none follows by itself. `may_replay`: it is over."""

    id: int
    kind: str
    name: str
    order_no: str
    at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    problem: str
    status: int
    said: str
    took: int
    may_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage:
    """`old_until`: the secret before this one counts until then. The last test: `tested_at` None for none. `which`: "",
    waiting, dead; `next_before`: where the next page of deliveries begins, None for none."""

    may_act: bool
    row: WebhookRow
    since: datetime
    old_until: datetime | None
    tested_at: datetime | None
    test_problem: str
    test_status: int
    test_took: int
    test_said: str
    which: str
    deliveries: tuple[DeliveryRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPage:
    """`secret` is seen this once, "" where it was seen before."""

    endpoint_id: int
    secret: str
    is_new: bool
