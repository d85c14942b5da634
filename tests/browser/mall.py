"""A shop's site beside the portal, on another name and over https, that frames it; windows that block its cookies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Frame, Page

from portal.repos.unit_of_work import unit_of_work
from tests.support import sites
from tests.support.shopper import Shopfront

HTML = """<!doctype html><html lang="zh"><title>商城</title><h1>商城</h1>
<iframe name="after-sales" title="售后" width="600" height="300" {attributes}></iframe>
<form method="post" action="{portal}/embed/tepai/start" target="after-sales"{auto}>
<input type="hidden" name="code" value="{code}"><button id="enter">售后</button></form>
{script}</html>"""


@dataclass
class Mall:
    """The shop's site beside the portal: every view of its page asks for a new code, as its server would."""

    front: Shopfront
    pair: sites.Pair
    attributes: str = ""
    auto: bool = True
    asks: dict[str, Any] | None = None

    def allow(self, origins: list[str]) -> None:
        """Sites that may frame the portal from now on."""
        with unit_of_work(self.front.deps) as work:
            work.shops.set(self.front.made.shop_id, origins=origins)

    def html(self, _request: Any) -> str:
        bearer = {"Authorization": f"Bearer {self.front.made.keys.token}"}
        body = {"customer": "c-1", **(self.asks or {})}
        answer = self.front.app.test_client().post("/api/v1/embed/sessions", json=body, headers=bearer)
        script = f'<script src="{self.pair.portal}/embed.js" async></script>'
        return HTML.format(
            portal=self.pair.portal,
            code=answer.json["code"],
            attributes=self.attributes,
            auto=" data-after-sales" if self.auto else "",
            script=script if self.auto else "",
        )


def framed(page: Page, part: str) -> Frame:
    """The frame once its address has `part`."""
    frame = page.frame("after-sales")
    assert frame
    frame.wait_for_url(f"**{part}*")
    return frame
