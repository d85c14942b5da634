"""A shop's next policy, in the steps that its tests are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.domain.identity.access import Actor
from portal.domain.policy.drafts import PolicyDraft
from portal.domain.policy.results import PolicyAnswered
from portal.models.policy import PolicyProposal
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.policy.drafts import begin_draft, save_fields, save_text
from portal.services.policy.propose import answer_policy, propose_policy
from portal.services.policy.simulate_draft import start_simulation

KINDER = {"windows.no_reason_days": ["30"]}
"""More than any law asks for."""


class PolicyDesk:
    """Somebody who writes on the draft of a shop. Each act is a form of its own."""

    def __init__(self, deps: Deps, actor: Actor) -> None:
        self.deps, self.actor, self._acts = deps, actor, 0

    def _by(self) -> dict[str, Any]:
        self._acts += 1
        return {"actor": self.actor, "request_id": f"act-{self.actor.id}-{self._acts}", "deps": self.deps}

    @property
    def draft(self) -> PolicyDraft:
        with reading(self.deps) as work:
            found = work.policy_drafts.find(self.actor.shop_id)
        assert found is not None
        return found

    def begin(self) -> PolicyDraft:
        begin_draft(**self._by())
        return self.draft

    def save(self, typed: Mapping[str, list[str]], revision: int = 0) -> str:
        return save_fields(revision=revision or self.draft.revision, typed=typed, **self._by()).what

    def save_text(self, text: str) -> str:
        return save_text(revision=self.draft.revision, text=text, **self._by()).what

    def simulate(self, days: int = 90) -> int:
        done = start_simulation(days=days, revision=self.draft.revision, **self._by())
        work_all_jobs(deps=self.deps)
        return done.simulation_id

    def propose(self, **values: Any) -> PolicyAnswered:
        said = {"revision": self.draft.revision, "starts_at": None, "reason": ""} | values
        return propose_policy(**said, **self._by())

    def answer(self, answer: Any = "approve", **values: Any) -> PolicyAnswered:
        return answer_policy(**{"proposal_id": self.newest["id"], "answer": answer} | values, **self._by())

    @property
    def newest(self) -> Any:
        """The row of the newest proposal."""
        with self.deps.database.reading() as connection:
            table = PolicyProposal.__table__
            return connection.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one()

    def ready(self) -> None:
        """A draft that differs, and what it would have decided."""
        self.begin()
        self.save(KINDER)
        self.simulate()
