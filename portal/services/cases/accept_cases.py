"""Several applications are accepted at once: each is an act of its own, by the rules and limits of one (P5).

What cannot be accepted any more, or is not as it was summarised, is left as it is, and said of that case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from portal.domain.cases.results import CasesAccepted
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.sent import RequestKey, Sent, id_of
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.cases.decide_case import Verdict, decide_case

MOST_ACCEPTED = 20
"""What one person can still read in one summary."""


def accept_cases(*, shown: Mapping[str, str], actor: Actor, request_id: RequestKey, deps: Deps) -> CasesAccepted:
    """`shown`: what the summary carried of each case, by its number. Sent again, each is granted once all the same.

    Errors: Forbidden, Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    numbers = tuple(shown)[:MOST_ACCEPTED]
    sent = request_id if isinstance(request_id, Sent) else Sent(request_id, fingerprint(["accept", *numbers]))
    with reading(deps) as work:
        if isinstance(done := work.requests.answer(actor, sent), CasesAccepted):
            return done
    found = [_accept(number, shown[number], actor, id_of(sent), deps) for number in numbers]
    accepted, proposed = found.count("accept"), found.count("proposed")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, sent, sent.digest, CasesAccepted):
            return done
        skipped = len(numbers) - accepted - proposed
        which: Literal["all", "some", "proposed"] = "some" if skipped else "proposed" if proposed else "all"
        done = CasesAccepted(count=accepted, waiting=proposed, skipped=skipped, which=which)
        return work.requests.finish(actor, sent, done)


def _accept(case_no: str, shown: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """What became of it: accept, proposed, "" for nothing."""
    own = fingerprint([request_id, case_no])[:40]
    verdict = Verdict(decision="accept")
    try:
        done = decide_case(case_no=case_no, verdict=verdict, actor=actor, request_id=own, deps=deps, shown=shown)
    except (NotFound, Conflict, Invalid, Forbidden):
        return ""
    return done.decision
