"""A shop's program at the machine API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.staff import Office


@dataclass
class Machine:
    """Calls with the token of the office's shop, or with another."""

    office: Office
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, key: str | None = None, **given: Any) -> Any:
        said = {"Authorization": f"Bearer {self.token or self.office.made.keys.token}"} | self.headers
        if key is not None:
            said["Idempotency-Key"] = key
        client = self.office.app.test_client()
        return client.open(f"/api/v1{path}", method=method.upper(), headers=said, **given)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self.call("get", path, query_string=query)
        assert answer.status_code == status, answer.text
        return answer.get_json(force=True)

    def post(self, path: str, body: Any, status: int = 200, key: str | None = None) -> Any:
        answer = self.call("post", path, key=key, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json(force=True)

    def events(self) -> list[str]:
        return [event["type"] for event in self.get("/events", limit=1000)["events"]]
