"""What a browser fetches to show 我的订单 the first time: bytes with headers, as sent; pictures of goods are lazy."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from bench.data import Filled
from bench.report import Figure
from bench.servers import PORTAL, Server, serving

_LINKED = re.compile(r'<(?:link|script)[^>]* (?:href|src)="(/[^"]+)"')


def wire_figures(filled: Filled, folder: Path) -> Iterator[Figure]:
    with serving(PORTAL, filled.url, folder) as server:
        page, size = _fetched(server, "/orders", filled.shown)
        sizes = {"/orders": size}
        for address in _LINKED.findall(page):
            sizes[address.partition("?")[0]] = _fetched(server, address, filled.shown)[1]
    total, styles = sum(sizes.values()), sizes["/orders"] + sum(v for k, v in sizes.items() if k.endswith(".css"))
    scripts = sum(value for name, value in sizes.items() if name.endswith(".js"))
    how = ", ".join(f"{name.rpartition('/')[2]} {value / 1000:.1f}" for name, value in sizes.items())
    yield Figure("first view, in all", total / 1000, 60, None, "kB", how)
    yield Figure("first view, requests", len(sizes), 5, 4, "requests")
    yield Figure("first view, HTML and CSS", styles / 1000, 60, 18, "kB")
    yield Figure("first view, HTML, CSS and scripts", (styles + scripts) / 1000, 60, 36, "kB")


def _fetched(server: Server, path: str, cookie: str) -> tuple[str, int]:
    status, headers, content = server.get(path, cookie)
    assert status == 200, (path, status)
    size = len(content) + sum(len(name) + len(value) + 4 for name, value in headers.items())
    if headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    return content.decode(), size
