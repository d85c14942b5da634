"""A page reads once: its visit and what it shows come from one state of the database, on one connection."""

from __future__ import annotations

from flask import Flask

from portal.web.request.current import deps


def begin() -> None:
    deps().database.share_readings()


def end(_error: BaseException | None) -> None:
    deps().database.end_shared_readings()


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.teardown_request(end)
