"""The page object: a browser without windows around the Flask test client, with or without htmx.

It submits what a browser would submit, refuses what a browser could not do, and lints every page it gets.

    page = Browserless(client).open("/orders/A-1")
    page = page.act("cancel").submit(reason="changed_mind")
    assert page.amount("refund") == "12.30"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from lxml import html as lxml_html
from werkzeug.test import TestResponse

from tests.support.page_forms import Form, forms_of, multipart
from tests.support.page_lint import Element, lint_fragment, lint_page, lint_parts
from tests.support.page_marks import Part, words
from tests.support.page_swap import Htmx, htmx_of, is_whole, roots_of, swap_in
from tests.support.queries import counted

REDIRECTS = {301, 302, 303, 307, 308}


class Fetched(NamedTuple):
    """The last answer, its SQL statements, and the addresses on the way to it."""

    response: TestResponse
    queries: list[str]
    trail: tuple[str, ...]


class Page(Part):
    """An answer as the browser shows it. `url` is its path and query, `trail` the addresses on the way, first to last,
    `queries` the SQL statements of the last request."""

    def __init__(self, browser: Browserless, fetched: Fetched, tree: Element, url: str | None = None) -> None:
        super().__init__(tree)
        self.browser, self.response, self.queries, self.trail = browser, *fetched
        self.url = url or self.trail[-1]
        self.status = self.response.status_code
        self.headers = self.response.headers

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def title(self) -> str:
        return words(self.tree.xpath("//head/title")[0])

    @property
    def h1(self) -> str:
        return words(self.tree.xpath("//h1")[0])

    @property
    def text(self) -> str:
        return words(self.tree.xpath("//body")[0])

    @property
    def forms(self) -> list[Form]:
        return forms_of(self.tree)

    def form(self, which: str | None = None, fields: Iterable[str] = ()) -> Form:
        """The form that `which` (CSS, or the end of its action) names; else the only one in main that has all `fields`.

        Among several without `which`, the POST forms come first.
        """
        found = [form for form in self.forms if form.matches(which)]
        if which is None:
            found = [form for form in found if form.is_in_main and form.has(fields)]
            found = [form for form in found if form.method == "post"] or found
        assert len(found) == 1, f"{which or 'a form'} with {sorted(fields)}: {len(found)} of {self.forms}"
        return found[0]

    def submit(self, which: str | None = None, /, *, fields: Mapping[str, Any] | None = None, button: str | None = None,
               forged: Mapping[str, Any] | None = None, **more: Any) -> Page:  # fmt: skip
        """Fills in and sends a form, and follows where it leads.

        Values are text, numbers, `True` or `False` for a box, a list for several, and `(name, bytes, type)` for files.
        `button`: the words, the value or the end of the formaction of the one pressed; else the last without one.
        `forged` overrides what a browser would send (None leaves the field out).
        """
        values = {**(fields or {}), **more}
        form = self.form(which, values)
        sent = form.filled(values).pressed(button)
        return self.browser.send(self, sent, forged or {})

    def follow(self, text: str) -> Page:
        """Clicks the link with these words."""
        assert text in self.links, f"no link says {text}: {sorted(self.links)}"
        return self.browser.click(self, next(link for link in self.tree.xpath(".//a[@href]") if words(link) == text))

    def act(self, action: str) -> Page:
        """Clicks the action on offer."""
        return self.browser.click(self, self.one(f'a[data-action="{action}"]').tree)

    def reload(self) -> Page:
        return self.browser.open(self.url)

    def __repr__(self) -> str:
        return f"<Page {self.status} {self.url} {self.title}>"


class Browserless:
    """A person at a browser: cookies live in `client`; with `htmx` forms and links act as htmx makes them."""

    def __init__(
        self,
        client: FlaskClient,
        *,
        htmx: bool = False,
        origin: str = "http://localhost",
        image_origins: Iterable[str] = (),
    ) -> None:
        self.client, self.htmx, self.origin = client, htmx, origin
        self.image_origins = tuple(image_origins)
        self.headers: dict[str, str] = {"Accept-Language": "zh-CN"}

    def open(self, path: str, **query: Any) -> Page:
        """Goes to an address of this site and follows redirects."""
        return self._arrive(self._fetch("GET", self._local(path), query_string=query or None))

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> Page:
        """Posts what no page offered: for tests of guards."""
        return self._arrive(
            self._fetch("POST", self._local(path), data=dict(data or {}), headers={"Origin": self.origin})
        )

    def click(self, page: Page, link: Element) -> Page:
        """Follows a link of `page`, or lets htmx fetch what it names."""
        htmx = htmx_of(link) if self.htmx else None
        if htmx is None:
            return self.open(urljoin(page.url, link.get("href")))
        path = self._local(urljoin(page.url, link.get("hx-get")))
        return self._land(page, htmx, self._fetch("GET", path, headers=htmx.headers(self.origin + page.url)))

    def send(self, page: Page, form: Form, forged: Mapping[str, Any]) -> Page:
        """Sends a filled-in form of `page`."""
        data = form.data(forged)
        htmx = htmx_of(form.button, form.element) if self.htmx else None
        headers = htmx.headers(self.origin + page.url) if htmx else {}
        path = self._local(urljoin(page.url, form.address))
        if form.method == "get":
            fetched = self._fetch("GET", path.partition("?")[0], query_string=data, headers=headers)
        else:
            headers |= {"Origin": self.origin, "Referer": self.origin + page.url}
            body = multipart(data) if form.is_multipart else {"data": data}
            fetched = self._fetch("POST", path, headers=headers, **body)
        return self._land(page, htmx, fetched)

    def _fetch(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Fetched:
        trail: tuple[str, ...] = ()
        for _ in range(10):
            with counted() as queries:
                given = {**self.headers, **(headers or {})}
                response = self.client.open(path, method=method, base_url=self.origin, headers=given, **options)
            trail += (address_of(response),)
            if response.status_code not in REDIRECTS:
                return Fetched(response, queries, trail)
            path = self._local(urljoin(trail[-1], response.location))
            if response.status_code not in (307, 308):
                method, options = "GET", {}
        raise AssertionError(f"it leads in a circle: {trail}")

    def _land(self, page: Page, htmx: Htmx | None, fetched: Fetched) -> Page:
        """Where it ends: a page, an address that htmx is to load, or the page with a part exchanged."""
        response = fetched.response
        if address := htmx and (response.headers.get("HX-Redirect") or response.headers.get("HX-Location")):
            return self.open(urljoin(page.url, address))
        if htmx is None or is_whole(response):
            return self._arrive(fetched)
        self._no_crash(response)
        tree = deepcopy(page.tree)
        if roots := roots_of(response.text):
            self._clean(fetched.trail[-1], lint_fragment(roots, response.text, response.headers, self.image_origins))
            target = response.headers.get("HX-Retarget") or htmx.target
            swap_in(tree, target, response.headers.get("HX-Reswap") or htmx.style, roots)
            self._clean(f"{page.url} after the swap", lint_parts(tree, self.image_origins))
        pushed = response.headers.get("HX-Push-Url", "false")
        return Page(self, fetched, tree, page.url if pushed == "false" else pushed)

    def _arrive(self, fetched: Fetched) -> Page:
        response = fetched.response
        self._no_crash(response)
        if response.mimetype != "text/html":
            return Page(self, fetched, lxml_html.document_fromstring("<html><body></body></html>"))
        tree = lxml_html.document_fromstring(response.text)
        self._clean(fetched.trail[-1], lint_page(tree, response.text, response.headers, self.image_origins))
        return Page(self, fetched, tree)

    def _clean(self, address: str, complaints: list[str]) -> None:
        assert not complaints, "\n  ".join([f"{address} is not clean:", *complaints])

    def _no_crash(self, response: TestResponse) -> None:
        assert response.status_code < 500, f"{response.status_code} at {response.request.path}\n{response.text[:2000]}"

    def _local(self, address: str) -> str:
        """The path and query of an address on this site; a browser would leave for another."""
        parts = urlsplit(address)
        assert not parts.netloc or f"{parts.scheme}://{parts.netloc}" == self.origin, (
            f"it leads off the site: {address}"
        )
        return parts.path + (f"?{parts.query}" if parts.query else "")


def address_of(response: TestResponse) -> str:
    query = response.request.query_string.decode()
    return response.request.path + (f"?{query}" if query else "")
