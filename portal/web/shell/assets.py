"""Static files with their digest in the address, so that they can be kept for ever; compressed once."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, make_response, request, url_for

from portal.domain.errors import NotFound
from portal.domain.shops.profile import Theme
from portal.services.identity.visits import Shop
from portal.web.shell.paint import Paint, dark_paint, light_paint

STATIC = Path(__file__).parents[2] / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, no-cache"
SMALLEST_COMPRESSED = 500


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent. `packed` is empty where compressing does not pay."""

    content: bytes
    packed: bytes
    digest: str
    kind: str


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0) if len(content) >= SMALLEST_COMPRESSED else b""


SCRIPTS = ("htmx.js", "app.js")


@cache
def find_asset(name: str, changed_at: float) -> Asset:
    """Read again when the file has changed, which it does where the portal is being worked on.

    `app.js` comes with htmx before it: one request less for a first view.
    """
    path = path_of(name)
    content = b"\n".join(path_of(part).read_bytes() for part in (SCRIPTS if name == "app.js" else (name,)))
    kind = TYPES[path.suffix]
    is_text = path.suffix in (".css", ".js", ".svg")
    return Asset(content, packed(content) if is_text else b"", hashlib.sha256(content).hexdigest()[:12], kind)


def get_asset(name: str) -> Asset:
    """Raises NotFound. Whether the file has changed is looked at once a second, however many pages name it."""
    return _asset_in(int(time.monotonic()), name)


@lru_cache(maxsize=64)
def _asset_in(_second: int, name: str) -> Asset:
    path = path_of(name)
    try:
        changed_at = path.stat().st_mtime
    except FileNotFoundError:
        raise NotFound("asset") from None
    if path.suffix not in TYPES:
        raise NotFound("asset")
    return find_asset(name, changed_at)


@cache
def path_of(name: str) -> Path:
    if name == "htmx.js":
        return _htmx()
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()):
        raise NotFound("asset")
    return path


def _htmx() -> Path:
    """htmx as the installed package ships it; the package itself is a Django app and is never imported."""
    spec = importlib.util.find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise NotFound("asset")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def asset(name: str) -> str:
    """The address of a static file: `/assets/app.css?v=3f…`. A file that is not there has the bare address."""
    try:
        return _address(request.root_path, name, get_asset(name).digest)
    except NotFound:
        return url_for("assets.file", name=name)


@lru_cache(maxsize=64)
def _address(_root: str, name: str, digest: str) -> str:
    return url_for("assets.file", name=name, v=digest)


def send_asset(name: str) -> Response:
    """Raises NotFound. Under the address with its digest it may be kept for ever."""
    found = get_asset(name)
    return send(found, for_ever=request.args.get("v") == found.digest)


def send(found: Asset, *, for_ever: bool) -> Response:
    takes_packed = found.packed and "gzip" in request.headers.get("Accept-Encoding", "")
    response = make_response(found.packed if takes_packed else found.content)
    response.headers["Content-Type"] = found.kind
    response.headers["Cache-Control"] = FOR_EVER if for_ever else FOR_NOW
    if found.packed:
        response.vary.add("Accept-Encoding")
    if takes_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(found.digest, weak=True)
    response.make_conditional(request)
    return response


def theme(shop: Shop) -> Asset:
    """The portal's sheet with a shop's own colours: a style in the page would be against the CSP."""
    return _themed(shop.settings.theme, get_asset("app.css"))


@lru_cache(maxsize=64)
def _themed(colours: Theme, sheet: Asset) -> Asset:
    dark = f"@media (prefers-color-scheme: dark){{{_paint(dark_paint(colours))}}}\n"
    painted = f":root{{--radius:{colours.radius}px}}{_paint(light_paint(colours))}{dark}"
    content = _in_mode(sheet.content.decode() + painted, colours.mode).encode()
    return Asset(content, packed(content), hashlib.sha256(content).hexdigest()[:12], TYPES[".css"])


def _in_mode(sheet: str, mode: str) -> str:
    """A shop that is light or dark only is so whatever the reader's system says."""
    if mode == "auto":
        return sheet
    dark = "all" if mode == "dark" else "not all"
    sheet = sheet.replace("(prefers-color-scheme: dark)", dark)
    return sheet.replace("color-scheme: light dark", f"color-scheme: {mode}")


def theme_href(shop: Shop | None) -> str:
    """The address of the sheet in the shop's colours, "" where the portal's own stand."""
    if shop is None or shop.settings.theme == Theme():
        return ""
    return url_for("assets.theme", shop_key=shop.key, v=theme(shop).digest)


def _paint(paint: Paint) -> str:
    return f":root{{--accent:{paint.accent};--on-accent:{paint.on_accent}}}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
