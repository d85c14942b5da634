"""A sound installation on this machine for `portal doctor`, and what it says of it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from portal.cli.doctor import doctor
from portal.config import Settings, variable
from portal.ports import Deps
from portal.repos.database import prepare_engine
from portal.services.jobs.signs import say_alive
from portal.wiring import build_deps


class _Ready(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        said = b'{"status": "ok"}' if self.server.ready else b'{"status": "unavailable", "reason": "migrations"}'  # type: ignore[attr-defined]
        self.send_response(200 if self.server.ready else 503)  # type: ignore[attr-defined]
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@contextmanager
def answering() -> Iterator[HTTPServer]:
    """What stands at the portal's address; `ready` is what it says of itself."""
    server = HTTPServer(("127.0.0.1", 0), _Ready)
    server.ready = True  # type: ignore[attr-defined] # for its handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Installation:
    folder: Path
    server: HTTPServer
    deps: Deps
    environ: dict[str, str] = field(default_factory=dict)

    def examine(self, *options: str) -> Result:
        """As the command would say it where these variables are set, and no others of ours."""
        others = dict.fromkeys((name for name in os.environ if name.startswith("PORTAL_")), None)
        return CliRunner().invoke(doctor, options, env={**others, **self.environ})

    def failing(self) -> dict[str, dict[str, str]]:
        """By check; the exit code says the same."""
        result = self.examine("--json")
        assert not isinstance(result.exception, Exception), result.exception
        found = {one["check"]: one for one in json.loads(result.stdout) if one["state"] == "FAILED"}
        assert result.exit_code == (1 if found else 0)
        return found


@contextmanager
def installation(url: str, folder: Path) -> Iterator[Installation]:
    """Migrated, with a worker at work, a fresh backup and everything in folders below `folder`."""
    with answering() as server:
        values = {
            "secret_key": "for-tests-only-0123456789-abcdefghij",
            "database_url": url,
            "store_url": f"file://{folder}/evidence",
            "mail_url": f"file://{folder}/mail",
            "sms_url": f"file://{folder}/sms",
            "audit_url": f"file://{folder}/audit",
            "sandbox_log": f"file://{folder}/rail.ndjson",
            "base_url": f"http://127.0.0.1:{server.server_address[1]}",
            "backup_dir": str(folder / "backups"),
        }
        (folder / "backups").mkdir()
        (folder / "backups" / "portal.dump").write_bytes(b"backup")
        engine = prepare_engine(create_engine(url))
        deps = build_deps(Settings(**values), engine)  # type: ignore[arg-type] # texts, as the environment has them
        say_alive(worker="w", deps=deps)
        yield Installation(folder, server, deps, {variable(name): value for name, value in values.items()})
        engine.dispose()
