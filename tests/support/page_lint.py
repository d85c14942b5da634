"""What every page and fragment must keep, whoever fetched it and why (UI rules 1 and 6, SECURITY headers).

Each rule yields sentences; no sentence means clean. `tests/test_page_lint.py` shows each rule a good and a bad page.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

import html5lib
from lxml.html import HtmlElement

# They carry no words of their own; a button's words are its content.
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
FORBIDDEN_HTMX = {"hx-confirm", "hx-boost", "hx-prompt", "hx-vars"}
URL_ATTRIBUTES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "poster")
LEADS = {*URL_ATTRIBUTES, "hx-target"}
REQUESTS = {"hx-get": ("href", "action", "formaction"), "hx-post": ("action", "formaction")}
# Parse errors that say nothing to a browser: the data is kept and shown as meant.
HARMLESS = {"non-void-element-with-trailing-slash"}
Element = HtmlElement
_WORDS = re.compile(r'(?<==)"[^"&<>]*"|(?<=>)[^<&]+')
_SCRIPT = re.compile(r"\s*(javascript|js|vbscript|data):", re.I)
_CLEAN: set[tuple[int, bool]] = set()


def lint_page(tree: Element, html: str, headers: Mapping[str, str], image_origins: Iterable[str] = ()) -> list[str]:
    """Complaints about a whole page."""
    return [
        *_conformity(html, fragment=False),
        *_frame(tree),
        *_described(tree),
        *lint_parts(tree, image_origins),
        *_headers(headers),
    ]


def lint_fragment(
    roots: list[Element], html: str, headers: Mapping[str, str], image_origins: Iterable[str] = ()
) -> list[str]:
    """Complaints about a fragment as it was sent: one root element, and out-of-band ones beside it."""
    main = [root for root in roots if root.get("hx-swap-oob") is None]
    return [
        *([] if len(main) == 1 else [f"a fragment has one root element, this has {len(main)}"]),
        *_conformity(html, fragment=True),
        *(complaint for root in roots for complaint in lint_parts(root, image_origins)),
        *_headers(headers),
    ]


def lint_parts(tree: Element, image_origins: Iterable[str] = ()) -> list[str]:
    """Complaints about anything that may stand in a page or in a fragment."""
    return [
        *_ids(tree),
        *_labels(tree),
        *_forms(tree),
        *_nothing_inline(tree),
        *_htmx_twins(tree),
        *_images(tree),
        *_addresses(tree, set(image_origins)),
    ]


def show(element: Element) -> str:
    """The opening tag, to find it by."""
    attributes = "".join(f' {key}="{value[:60]}"' for key, value in element.attrib.items())
    return f"<{element.tag}{attributes}>"


def _conformity(html: str, fragment: bool) -> list[str]:
    """What the HTML parser had to repair, such as a form left open or a block inside a paragraph. It goes by the tags:
    a page whose tags were clean before is not parsed again for its words."""
    skeleton = hash(_WORDS.sub("", html))
    if (skeleton, fragment) in _CLEAN:
        return []
    found = list(_repairs(html, fragment))
    if not found:
        _CLEAN.add((skeleton, fragment))
    return found


def _repairs(html: str, fragment: bool) -> Iterator[str]:
    parser = html5lib.HTMLParser()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if fragment:
            parser.parseFragment(html, container=_container(html))
        else:
            parser.parse(html)
    for (line, column), code, data in parser.errors:
        if code not in HARMLESS:
            yield f"not HTML at line {line} column {column}: {code} {data or ''}"


def _container(html: str) -> str:
    opening = re.match(r"\s*<(\w+)", html)
    return {"tr": "tbody", "tbody": "table", "td": "tr", "option": "select"}.get(opening[1] if opening else "", "div")


def _frame(tree: Element) -> Iterator[str]:
    if (count := len(tree.xpath("//h1"))) != 1:
        yield f"a page has one h1, this has {count}"
    if not "".join(tree.xpath("//head/title//text()")).strip():
        yield "the title is empty"
    if not tree.get("lang"):
        yield "html has no lang"
    if not tree.xpath("//main"):
        yield "there is no main"


def _ids(tree: Element) -> Iterator[str]:
    for name, count in Counter(tree.xpath("descendant-or-self::*/@id")).items():
        if count > 1:
            yield f"the id {name!r} stands {count} times"
        if not name or re.search(r"\s", name):
            yield f"the id {name!r} is no id"


def _described(tree: Element) -> Iterator[str]:
    known = set(tree.xpath("//@id"))
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "for", "form"):
        for element in tree.xpath(f"//*[@{attribute}]"):
            for name in element.get(attribute).split():
                if name not in known:
                    yield f"{attribute} names {name!r}, which is not there: {show(element)}"
    for element in tree.xpath("//*[starts-with(@hx-target, '#')]"):
        if element.get("hx-target")[1:] not in known:
            yield f"hx-target is not there: {show(element)}"


def _labels(tree: Element) -> Iterator[str]:
    labelled = set(tree.xpath("descendant-or-self::label/@for"))
    for field in tree.xpath("descendant-or-self::*[self::input or self::select or self::textarea]"):
        if field.get("type", "").lower() in UNLABELLED:
            continue
        by_wrapping = any("".join(label.itertext()).strip() for label in field.iterancestors("label"))
        by_attribute = field.get("aria-label") or field.get("aria-labelledby")
        if not (by_wrapping or by_attribute or (field.get("id") in labelled)):
            yield f"no label: {show(field)}"
    for control in tree.xpath("descendant-or-self::button | descendant-or-self::a"):
        if not _named(control):
            yield f"nothing says what it does: {show(control)}"


def _named(control: Element) -> bool:
    alternatives = "".join(control.xpath(".//img/@alt | .//*/@aria-label | .//svg/title/text()"))
    return bool("".join(control.itertext()).strip() or control.get("aria-label") or alternatives)


def _forms(tree: Element) -> Iterator[str]:
    for form in tree.xpath("descendant-or-self::form"):
        method = form.get("method", "").lower()
        if method not in ("get", "post") or not form.get("action"):
            yield f"a form says its method and action: {show(form)}"
        if method == "post" and not form.xpath(".//input[@type='hidden'][@name='csrf_token'][string(@value)]"):
            yield f"no csrf_token: {show(form)}"
        if form.xpath(".//input[@type='file']") and form.get("enctype") != "multipart/form-data":
            yield f"a form with files is multipart: {show(form)}"
        yield from _first_button(form)
    named = "descendant-or-self::*[self::input or self::select or self::textarea or self::button][@name]"
    for field in tree.xpath(named):
        if next(field.iterancestors("form"), None) is None:
            yield f"a field stands inside its form: {show(field)}"


def _first_button(form: Element) -> Iterator[str]:
    """Enter in a text field presses the first submit button of the form, wherever it stands and however it looks."""
    buttons = form.xpath(".//button[not(@type) or @type='submit'] | .//input[@type='submit' or @type='image']")
    if len(buttons) > 1 and (buttons[0].get("name") or "danger" in buttons[0].get("class", "").split()):
        yield f"Enter presses the first button, which is not harmless: {show(buttons[0])}"


def _nothing_inline(tree: Element) -> Iterator[str]:
    for element in tree.xpath("descendant-or-self::style | descendant-or-self::script[not(@src)]"):
        yield f"inline: {show(element)}"
    for element in tree.iter("*"):
        for name, value in element.attrib.items():
            if (
                name == "style"
                or name.startswith("on")
                or name.startswith(("hx-on", "data-hx-"))
                or name in FORBIDDEN_HTMX
            ):
                yield f"{name} is forbidden: {show(element)}"
            if name in LEADS and _SCRIPT.match(value):
                yield f"a script in an address: {show(element)}"
            if name == "hx-trigger" and "[" in value:
                yield f"a trigger with a filter needs eval: {show(element)}"


def _htmx_twins(tree: Element) -> Iterator[str]:
    for attribute, twins in REQUESTS.items():
        for element in tree.xpath(f"descendant-or-self::*[@{attribute}]"):
            address = element.get(attribute)
            form = next(element.iterancestors("form"), element)
            real = [element.get(twin) for twin in twins] + [form.get("action")]
            real += form.xpath(".//*/@formaction") if form is not element or element.tag == "form" else []
            if not address or address not in real:
                yield f"{attribute} has no twin that works without scripts: {show(element)}"
    for element in tree.xpath("descendant-or-self::*[@hx-put or @hx-delete or @hx-patch]"):
        yield f"only GET and POST work without scripts: {show(element)}"


def _images(tree: Element) -> Iterator[str]:
    for image in tree.xpath("descendant-or-self::img"):
        if image.get("alt") is None:
            yield f"no alt: {show(image)}"
        if not (image.get("width") and image.get("height")) and not image.get("class"):
            yield f"an image has a size, so that nothing jumps: {show(image)}"


def _addresses(tree: Element, image_origins: set[str]) -> Iterator[str]:
    # A link may lead away; what a page loads or posts may not.
    for name in ("src", "action", "formaction", "hx-get", "hx-post", "poster", "srcset", "data"):
        for element in tree.xpath(f"descendant-or-self::*[@{name}]"):
            parts = urlsplit(element.get(name))
            origin = f"{parts.scheme or 'https'}://{parts.netloc}"
            if parts.netloc and not (element.tag == "img" and origin in image_origins):
                yield f"it would fetch from {parts.netloc}: {show(element)}"
    for link in tree.xpath("descendant-or-self::link[@href]"):
        if urlsplit(link.get("href")).netloc:
            yield f"it would fetch from elsewhere: {show(link)}"


def _headers(headers: Mapping[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors ",
    ):
        if directive not in policy:
            yield f"Content-Security-Policy lacks {directive}"
    if "unsafe" in policy:
        yield "Content-Security-Policy allows what is unsafe"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options is not nosniff"
