"""What a password must be (ASVS 6.2): long enough, not the login, not tried first; no rules about characters."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 8
LONGEST = 128


def password_problem(password: str, *, logins: Iterable[str | None], is_easy_to_guess: bool = False) -> str | None:
    """A code, or None: too_short, too_long, is_login, common. `logins` are the ways the same person signs in;
    `is_easy_to_guess`: it would be among the first that are tried (PasswordHasher.is_easy_to_guess)."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    if password.casefold() in {login.casefold() for login in logins if login}:
        return "is_login"
    return "common" if is_easy_to_guess else None
