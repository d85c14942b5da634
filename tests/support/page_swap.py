"""What htmx does with an answer: where it goes, and the exchange of parts of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html as lxml_html
from werkzeug.test import TestResponse

from tests.support.page_lint import Element

STYLES = {"innerHTML", "outerHTML", "beforeend", "afterend", "beforebegin", "afterbegin", "none", "delete"}


@dataclass(frozen=True)
class Htmx:
    """How one link or form asks: the CSS selector it swaps into, how, and its own id."""

    target: str
    style: str
    id: str

    def headers(self, url: str) -> dict[str, str]:
        target = {"HX-Target": self.target[1:]} if self.target.startswith("#") else {}
        return {"HX-Request": "true", "HX-Current-URL": url} | target | ({"HX-Trigger": self.id} if self.id else {})


def htmx_of(*elements: Element | None) -> Htmx | None:
    """What the first of `elements` (a button, then its form; or a link) says to htmx, None where they say nothing."""

    def said(attribute: str) -> str | None:
        return next((e.get(attribute) for e in elements if e is not None and e.get(attribute)), None)

    if not (said("hx-post") or said("hx-get")):
        return None
    own = said("id") or ""
    target = said("hx-target") or "this"
    assert target == "this" or target.startswith("#"), f"the page object knows no hx-target {target}"
    return Htmx(f"#{own}" if target == "this" else target, (said("hx-swap") or "innerHTML").partition(" ")[0], own)


def is_whole(response: TestResponse) -> bool:
    return response.mimetype != "text/html" or bool(re.match(r"\s*<!doctype html", response.text, re.IGNORECASE))


def roots_of(html: str) -> list[Element]:
    """The elements at the top of a fragment."""
    return [node for node in lxml_html.fragments_fromstring(html) if not isinstance(node, str)] if html.strip() else []


def swap_in(tree: Element, target: str, style: str, roots: list[Element]) -> None:
    """Exchanges parts of `tree` in place, those out of band first."""
    for root in roots:
        if out_of_band := root.get("hx-swap-oob"):
            _swap(
                tree,
                f"#{root.get('id')}",
                "outerHTML" if out_of_band == "true" else out_of_band.partition(":")[0],
                [root],
            )
    _swap(tree, target, style, [root for root in roots if not root.get("hx-swap-oob")])


def _swap(tree: Element, target: str, style: str, roots: list[Element]) -> None:
    assert style in STYLES, f"the page object knows no hx-swap {style}"
    found = tree.cssselect(target)
    assert found, f"there is no {target} to swap into"
    place = found[0]
    if style == "innerHTML":
        place.text = None
        place[:] = roots
    elif style == "beforeend":
        place.extend(roots)
    elif style == "afterbegin":
        place[0:0] = roots
    elif style != "none":
        siblings = place.getparent()
        start = siblings.index(place) + (style == "afterend")
        end = start + (style in ("outerHTML", "delete"))
        siblings[start:end] = [] if style == "delete" else roots
