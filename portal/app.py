"""The application: `create_app` names the steps, the rooms do the work."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import portal.models  # noqa: F401 - registers the tables
from portal.config import Settings
from portal.extensions import compress, db, htmx
from portal.fields import PolicyForm
from portal.ports import Deps
from portal.processes.migrations import MIGRATIONS, can_serve
from portal.repos.database import prepare_engine
from portal.routes import register_routes
from portal.web.answers import conditional, errors, web_views
from portal.web.request import access_log, addresses, languages, readiness, visitors
from portal.web.request.current import now
from portal.web.security import body_limits, confirming, csrf, guards, hosts, limits, tickets
from portal.web.security import headers as security
from portal.web.shell import assets, carriers, examples, filters, marking, nav, report_filters, saying
from portal.wiring import build_deps

HERE = Path(__file__).parent
MOST_BODY = 64 * 1024 * 1024
MOST_FORM_MEMORY = 2 * 1024 * 1024
UNUSED = "config cycler g get_flashed_messages joiner lipsum namespace npgettext pgettext range session".split()
"""Names of Jinja's, Flask's and Babel's that no template here says. A template that imports another compares them all,
each time."""
COMPRESSED = ["text/html", "text/css", "application/json", "text/csv", "image/svg+xml"]


def create_app(settings: Settings | None = None, deps: Deps | None = None) -> Flask:
    """The portal. `settings` default to the environment, `deps` to the adapters that the settings choose.

    Raises BadSetting.
    """
    settings = settings or Settings.from_env()
    app = Flask("portal", static_folder=None, template_folder="templates")
    _configure(app, settings)
    _bind_extensions(app)
    _connect(app, settings, deps)
    _speak(app)
    _guard(app)
    register_routes(app)
    for name in UNUSED:
        app.jinja_env.globals.pop(name, None)
    guards.refuse_unguarded(app)
    hosts.refuse_odd_hosts(app, is_https=settings.is_https)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        # Flask documents this assignment; to a type checker it replaces a method.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=0)  # type: ignore[method-assign]
    assets.serve_before(app, security.file_headers(is_https=settings.is_https))
    return app


def _configure(app: Flask, settings: Settings) -> None:
    access_log.configure(settings.log)
    app.config.update(
        PORTAL_SETTINGS=settings,
        PORTAL_HTTPS=settings.is_https,
        PORTAL_BASE_URL=settings.base_url,
        PORTAL_METRICS_TOKEN=settings.metrics_token,
        PORTAL_CODE=code_version(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        # A page of an order reads a dozen and more columns of JSON. What a statement was about is for no log.
        SQLALCHEMY_ENGINE_OPTIONS={"json_deserializer": orjson.loads, "hide_parameters": True},
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_FORM_MEMORY,
        RATELIMIT_STORAGE_URI=settings.rate_limit_url,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # Text alone, and never what is streamed; a page's tag and its 304 are ours (portal.web.answers.conditional).
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["br", "gzip"],
        # A page a seventh larger for a fifth of the time.
        COMPRESS_BR_LEVEL=1,
        COMPRESS_LEVEL=1,
        COMPRESS_STREAMS=False,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
        WTF_CSRF_ENABLED=False,
        REMEMBER_COOKIE_REFRESH_EACH_REQUEST=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # of the default provider, which it is
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    app.extensions["migrate"] = Migrations(app)
    htmx.init_app(app)
    visitors.init_app(app)


def _connect(app: Flask, settings: Settings, deps: Deps | None) -> None:
    with app.app_context():
        engine = prepare_engine(db.engine)
    app.extensions["portal"] = deps or build_deps(settings, engine, code_version())
    app.extensions["portal_can_serve"] = can_serve


def _speak(app: Flask) -> None:
    languages.init_app(app)
    filters.register(app, now=now, zone=languages.zone, home=languages.shop_zone, language=languages.language)
    nav.init_app(app)
    addresses.init_app(app)
    carriers.init_app(app)
    marking.init_app(app)
    saying.init_app(app)
    examples.init_app(app)
    report_filters.init_app(app)
    assets.init_app(app)
    tickets.init_app(app)
    web_views.init_app(app)


def _guard(app: Flask) -> None:
    """Answers pass these from the last to the first: tagged, compressed, given their headers, logged."""
    access_log.init_app(app)
    readiness.init_app(app)
    security.init_app(app)
    limits.init_app(app)
    body_limits.init_app(app)
    compress.init_app(app)
    conditional.init_app(app)
    csrf.init_app(app)
    confirming.init_app(app)
    errors.init_app(app)
    PolicyForm.is_too_soon = staticmethod(confirming.is_too_soon)


class Migrations:
    """Flask-Migrate, bound when a command first asks for it: the web never does, and it was a third of its start."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        # Takes this one's place among the extensions.
        Migrate(self._app, db, directory=str(MIGRATIONS), render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


@cache
def code_version() -> str:
    """Changes whenever what renders a page does: part of every page's tag (law 10)."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*")):
        if path.suffix in (".py", ".html", ".mo", ".css", ".js", ".svg", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
