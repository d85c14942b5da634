"""A session of WebDriver BiDi with a Firefox that was started for it, without a driver between."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

SAID = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PATIENCE = 20.0


class BidiError(Exception):
    """What the browser answered instead: its code, such as `no such node`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code


class Bidi:
    """Commands and their results, one after another. Events are not asked for."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(f"{address}/session", timeout=PATIENCE, suppress_origin=True)
        self._numbers = itertools.count(1)

    def does(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv())).get("id") != number:
            pass
        if answer["type"] == "error":
            raise BidiError(answer["error"], answer["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def close(self) -> None:
        self._socket.close()


@contextmanager
def firefox_session(executable: str, folder: Path, wishes: dict[str, Any]) -> Iterator[tuple[Bidi, str]]:
    """A new profile in `folder` with the preferences `wishes`: the session and the version."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wishes.items())
    (folder / "user.js").write_text("".join(lines))
    command = [executable, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            session = Bidi(_address(process))
            new = session.does("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
            yield session, new["capabilities"]["browserVersion"]
            session.close()
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    for line in process.stderr:
        if found := SAID.search(line):
            return found[1]
    raise AssertionError("Firefox ended before it listened")
