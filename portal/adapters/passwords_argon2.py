"""Passwords as argon2id hashes, with the parameters of OWASP's password storage sheet (19 MiB, 2 passes, 1 lane)."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from portal.adapters.places import Counter

AT_ONCE, WAITING, WAIT_SECONDS = 2, 8, 5.0
"""Hashes at once (19 MiB and a core each), those that wait for one, and for how long."""
_ENOUGH_GUESSES = 1_000_000
_ESTIMATED = 72
"""Characters of a password that are estimated. The library takes no more: its time grows faster than the length."""


class Argon2Passwords:
    def __init__(self, *, memory_kib: int = 19 * 1024, passes: int = 2) -> None:
        self._argon2 = _hasher(memory_kib, passes)
        self._counter = Counter("passwords", at_once=AT_ONCE, waiting=WAITING, seconds=WAIT_SECONDS)
        self._nobody = _hash_of_nobody(memory_kib, passes)

    @classmethod
    def cheapest(cls) -> Argon2Passwords:
        """For tests and nothing else: the least that argon2 allows."""
        return cls(memory_kib=8, passes=1)

    def hash(self, password: str) -> str:
        with self._counter.served():
            return self._argon2.hash(_as_received(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        """False for a wrong password, and as slowly for an account without one or with a hash nobody can read.

        Raises ProviderUnavailable where too many wait. Pages go on meanwhile.
        """
        try:
            with self._counter.served():
                return self._argon2.verify(hashed or self._nobody, _as_received(password)) and hashed is not None
        except InvalidHashError:
            return self.verify(None, password)
        except VerificationError:
            return False

    def is_easy_to_guess(self, password: str) -> bool:
        """What zxcvbn gives less than a million tries: all of its 30,000 most common passwords, and what is one of
        them in disguise, a date, a row of keys or a repetition."""
        # Its words take 14 MB, which few processes ever need.
        from zxcvbn import zxcvbn

        return zxcvbn(password[:_ESTIMATED])["guesses"] < _ENOUGH_GUESSES


def _hasher(memory_kib: int, passes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID)


@cache
def _hash_of_nobody(memory_kib: int, passes: int) -> str:
    """Made beforehand, once a process: the first who is not known must not wait for two."""
    return _hasher(memory_kib, passes).hash(secrets.token_urlsafe())


def _as_received(password: str) -> bytes:
    # Not normalised nor cut (ASVS 6.2.8); a lone surrogate from a JSON escape must fail, not break.
    return password.encode("utf-8", "surrogatepass")
