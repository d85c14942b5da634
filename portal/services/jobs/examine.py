"""What `portal doctor` asks of the database, the store, the rails and the trail: each a finding of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.installation import (
    Finding,
    HeadFacts,
    Reached,
    judge_clock,
    judge_heads,
    judge_migrations,
    judge_queue,
    judge_reached,
    judge_role,
    judge_triggers,
    judge_webhooks,
    judge_worker,
    ok,
)
from portal.ports import Deps
from portal.repos.installation import clock_of, missing_triggers, role_of
from portal.repos.unit_of_work import reading
from portal.services.jobs.health import read_figures, schema_revisions
from portal.services.jobs.move_jobs import count_elsewhere
from portal.services.records.verify_heads import newest_head
from portal.services.refunds.choose_rail import open_kept


def examine_schema(needed: frozenset[str], can_serve: Callable[[frozenset[str]], bool], *, deps: Deps) -> Finding:
    """`can_serve`: whether this version works on a database at these migrations."""
    found = schema_revisions(deps=deps)
    return judge_migrations(found, needed, is_later=found != needed and can_serve(found))


def examine_database(machine: Callable[[], datetime], *, deps: Deps) -> Iterator[Finding]:
    """Only of a database that has its migrations. `machine`: what this machine's own clock says."""
    with reading(deps) as work:
        connection = work.connection
        yield judge_clock(machine() - clock_of(connection))
        yield judge_role(role_of(connection))
        yield judge_triggers(missing_triggers(connection))
    figures = read_figures(deps=deps)
    yield judge_queue(
        max((one.oldest for one in figures.due), default=None),
        figures.jobs["dead"],
        elsewhere=count_elsewhere(deps=deps),
        queue="procrastinate" if deps.dispatcher else "local",
    )
    yield judge_worker(min((worker.ago for worker in figures.workers), default=None))
    yield judge_webhooks(off=figures.webhooks["off"], dead=figures.webhooks["dead"])


def examine_store(where: str, *, deps: Deps) -> Finding:
    """Writes a file, reads it, deletes it."""
    key, content = f"{deps.clock.now():%Y%m%d}/doctor-{deps.random.token()[:16]}", b"portal doctor"
    try:
        deps.store.put(key, content)
        is_same = deps.store.get(key) == content
        deps.store.delete([key])
    except (ProviderUnavailable, NotFound, OSError) as problem:
        return judge_reached(Reached("store", where, _said(problem)))
    return judge_reached(Reached("store", where, "" if is_same else "gives back something else than was written"))


def examine_heads(where: str, *, deps: Deps) -> Finding:
    try:
        name, fault, since = newest_head(deps=deps)
        facts = HeadFacts(newest=name, fault=fault, unsigned_since=since)
    except (ProviderUnavailable, NotFound, OSError) as problem:
        facts = HeadFacts(problem=_said(problem), where=where)
    return judge_heads(facts, deps.clock.now())


def examine_rails(*, deps: Deps) -> Finding:
    """Every rail of every shop signs, calls and verifies; no money moves."""
    with reading(deps) as work:
        rails = work.rails.of_all_shops()
    if not rails:
        return ok("rails", "no shop has one.")
    problems = []
    for rail in rails:
        try:
            step = next((step for step in open_kept(rail, deps).check() if not step.is_ok), None)
            problem = f"{step.name} {step.detail}" if step else ""
        except ProviderUnavailable as error:
            problem = _said(error)
        if problem:
            problems.append(f"{rail.kind} of {rail.shop_key}: {problem}")
    return judge_reached(Reached("rails", f"{len(rails)} of them", "; ".join(problems)))


def _said(problem: Exception) -> str:
    reason = getattr(problem, "reason", "") or getattr(problem, "strerror", "")
    return str(reason or type(problem).__name__)
