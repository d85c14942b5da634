"""What a database says of itself: its clock, what the role may do, the triggers that keep the trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from portal.domain.installation import RoleFacts
from portal.repos.dialects import database_time

_SEALED = ("audit_seal", "signed_head")
_BY_ACT = {f"{table}_refuses_{act}" for table in ("event", "credit_entry") for act in ("update", "delete")}
TRIGGERS = {
    "sqlite": _BY_ACT
    | {f"{table}_refuses_{act}" for table in _SEALED for act in ("update", "delete", "replace")}
    | {"event_refuses_replace"},
    "postgresql": _BY_ACT
    | {f"{table}_refuses" for table in _SEALED}
    | {f"{table}_refuses_truncate" for table in ("event", *_SEALED)},
}
_ROLE = text(
    "SELECT current_user AS name, rolsuper AS is_superuser, "
    "pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'event'::regclass), 'MEMBER') AS owns_trail, "
    "has_table_privilege('event', 'TRUNCATE') AS may_truncate FROM pg_roles WHERE rolname = current_user"
)
_ENABLED = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE type = 'trigger'"),
    "postgresql": text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"),
}


def clock_of(connection: Connection) -> datetime:
    """Aware UTC."""
    return database_time(connection)


def role_of(connection: Connection) -> RoleFacts:
    if connection.dialect.name != "postgresql":
        return RoleFacts()
    return RoleFacts(**connection.execute(_ROLE).mappings().one())


def missing_triggers(connection: Connection) -> list[str]:
    """Names of those that keep the trail and are not there, or are disabled."""
    name = connection.dialect.name
    return sorted(TRIGGERS[name] - {*connection.execute(_ENABLED[name]).scalars()})
