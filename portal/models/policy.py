"""A shop's next policy: its draft, what it would have decided, and what waits for a second person."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, Minor, Rows, belongs_to, named_by_id, partial_index

IS_PROPOSED = "state = 'proposed'"
IS_RUNNING = "state = 'running'"
SECOND = (
    "state <> 'approved' OR (answered_by IS NOT NULL AND answered_person IS NOT NULL AND version_id IS NOT NULL "
    "AND answered_by <> proposed_by AND answered_person <> proposed_person)"
)


class PolicyDraft(Model):
    """One for each shop. `text` is a pack's file; `revision` rises with every change."""

    __tablename__ = "policy_draft"
    __table_args__ = (UniqueConstraint("shop_id"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    based_on: Mapped[int] = belongs_to("policy_version")
    begun_at: Mapped[At]
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[At]


class PolicySimulation(Model):
    """Past cases decided under a draft and under the version in use, a batch at a time: `after_…` is the last case,
    `counts` what was found so far."""

    __tablename__ = "policy_simulation"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'stopped')", name="state"),
        Index("ix_policy_simulation_shop", "shop_id", text("id DESC")),
        partial_index("uq_policy_simulation_running", "shop_id", where=IS_RUNNING, unique=True),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    state: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    based_on: Mapped[int] = belongs_to("policy_version")
    days: Mapped[int]
    since: Mapped[At]
    until: Mapped[At]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    after_at: Mapped[At]
    after_id: Mapped[int] = mapped_column(BigInt)
    counts: Mapped[Data]
    started_by: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[At]
    finished_at: Mapped[AtOrNone]


class PolicyChange(Model):
    """A past case that a simulation decides otherwise than the version in use."""

    __tablename__ = "policy_change"
    __table_args__ = (Index("ix_policy_change_simulation", "simulation_id", "id"),)
    id: Mapped[Id]
    simulation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("policy_simulation.id"))
    case_id: Mapped[int] = named_by_id()
    before: Mapped[str] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    before_minor: Mapped[Minor]
    after_minor: Mapped[Minor]
    before_rules: Mapped[Rows]
    after_rules: Mapped[Rows]


class PolicyProposal(Model):
    """A draft as it was proposed. The database holds that somebody else has approved what is published by one, that
    there is one at a time, that it is answered once, and that nobody changes what was proposed."""

    __tablename__ = "policy_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'declined', 'taken_back', 'void')", name="state"),
        CheckConstraint(SECOND, name="second"),
        Index("ix_policy_proposal_shop", "shop_id", text("id DESC")),
        Index("ix_policy_proposal_version", "version_id"),
        partial_index("uq_policy_proposal_open", "shop_id", where=IS_PROPOSED, unique=True),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    state: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    based_on: Mapped[int] = belongs_to("policy_version")
    simulation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("policy_simulation.id"))
    starts_at: Mapped[AtOrNone]
    note: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_person: Mapped[int] = mapped_column(BigInt)
    proposed_at: Mapped[At]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_person: Mapped[int | None] = mapped_column(BigInt)
    answered_at: Mapped[AtOrNone]
    answer: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
