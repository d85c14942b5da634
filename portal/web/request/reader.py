"""Who reads this page: the language and the moment, settled once a request because every word and time asks for them.

Flask-Babel finds both anew for every sentence, which took most of the time of a page with twenty orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from flask import Flask, current_app, g
from flask_babel import Domain, get_locale


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of this request: its identifier (`zh_Hans_CN`) and its catalogue."""

    name: str
    catalogue: Any


@dataclass(frozen=True, slots=True)
class Moment:
    """`now` in `zone`, the shop's: the same for the whole page."""

    now: datetime
    zone: tzinfo


class Catalogues(Domain):  # type: ignore[misc]
    """Babel's own, which forms ask, with the catalogue that was settled on."""

    def get_translations(self) -> Any:
        return tongue().catalogue


def babel_language() -> str:
    """The identifier of the language that Babel goes by."""
    return str(get_locale())


# What `g` stands for, without the proxy before it: a page asks a hundred times.
_kept = g._get_current_object


def tongue() -> Tongue:
    found: Tongue | None = _kept().__dict__.get("tongue")
    if found is None:
        language, known = current_app.extensions["portal_tongues"]
        name = language()
        found = g.tongue = known.get(name) or known.setdefault(name, Tongue(name, Domain().get_translations()))
    return found


def moment() -> Moment:
    found: Moment | None = _kept().__dict__.get("moment")
    if found is None:
        now, zone = current_app.extensions["portal_clock"]
        here = zone()
        found = g.moment = Moment(now().astimezone(here), here)
    return found


def gettext(text: str, **values: Any) -> str:
    """The reader's sentence for a Chinese one, with its blanks filled."""
    found: str = tongue().catalogue.gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, num: int) -> str:
    found: str = tongue().catalogue.ngettext(one, many, num)
    return found % {"num": num}


def init_app(
    app: Flask,
    *,
    now: Callable[[], datetime],
    zone: Callable[[], tzinfo],
    language: Callable[[], str],
) -> None:
    """`now` (aware UTC), `zone` and `language` (Babel's identifier, and what Babel goes by) are asked once a
    request. Sentences of templates are looked up here as well."""
    app.extensions["portal_clock"] = (now, zone)
    app.extensions["portal_tongues"] = (language, {})
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: tongue().catalogue.ugettext(text),
        lambda one, many, num: tongue().catalogue.ungettext(one, many, num),
        newstyle=True,
        pgettext=lambda context, text: tongue().catalogue.upgettext(context, text),
    )
