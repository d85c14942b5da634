"""Who of the staff may come to an address: the roles table of INTERFACE, asked before every view (law 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec, TypeVar

from flask_login import current_user

from portal.domain.errors import Forbidden
from portal.domain.identity.access import may
from portal.web.security.guards import Guard, needs_session, says_access

P = ParamSpec("P")
R = TypeVar("R")


def staff_may(action: Literal["read", "write"], thing: str) -> Guard:
    """Staff whose role may do `action` to `thing`: 403 for another role, to /staff/sign-in without a session."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @needs_session
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not may(current_user.actor, action, thing):
                raise Forbidden(f"{action} {thing}")
            return view(*args, **kwargs)

        return says_access(guarded, f"staff {action} {thing}")

    return guard


def any_staff(view: Callable[P, R]) -> Callable[P, R]:
    """Whoever is signed in at /staff: for what every role needs, such as signing out."""

    @needs_session
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_user.actor.kind != "staff":
            raise Forbidden("staff")
        return view(*args, **kwargs)

    return says_access(guarded, "staff")
