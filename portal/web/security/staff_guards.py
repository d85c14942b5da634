"""Who of the staff may come to an address: the roles table of INTERFACE, asked before every view (law 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar

from flask_login import current_user, login_required

from portal.domain.errors import Forbidden
from portal.domain.identity.access import may

View = TypeVar("View", bound=Callable[..., Any])


def staff_may(action: Literal["read", "write"], thing: str) -> Callable[[View], View]:
    """Staff whose role may do `action` to `thing`: 403 for another role, to /staff/sign-in without a session."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not may(current_user.actor, action, thing):
                raise Forbidden(f"{action} {thing}")
            return view(*args, **kwargs)

        guarded.access = f"staff {action} {thing}"  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def any_staff(view: View) -> View:
    """Whoever is signed in at /staff: for what every role needs, such as signing out."""

    @login_required
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user.actor.kind != "staff":
            raise Forbidden("staff")
        return view(*args, **kwargs)

    guarded.access = "staff"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]
