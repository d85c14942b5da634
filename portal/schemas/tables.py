"""What tables of TOML share: each becomes the domain's dataclass of the same keys, whose defaults hold for the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

Listed = TypeVar("Listed")
ListOf = Annotated[list[Listed], AfterValidator(tuple)]


def gives(kind: Callable[..., Any]) -> AfterValidator:
    """The table to its dataclass of the domain, which knows the defaults of what was not said."""
    return AfterValidator(lambda table: kind(**table))


def gives_by_key(kind: Callable[..., Any], name: str) -> AfterValidator:
    """A table of tables, each of which has its own key as `name`; sorted by it."""
    return AfterValidator(lambda tables: {key: kind(**{name: key}, **table) for key, table in sorted(tables.items())})
