"""Failed tries, counted in the transaction that records the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.domain.errors import TooMany
from portal.domain.identity.throttles import (
    DAY,
    NETWORK_SPAN,
    PAIR_SPAN,
    PER_DAY,
    PER_NETWORK,
    PER_PAIR,
    SLOWED_SECONDS,
    Buckets,
    Kind,
    buckets,
)
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork
from portal.services.identity.visits import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBrowser:
    """A browser that somebody signed in before: its number, and digests of the logins that did."""

    id: str = ""
    logins: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where a try comes from: its address, the token it had before, the language it reads, a tab or a frame.
    is_remembered: on a device of their own, as they say."""

    address: str
    token: str = ""
    locale: str = ""
    place: Place = "tab"
    browser: KnownBrowser = field(default_factory=KnownBrowser)
    is_remembered: bool = False


def login_digest(typed: str, deps: Deps) -> str:
    """What a browser keeps of a login that it signed in: nobody reads the login from it."""
    return deps.vault.digest("known login", typed)[:32]


class Throttle:
    """Tries of what was `typed`, which names `account` ("" for nobody's), from where `caller` is."""

    def __init__(self, kind: Kind, *, typed: str, account: str, caller: Caller, deps: Deps) -> None:
        is_known = login_digest(typed, deps) in caller.browser.logins
        browser = caller.browser.id if is_known else ""
        plain = buckets(kind=kind, typed=typed, account=account, address=caller.address, browser=browser)
        self._deps = deps
        self._buckets = Buckets(
            pair=deps.vault.digest("failures", plain.pair),
            account_pair=deps.vault.digest("failures of account", plain.account_pair),
            network=plain.network and deps.vault.digest("failures of network", plain.network),
            day=plain.day and deps.vault.digest("failures of day", plain.day),
        )

    def check(self, work: UnitOfWork) -> None:
        """Raises TooMany."""
        wait = work.failures.seconds_until_free(self._buckets.pair, most=PER_PAIR, span=PAIR_SPAN)
        if self._buckets.network:
            free = work.failures.seconds_until_free(self._buckets.network, most=PER_NETWORK, span=NETWORK_SPAN)
            wait = max(wait, free)
        if wait:
            raise TooMany(wait)

    def is_silent(self, work: UnitOfWork) -> bool:
        """Whether the account was tried as often under its other names: the answer is then that it is wrong."""
        return work.failures.seconds_until_free(self._buckets.account_pair, most=PER_PAIR, span=PAIR_SPAN) > 0

    def is_slowed(self, work: UnitOfWork) -> bool:
        """Whether the account has been tried so often today, from wherever, that answers take longer."""
        day = self._buckets.day
        return bool(day) and work.failures.seconds_until_free(day, most=PER_DAY, span=DAY) > 0

    def slow_down(self) -> None:
        """Between transactions. Raises ProviderUnavailable where too many are slowed already."""
        self._deps.clock.rest(SLOWED_SECONDS)

    def failed(self, work: UnitOfWork) -> None:
        """Counts one. Raises TooMany where a parallel try was faster: this one does not even learn that it is wrong."""
        self._lock(work)
        self.check(work)
        one = self._buckets
        work.failures.add(*filter(None, (one.pair, one.account_pair, one.network, one.day)))

    def succeeded(self, work: UnitOfWork) -> bool:
        """Forgets what failed. False where the account had been tried too often meanwhile. Raises TooMany where the
        right guess came too late."""
        self._lock(work)
        self.check(work)
        if self.is_silent(work):
            return False
        work.failures.forget(self._buckets.pair)
        work.failures.forget(self._buckets.account_pair)
        return True

    def _lock(self, work: UnitOfWork) -> None:
        work.failures.lock_digests(self._buckets.pair, self._buckets.account_pair)
