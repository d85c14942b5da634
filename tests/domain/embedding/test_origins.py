"""Origins as browsers write them: what is read stands in a header, so nothing else may get in."""

import pytest

from portal.domain.embedding.origins import BadOrigin, origin_of, read_origin

pytestmark = pytest.mark.req("N8")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://Shop.Example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://shop.localhost:8001", "http://shop.localhost:8001"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_read_as_a_browser_sends_it(written, read):
    assert read_origin(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "", "shop.example", "http://shop.example", "https://", "https://*.shop.example", "https://*", "ftp://shop.example",
        "https://shop.example/shop", "https://shop.example?x=1", "https://shop.example#x", "https://me@shop.example",
        "https://shop.example;script-src", "https://shop.example 'unsafe-inline'", "https://shop.example,evil.example",
        "https://shop.example:port", "https://shop.example:99999", "https://-shop.example", "https://shop..example",
        "null", "javascript:alert(1)", "data:text/html,x", "http://localhost.evil.example",
    ],
)  # fmt: skip
def test_anything_else_is_refused(written):
    with pytest.raises(ValueError, match="must be https"):
        read_origin(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("https://*.shop.example", "wildcard"),
        ("https://shop.example/orders", "more"),
        ("https://me@shop.example", "more"),
        ("http://shop.example", "insecure"),
        ("shop.example", "unreadable"),
        ("https://shop example", "unreadable"),
    ],
)
def test_what_is_wrong_with_it_has_a_code(written, code):
    with pytest.raises(BadOrigin) as wrong:
        read_origin(written)
    assert wrong.value.code == code


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://www.shop.example/account?tab=orders#top", "https://www.shop.example"),
        ("www.shop.example/account", "https://www.shop.example"),
        ("http://localhost:3000/orders", "http://localhost:3000"),
        ("https://me:secret@shop.example/x", "https://shop.example"),
    ],
)
def test_a_page_has_an_origin(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize("address", ["", "https://", "http://shop.example/x", "https://[x/"])
def test_a_page_that_could_never_frame_the_portal_has_none(address):
    with pytest.raises(BadOrigin):
        origin_of(address)
