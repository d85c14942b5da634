"""Blueprints by audience. `register_routes` mounts them all."""

from flask import Flask

from portal.routes.api import api
from portal.routes.assets import assets
from portal.routes.callbacks import callbacks
from portal.routes.embed import frame, tabs
from portal.routes.health import health
from portal.routes.hooks import hooks
from portal.routes.shop import shop
from portal.routes.staff import staff


def register_routes(app: Flask) -> None:
    """The shopper pages are one blueprint at two places: the site, and the frame of a shop (EMBEDDING)."""
    app.register_blueprint(health)
    app.register_blueprint(assets)
    app.register_blueprint(api)
    app.register_blueprint(hooks)
    app.register_blueprint(callbacks)
    app.register_blueprint(staff)
    app.register_blueprint(shop)
    app.register_blueprint(frame)
    app.register_blueprint(tabs)
    app.register_blueprint(shop, name="embed", url_prefix="/embed/<shop_key>")
