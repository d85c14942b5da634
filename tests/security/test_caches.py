"""What is remembered between requests is bounded in number and size, whatever is sent (SECURITY, availability)."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import portal
from portal.domain import typed
from portal.web.answers import web_views
from portal.web.request import addresses

pytestmark = pytest.mark.req("N4")
CACHE = type(functools.cache(len))
KEYED_BY_CODE = {
    "portal.repos.order_lists._page", "portal.repos.waiting._waiting", "portal.repos.bulk._processors",
    "portal.repos.bulk._constants", "portal.repos.intake._customers_written",
    "portal.repos.case_with_order._numbered",
    "portal.repos.cases._numbered", "portal.repos.orders._numbered",
    "portal.schemas.openapi.openapi", "portal.web.shell.assets.contents", "portal.web.shell.assets.sheet",
    "portal.web.shell.assets.names", "portal.web.shell.assets.published", "portal.app.code_version",
    "portal.processes.migrations.newest_revisions", "portal.processes.migrations._known_revisions",
    "portal.domain.codec._writer", "portal.domain.codec._reader",
    "portal.adapters.pack_files.shipped_packs",
    "portal.adapters.passwords_argon2._hash_of_nobody",
    "portal.adapters.pinned_http.trusted",
    "portal.repos.archive_document._reader", "portal.repos.archive_view._tables",
}  # fmt: skip
"""Without a limit, since only our own code names what is remembered: tables, types, files that ship."""


def caches() -> Iterator[tuple[str, Any]]:
    for info in pkgutil.walk_packages(portal.__path__, "portal."):
        if not info.name.endswith("__main__"):
            for value in vars(importlib.import_module(info.name)).values():
                if type(value) is CACHE and value.__module__ == info.name:
                    yield f"{info.name}.{value.__qualname__}", value


def test_every_cache_has_a_limit_or_is_keyed_by_our_own_code() -> None:
    limits = {name: cache.cache_parameters()["maxsize"] for name, cache in caches()}
    assert {name for name, limit in limits.items() if limit is None} == KEYED_BY_CODE
    assert max(limit for limit in limits.values() if limit) <= 16_384 and len(limits) > 20


def test_long_texts_of_strangers_are_not_remembered(app) -> None:  # type: ignore[no-untyped-def]
    def sizes() -> int:
        return sum(cache.cache_info().currsize for cache in (typed._kept_folded, addresses._built))

    with app.test_request_context("/sign-in?shop=none"):
        addresses.url_for("shop.help")
        before = sizes()
        for number in range(50):
            long = f"{number}" + "a" * 5_000
            assert typed.folded(long) == long
            assert long in addresses.url_for("shop.orders", q=long)
            web_views.web_view_of(f"{long} MicroMessenger")
        assert sizes() == before
        assert typed.folded("Ａ") == "a" and sizes() == before + 1


def test_a_browser_that_calls_itself_something_long_is_remembered_by_its_beginning() -> None:
    web_views._view_of.cache_clear()
    for number in range(50):
        web_views.web_view_of("a" * 5_000 + str(number))
    assert web_views._view_of.cache_info().currsize == 1
