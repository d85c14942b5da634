"""`make attack`: wapiti and sqlmap against a demo shop of its own on this machine; what they find goes into
docs/security.md.

Both are installed into a folder of their own below var/, since what they need does not go with what the portal needs.
Everything is bounded in time, and nothing but 127.0.0.1 is asked.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.demo_shop import Demo, demo_shop  # noqa: E402 - the checkout has to be on the path first
from tests.support.browsers import chromium, launch  # noqa: E402 - the checkout has to be on the path first

TOOLS = ROOT / "var" / "attack"
REPORT = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- attack: begin -->", "<!-- attack: end -->"
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,redirect,sql,timesql,"
    "upload,xss,xxe"
)
JUDGED = {
    "Secure Flag cookie": "over https, which a demo is not, each is: tests/security/test_v3_frontend.py",
    "Cross Site Request Forgery": "it goes by two answers that look alike, and says not which; each form, with"
    " another's token, is refused: tests/security/test_forged_forms.py",
    "LDAP Injection": "nothing here speaks LDAP; it goes by answers that differ, as those of a search do",
}
"""What a scanner says of a demo and does not hold of a portal in use, and what shows that."""
CRAWL_SECONDS, MODULE_SECONDS, SQLMAP_SECONDS = 90, 25, 90
STARTS = {"visitor": "/withdraw-contract?shop=tepai", "shopper": "/orders", "staff": "/staff/cases"}
QUERIES = {
    "visitor": ("/withdraw-contract?shop=tepai&country=DE", "/verify/01JDXW*?shop=tepai", "/find-order?shop=tepai"),
    "shopper": ("/orders?state=all&q=1&after=x", "/help?shop=tepai", "/sign-in?shop=tepai&next=/orders"),
    "staff": ("/staff/cases?state=submitted&priority=1&assignee=1&q=1&after=x", "/staff/orders?q=1&after=x"),
}


def tool(name: str) -> str:
    """The path of an installed tool."""
    path = TOOLS / "bin" / name
    if not path.exists():
        venv.create(TOOLS, with_pip=True)
        install = [TOOLS / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "wapiti3", "sqlmap"]
        if subprocess.run(install, check=False).returncode:
            raise SystemExit(
                "wapiti3 and sqlmap could not be installed below var/attack: is the package index reachable?"
            )
    return str(path)


def cookies_of(demo: Demo) -> dict[str, str]:
    """The Cookie header of a visitor, of a shopper and of an administrator who are signed in."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        raise SystemExit("Chromium is needed to sign in")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as fonts:
        browser = launch(playwright, executable, Path(fonts))
        found = {"visitor": ""}
        for role, page_path, login in (
            ("shopper", "/orders", "c-1001"),
            ("staff", "/staff/cases", demo.staff["admin"][0]),
        ):
            context = browser.new_context()
            page = context.new_page()
            page.goto(demo.url + page_path)
            page.fill("[name=login]", login)
            page.fill("[name=password]", demo.passwords[login])
            page.click("main form button:not([formaction])")
            if role == "staff":
                page.fill("[name=code]", pyotp.parse_uri(demo.staff["admin"][1]).now())
                page.click("main form button:not([formaction])")
            page.wait_for_url(f"**{page_path}")
            found[role] = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
        browser.close()
    return found


def wapiti(demo: Demo, role: str, cookie: str, folder: Path) -> dict[str, Any]:
    """What it found: {"vulnerabilities": {name: [..]}, "anomalies": {..}, "infos": ..}."""
    start, report = demo.url + STARTS[role], folder / f"{role}.json"
    command = [tool("wapiti"), "--url", f"{demo.url}/", "--start", start, "--module", MODULES, "--flush-session"]
    command += ["--max-scan-time", str(CRAWL_SECONDS), "--max-attack-time", str(MODULE_SECONDS), "--depth", "4"]
    command += ["--endpoint", demo.url, "--no-bugreport", "--format", "json", "--output", str(report)]
    command += ["--cookie-value", cookie] if cookie else []
    command += ["--header", f"Origin: {demo.url}"]
    command += ["--store-session", str(folder), "--store-config", str(folder), "--verbose", "1"]
    command += ["--exclude", f"{demo.url}/sign-out", "--exclude", f"{demo.url}/staff/sign-out"]
    command += ["--max-links-per-page", "30", "--max-files-per-dir", "20"]
    subprocess.run(command, timeout=1200, stdout=subprocess.DEVNULL, check=True)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def sqlmap(demo: Demo, role: str, cookie: str, folder: Path) -> Iterator[tuple[str, str]]:
    """(address, what it said of it) of each address with parameters."""
    for path in QUERIES[role]:
        command = [tool("sqlmap"), "--url", demo.url + path, "--batch", "--flush-session", "--disable-coloring"]
        command += ["--cookie", cookie, "--drop-set-cookie"] if cookie else []
        command += ["--level", "2", "--risk", "2", "--threads", "2"]
        command += ["--ignore-code", "*", "--output-dir", str(folder), "--time-sec", "2"]
        try:
            said = subprocess.run(command, timeout=SQLMAP_SECONDS, check=False, capture_output=True, text=True).stdout
        except subprocess.TimeoutExpired as late:
            said = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else (late.stdout or "")
            said += "\nstopped when its time was up"
        yield path, verdict(said)


def verdict(said: str) -> str:
    if re.search(r"sqlmap identified the following injection point", said):
        return "**injectable**"
    tried = len(re.findall(r"\] testing '", said))
    ended = "time was up" if said.endswith("time was up") else "all tests done"
    return f"not injectable, {tried} tests, {ended}"


def written(scans: Mapping[str, dict[str, Any]], queries: list[tuple[str, str, str]], minutes: float) -> str:
    lines = [
        f"Written by `make attack` on {datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} minutes, against a fresh demo shop.",
        "",
        "| wapiti, signed in as | pages found | finding | how many | judged |",
        "|---|---|---|---|---|",
    ]
    for role, scan in scans.items():
        found = {name: each for part in ("vulnerabilities", "anomalies") for name, each in scan[part].items() if each}
        pages = scan["infos"].get("crawled_pages_nbr", "?")
        lines += [
            f"| {role} | {pages} | {name} | {len(each)} | {JUDGED.get(name, '')} |" for name, each in found.items()
        ]
        lines += [] if found else [f"| {role} | {pages} | none | 0 | |"]
    lines += [
        "",
        f"Modules: {MODULES.replace(',', ', ')}.",
        "",
        "| sqlmap, signed in as | address | result |",
        "|---|---|---|",
    ]
    lines += [f"| {role} | `{path}` | {result} |" for role, path, result in queries]
    return "\n".join(lines)


def keep(text: str) -> None:
    """Puts `text` between the marks of the report."""
    page = REPORT.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main() -> None:
    started = datetime.now(UTC)
    with demo_shop() as demo, tempfile.TemporaryDirectory() as name:
        folder, cookies = Path(name), cookies_of(demo)
        scans = {role: wapiti(demo, role, cookie, folder) for role, cookie in cookies.items()}
        queries = [(role, *one) for role, cookie in cookies.items() for one in sqlmap(demo, role, cookie, folder)]
    keep(text := written(scans, queries, (datetime.now(UTC) - started).total_seconds() / 60))
    print(text)
    for scan in scans.values():
        print(json.dumps({part: scan[part] for part in ("vulnerabilities", "anomalies")}, indent=1), file=sys.stderr)
    if any("injectable**" in result for _, _, result in queries):
        raise SystemExit("sqlmap found an injection, look at it above")
    found = {name for scan in scans.values() for name, each in scan["vulnerabilities"].items() if each}
    if worrying := found - set(JUDGED):
        raise SystemExit(f"wapiti found something, look at it above: {', '.join(sorted(worrying))}")


if __name__ == "__main__":
    main()
