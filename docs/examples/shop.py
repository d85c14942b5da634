"""A shop with one page, in which its customer finds their orders: docs/embedding.md as a program.

    PORTAL=http://127.0.0.1:8000 SHOP=tepai TOKEN=… CUSTOMER=c-1001 python3 docs/examples/shop.py

Then let the portal know the page, `portal shops origins tepai --add http://localhost:8450`, and open http://localhost:8450.
"""

import html
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PORTAL, SHOP, TOKEN = os.environ["PORTAL"], os.environ["SHOP"], os.environ["TOKEN"]
CUSTOMER = os.environ["CUSTOMER"]  # in a real shop: whoever is signed in

PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>我的订单</title>
<h1>小店</h1>
<form method="post" action="{portal}/embed/{shop}/start" target="after-sales" data-after-sales>
  <input type="hidden" name="code" value="{code}">
  <button>查看我的订单</button>
</form>
<iframe name="after-sales" title="售后" width="100%" height="640" style="border: 0"></iframe>
<script src="{portal}/embed.js" async></script>
"""


def code_for(customer: str) -> str:
    """Step 1: a code for one view of the page."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    body = json.dumps({"customer": customer}).encode()
    with urlopen(Request(f"{PORTAL}/api/v1/embed/sessions", body, headers), timeout=10) as answer:
        return str(json.load(answer)["code"])


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/":
            self.send_error(404)
            return
        try:
            code = code_for(CUSTOMER)
        except HTTPError as error:
            print(error.code, error.read().decode())  # the reason, for you; never for the customer
            self.send_error(502)
            return
        fill = {"portal": PORTAL, "shop": SHOP, "code": code}
        body = PAGE.format(**{name: html.escape(value) for name, value in fill.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", 8450), Page).serve_forever()
