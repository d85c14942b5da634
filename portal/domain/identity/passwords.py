"""What a password must be (ASVS 6.2): long enough, not the login, not tried first; no rules about characters."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 8
LONGEST = 128


def password_problem(password: str, *, logins: Iterable[str | None], is_common: bool = False) -> str | None:
    """A code, or None: too_short, too_long, is_login, common. `logins` are the ways the same person signs in;
    `is_common`: many others have it too (PasswordHasher.is_common)."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    if password.casefold() in {login.casefold() for login in logins if login}:
        return "is_login"
    return "common" if is_common else None
