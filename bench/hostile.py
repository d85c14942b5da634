"""What one client can send to hold a portal up, at a steady rate beside a load: `python -m bench.hostile`.

Its errand comes as a line of JSON on standard input; it goes on until that is closed, and then says what was answered.
Each request has a connection of its own. Beside them some bodies drip in a byte at a time, begun again when refused.
"""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from bench.data import Filled
from bench.pages import hidden_fields
from bench.servers import Server

A_SECOND = 10
DRIPPING, DRIP_SECONDS = 16, 0.25
LONG = 60_000
REFUSED_IN_TIME = frozenset({408, 503})
"""Answers of a server that says no; any other of 500 and above is an error."""
_PATIENCE_SECONDS = 30.0


def hostile_requests(server: Server, filled: Filled) -> dict[str, bytes]:
    """By kind. Who sends the pictures is signed in: nobody else's are looked at."""
    deep = "[" * 20_000 + "]" * 20_000
    authorization = {"Authorization": "Bearer nobody", "Content_Type": "application/json"}
    return {
        "a long name": server.request(f"/orders/{'a' * LONG}"),
        "a long query": server.request(f"/orders?q={'%F0%9F%98%80' * (LONG // 12)}", filled.crowd[-1]),
        "a long number": server.form("/find-order", "", f"order_no={'1' * (LONG - 20)}&contact=a"),
        "deep JSON": put(server, "/api/v1/orders/A-1", deep, **authorization),
        "deep JSON in a form": server.form("/sign-in", "", f"login={deep}&password=x"),
        "odd headers": server.request(
            "/orders",
            "x" * 4_000,
            X_Forwarded_For=", ".join(["::ffff:0:0"] * 300),
            Accept_Language=",".join(["zz-ZZ;q=0.1"] * 400),
            If_None_Match='"' * 3_000,
            Referer="http://" + "a" * 4_000,
        ),
        "many fields": server.form("/sign-in", "", "&".join(["a"] * 30_000)),
        "a picture of 80,000 scans": picture(server, filled),
    }


def put(server: Server, path: str, body: str, **headers: str) -> bytes:
    return server.form(path, "", body, **headers).replace(b"POST", b"PUT", 1)


def picture(server: Server, filled: Filled) -> bytes:
    """A photo for a refund, of a small JPEG whose last scan is repeated."""
    path = f"/orders/{filled.delivered_no}/refund"
    fields = hidden_fields(server.text(path, filled.shown)) | {"upload": "1"}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    head = (
        '--b\r\nContent-Disposition: form-data; name="evidence"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    body = "".join([*parts, head, many_scans(80_000).decode("latin-1"), "\r\n--b--\r\n"])
    return server.form(path, filled.shown, body, Content_Type="multipart/form-data; boundary=b")


def many_scans(count: int) -> bytes:
    out = io.BytesIO()
    # Of one block: the scan is a few bytes, and the file stays below what a file may have.
    Image.effect_noise((8, 8), 40).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * count + content[last:]


@contextmanager
def hostile(server: Server, filled: Filled, folder: Path) -> Iterator[None]:
    """Sends beside the block; raises where an answer was an error, or where nothing could be sent."""
    requests = hostile_requests(server, filled)
    errand = {"port": server.port, "requests": [one.decode("latin-1") for one in requests.values()]}
    command = [sys.executable, "-m", "bench.hostile"]
    with (folder / "hostile.log").open("ab") as log:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        assert running.stdin
        running.stdin.write(json.dumps(errand).encode() + b"\n")
        running.stdin.flush()
        try:
            yield
        finally:
            said, _ = running.communicate(timeout=2 * _PATIENCE_SECONDS)
    statuses = {int(status): count for status, count in json.loads(said).items()}
    wrong = {status for status in statuses if status >= 500 and status not in REFUSED_IN_TIME}
    if wrong or sum(statuses.values()) < len(requests):
        raise RuntimeError(f"hostile requests were answered {statuses}")


async def send_all(port: int, requests: list[bytes], is_over: threading.Event) -> Counter[int]:
    """The requests in turn, A_SECOND of them, and DRIPPING bodies at a time, until `is_over`; statuses, 0 for none."""
    found: Counter[int] = Counter()
    dripping = [asyncio.create_task(_drip(port, is_over, found)) for _ in range(DRIPPING)]
    sending: set[asyncio.Task[None]] = set()
    turn = 0
    while not is_over.is_set():
        task = asyncio.create_task(_send(port, requests[turn % len(requests)], found))
        sending.add(task)
        task.add_done_callback(sending.discard)
        turn += 1
        await asyncio.sleep(1 / A_SECOND)
    for task in dripping:
        task.cancel()
    await asyncio.gather(*sending, *dripping, return_exceptions=True)
    return found


async def _send(port: int, request: bytes, found: Counter[int]) -> None:
    """A server that closes on a request too long, unread, has answered as well."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(request)
                await writer.drain()
                found[_status(await reader.readline())] += 1
            finally:
                writer.close()
    except (OSError, TimeoutError):
        found[0] += 1


async def _drip(port: int, is_over: threading.Event, found: Counter[int]) -> None:
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 60000\r\n\r\n".encode()
    while not is_over.is_set():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answer = asyncio.create_task(reader.readline())
            writer.write(head)
            while not answer.done():
                writer.write(b"a")
                await writer.drain()
                await asyncio.wait([answer], timeout=DRIP_SECONDS)
            found[_status(answer.result())] += 1
            writer.close()
        except OSError:
            found[0] += 1
            await asyncio.sleep(DRIP_SECONDS)


def _status(line: bytes) -> int:
    return int(line[9:12]) if line[9:12].isdigit() else 0


def main() -> None:
    errand: dict[str, Any] = json.loads(sys.stdin.readline())
    is_over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        is_over.set()

    threading.Thread(target=wait, daemon=True).start()
    requests = [one.encode("latin-1") for one in errand["requests"]]
    json.dump(asyncio.run(send_all(errand["port"], requests, is_over)), sys.stdout)


if __name__ == "__main__":
    main()
