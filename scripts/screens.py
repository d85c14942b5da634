"""Takes the pictures of the documentation from a demo shop anew: `make screens`. `--all DIR` takes every page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import pyotp
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.demo_shop import Demo, demo_shop  # noqa: E402 - the checkout has to be on the path first
from tests.support.browsers import DESK, PHONE, chromium, launch  # noqa: E402 - the checkout has to be on the path first

PICTURES = ROOT / "docs" / "pictures"
SCREENS = ROOT / "docs" / "screens"
COLOURS = 64
GAP = 24


def signed_in(browser: Browser, url: str, login: str, password: str, size: tuple[int, int], scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if size == PHONE else 1,
    )
    page = context.new_page()
    page.goto(f"{url}/orders")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main form .actions button, main form button:not([formaction])")
    page.wait_for_url("**/orders")
    return page


def overview(browser: Browser, url: str, password: str) -> None:
    """Three phones side by side: the list, an order, the confirmation."""
    page = signed_in(browser, url, "c-1001", password, PHONE, "light")
    page.goto(f"{url}/orders?state=to_ship")
    address = page.get_attribute("article[data-state=paid] h2 a", "href") or ""
    shots = []
    for number, path in enumerate(("/orders", address, f"{address}/cancel")):
        page.goto(url + path)
        shots.append(PICTURES / f".shot{number}.png")
        page.screenshot(path=shots[-1])
    images = [Image.open(shot).convert("RGB") for shot in shots]
    width = sum(image.width for image in images) + GAP * (len(images) + 1)
    sheet = Image.new("RGB", (width, images[0].height + 2 * GAP), "#dfe5ea")
    left = GAP
    for image in images:
        sheet.paste(image, (left, GAP))
        left += image.width + GAP
    sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS).save(
        PICTURES / "overview.png", optimize=True
    )
    for shot in shots:
        shot.unlink()


def main_pages(browser: Browser, url: str, password: str) -> None:
    """The pages that a shopper meets most, whole, on a phone and on a desk."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width in (PHONE[0], DESK[0]):
        page = signed_in(browser, url, "c-1001", password, (width, DESK[1]), "light")
        for name, path in shown_pages(page, url):
            page.goto(url + path)
            taken = SCREENS / f"{name}-{width}.png"
            # A list goes on for ever: its first screens say how it looks.
            whole = page.evaluate("document.documentElement.scrollHeight")
            page.screenshot(
                path=taken, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(whole, 2400)}
            )
            Image.open(taken).convert("RGB").quantize(COLOURS).save(taken, optimize=True)
        page.context.close()


def staff_pages(browser: Browser, demo: Demo) -> None:
    """The queue, an application on its desk, the warehouse's day and the reports, as they open at 1280 × 900."""
    for role, names in {"supervisor": ("queue", "desk", "reports", "policies"), "warehouse": ("warehouse",)}.items():
        page = browser.new_context(viewport={"width": DESK[0], "height": 900}, locale="zh-CN").new_page()
        login, totp = demo.staff[role]
        page.goto(f"{demo.url}/staff/cases")
        page.fill("[name=login]", login)
        page.fill("[name=password]", demo.passwords[login])
        page.click("main button")
        page.fill("[name=code]", pyotp.parse_uri(totp).now())
        page.click("main button")
        page.wait_for_selector("nav [aria-current=page]")
        page.goto(f"{demo.url}/staff/cases?state=waiting&priority=high&assignee=none")
        case = page.get_attribute("tr[data-case] a[data-row]", "href") or ""
        paths = {"queue": "/staff/cases?state=waiting", "desk": case, "warehouse": "/staff/warehouse?list=inspect"}
        for name in names:
            page.goto(demo.url + paths.get(name, f"/staff/{name}"))
            # Pictures that are fetched as they come into view, too.
            page.wait_for_load_state("networkidle")
            taken = SCREENS / f"staff-{name}.png"
            page.screenshot(path=taken)
            Image.open(taken).convert("RGB").quantize(4 * COLOURS).save(taken, optimize=True)
        page.context.close()


def shown_pages(page: Page, url: str) -> list[tuple[str, str]]:
    """(name, path): the list, an order in each state, what can be asked for, a case that waits for its customer."""
    found = [("orders", "/orders"), ("design", "/design")]
    for state in ("paid", "shipped", "delivered"):
        for tab in ("to_ship", "to_receive", "completed"):
            page.goto(f"{url}/orders?state={tab}")
            if link := page.query_selector(f"article[data-state={state}] h2 a"):
                path = link.get_attribute("href") or ""
                found.append((f"order-{state}", path))
                break
        page.goto(url + found[-1][1])
        for act in ("cancel", "return"):
            if page.query_selector(f"[data-action={act}]") and act not in dict(found):
                found.append((act, f"{found[-1][1]}/{act}"))
    page.goto(f"{url}/orders")
    if waiting := page.query_selector("[data-todo=awaiting_return]"):
        found.append(("case-awaiting-return", waiting.get_attribute("href") or ""))
    return found


def everything(browser: Browser, url: str, password: str, folder: Path) -> None:
    """Every kind of page, whole, phone and desk, for looking at."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in (PHONE, DESK):
        for scheme in ("light", "dark"):
            page = signed_in(browser, url, "c-1001", password, size, scheme)
            for name, path in pages_of(page, url):
                page.goto(url + path)
                page.screenshot(path=folder / f"{name}-{size[0]}-{scheme}.png", full_page=True)
            page.context.close()


def pages_of(page: Page, url: str) -> list[tuple[str, str]]:
    found = [("orders", "/orders"), ("notices", "/notices"), ("account", "/account"), ("help", "/help")]
    found += [("help-cancel", "/help/cancel"), ("contact", "/contact"), ("cases", "/cases")]
    found += [("password", "/account/password")]
    for tab in ("awaiting_payment", "to_ship", "to_receive", "completed", "cancelled"):
        page.goto(f"{url}/orders?state={tab}")
        for state in ("awaiting_payment", "paid", "picking", "shipped", "delivered", "completed", "cancelled"):
            link = page.query_selector(f"article[data-state={state}] h2 a")
            if link:
                path = link.get_attribute("href") or ""
                found.append((f"order-{state}", path))
                if state in ("awaiting_payment", "paid", "picking", "shipped"):
                    found.append((f"cancel-{state}", f"{path}/cancel"))
                if state == "awaiting_payment":
                    found += [("pay", f"{path}/pay"), ("address", f"{path}/address")]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="Take every page into this folder instead.")
    arguments = parser.parse_args()
    executable = chromium()
    if executable is None:
        raise SystemExit("Chromium is needed")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo_shop() as demo, sync_playwright() as playwright, tempfile.TemporaryDirectory() as fonts:
        browser = launch(playwright, executable, Path(fonts))
        if arguments.all:
            everything(browser, demo.url, demo.passwords["c-1001"], arguments.all)
        else:
            main_pages(browser, demo.url, demo.passwords["c-1001"])
            overview(browser, demo.url, demo.passwords["c-1001"])
            staff_pages(browser, demo)
        browser.close()


if __name__ == "__main__":
    main()
