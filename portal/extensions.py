"""The Flask extensions, unbound: `create_app` binds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from htmx_flask import Htmx
from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    if TYPE_CHECKING:
        # SQLAlchemy declares a FromClause, since a class may be mapped to a join; ours are tables, each of them.
        __table__: ClassVar[Table]
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Flask-SQLAlchemy makes the engine, from SQLALCHEMY_DATABASE_URI and SQLALCHEMY_ENGINE_OPTIONS, and holds the tables.
# Its session is not used: repos get a connection of `db.engine`, one transaction each (portal.repos.database, law 4).
db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

login_manager = LoginManager()
htmx = Htmx()
babel = Babel()
compress = Compress()
limiter = Limiter(get_remote_address)
