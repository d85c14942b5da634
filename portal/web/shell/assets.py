"""Static files: joined, named by their digest, laid into a folder when the portal starts, and served by WhiteNoise.

A file named by its digest (`/assets/app.3f9c….css`) may be cached without end. Goods of the demo and `/embed.js` have
the
addresses that shops know, and are asked for again after an hour.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import tempfile
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask, Response, make_response, request, url_for
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from portal.domain.shops.colours import Paint
from portal.domain.shops.profile import Theme
from portal.services.identity.visits import VisitedShop
from portal.web.shell.paint import dark_paint, light_paint

STATIC = Path(__file__).parents[2] / "static"
PUBLISHED = Path("var/static")
"""Where versions of the set are laid, each in a folder named by its digest; shared by all processes of an instance."""


def _parts(folder: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{path.stem}" for path in sorted((STATIC / "css" / folder).glob("*.css")))


_OF_FORMS = (
    *("components/choices", "components/examples", "components/files", "components/notice_list"),
    *("components/options", "components/photos", "components/picks", "components/quote", "components/stepper"),
    *("components/thread", "pages/apply", "pages/case", "pages/confirming"),
)
"""What a list and an order have no use for: most visits are over without it."""
SHEETS = {
    "app.css": (
        *("layers", "reset", "tokens", "base", "compositions"),
        *(part for part in (*_parts("components"), *_parts("pages")) if part not in _OF_FORMS),
        "print",
    ),
    "forms.css": _OF_FORMS,
    "staff.css": _parts("staff"),
    "slip.css": ("slip",),
}
"""Which files of css/ a sheet is joined of. Each names its layer, so the order counts within a layer alone."""
PLAIN = ("frame.js", "staff.js", "icons.svg", "examples.svg")

CSS = "text/css; charset=utf-8"
IMMUTABLE = "public, max-age=31536000, immutable"
FOR_NOW = "public, no-cache"
HOUR = 3600
_NAMED_BY_DIGEST = r"\.[0-9a-f]{12}\.\w+$"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BREAK = re.compile(r"(?<=[{},;])\n")
_BLANK = re.compile(r"([{;])([a-z-]+): ")


@cache
def contents() -> dict[str, bytes]:
    """Every file that is named by its digest, as it is sent. `app.js` comes with htmx before it: one request less for a
    first view."""
    sheets = {name: sheet(name).encode() for name in SHEETS}
    script = b"\n".join((htmx_script().read_bytes(), (STATIC / "app.js").read_bytes()))
    return sheets | {"app.js": script} | {name: (STATIC / name).read_bytes() for name in PLAIN}


@cache
def sheet(name: str) -> str:
    """The sheet joined of its files, without what only people read: comments, indents, breaks between declarations."""
    text = "".join((STATIC / "css" / f"{part}.css").read_text() for part in SHEETS[name])
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    joined = _BREAK.sub("", "\n".join(filter(None, lines)) + "\n")
    return _BLANK.sub(r"\1\2:", joined.replace(" {", "{").replace(";}", "}"))


@cache
def names() -> dict[str, str]:
    """`app.css` -> `app.3f9c….css`."""
    return {name: f"{Path(name).stem}.{_digest(body)}{Path(name).suffix}" for name, body in contents().items()}


def asset(name: str) -> str:
    """The address of a file: `/assets/app.3f9c….css`. Raises KeyError where there is no such file."""
    return f"{request.root_path}/assets/{names()[name]}"


def htmx_script() -> Path:
    """htmx as the installed package ships it; the package itself is a Django app and is never imported."""
    spec = importlib.util.find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("django_htmx is not installed")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


@cache
def published() -> Path:
    """The folder with all that is served: `assets/`, and `embed.js` beside it. Laid there once for each version; a
    process that comes second finds it, one that is killed while it lays leaves nothing that counts."""
    demo = sorted((STATIC / "demo").iterdir())
    files = {f"assets/{names()[name]}": body for name, body in contents().items()}
    files |= {f"assets/demo/{path.name}": path.read_bytes() for path in demo}
    files["embed.js"] = (STATIC / "embed.js").read_bytes()
    folder = PUBLISHED.absolute() / _digest(
        repr(sorted((name, _digest(body)) for name, body in files.items())).encode()
    )
    if not folder.exists():
        PUBLISHED.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=PUBLISHED))
        _lay(files, fresh)
        try:
            fresh.rename(folder)
        except OSError:  # another process was quicker
            shutil.rmtree(fresh)
    return folder


def _lay(files: dict[str, bytes], folder: Path) -> None:
    compressor = Compressor(use_brotli=False, quiet=True)
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        if compressor.should_compress(name):
            list(compressor.compress(str(path)))


def serve_before(app: Flask, headers: dict[str, str]) -> None:
    """Puts WhiteNoise before `app`. `headers` are those of every answer (SECURITY)."""

    def add(sent: Headers, path: str, url: str) -> None:
        for name, value in headers.items():
            sent[name] = value
        sent["ETag"] = f'W/"{_digest(Path(path).read_bytes())}"'
        if url == "/embed.js":
            sent["Cross-Origin-Resource-Policy"] = "cross-origin"

    pages = app.wsgi_app
    files = WhiteNoise(
        pages,
        root=str(published()),
        max_age=HOUR,
        allow_all_origins=False,
        add_headers_function=add,
        immutable_file_test=_NAMED_BY_DIGEST,
    )

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        # What cannot be read is refused with the headers of the application: WhiteNoise's own refusal has none.
        is_read = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        return (files if is_read else pages)(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign] # Flask documents it


def send_theme(shop: VisitedShop) -> Response:
    """The portal's sheet in the shop's colours; under the address with its digest it may be cached without end."""
    text = themed(shop.settings.theme)
    digest = _digest(text.encode())
    response = make_response(text)
    response.headers["Content-Type"] = CSS
    response.headers["Cache-Control"] = IMMUTABLE if request.args.get("v") == digest else FOR_NOW
    response.set_etag(digest, weak=True)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def themed(colours: Theme) -> str:
    """The portal's sheet with a shop's own colours: a style in the page would be against the CSP."""
    dark = f"@media (prefers-color-scheme: dark){{{_paint(dark_paint(colours))}}}\n"
    painted = f":root{{--radius:{colours.radius}px}}{_paint(light_paint(colours))}{dark}"
    return _in_mode(sheet("app.css") + painted, colours.mode)


def _in_mode(text: str, mode: str) -> str:
    """A shop that is light or dark only is so whatever the reader's system says."""
    if mode == "auto":
        return text
    text = text.replace("(prefers-color-scheme: dark)", "all" if mode == "dark" else "not all")
    return text.replace("color-scheme:light dark", f"color-scheme:{mode}")


def theme_href(shop: VisitedShop | None) -> str:
    """The address of the sheet in the shop's colours, "" where the portal's own stand."""
    if shop is None or shop.settings.theme == Theme():
        return ""
    return url_for("assets.theme", shop_key=shop.key, v=_theme_digest(shop.settings.theme))


@lru_cache(maxsize=64)
def _theme_digest(colours: Theme) -> str:
    return _digest(themed(colours).encode())


def _paint(paint: Paint) -> str:
    return f":root{{--accent:{paint.accent};--on-accent:{paint.on_accent};--accent-tint:{paint.tint}}}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
