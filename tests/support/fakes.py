"""The ports without the outside: fakes that behave, and can be set to misbehave."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.adapters.notices_jinja import check_params
from portal.adapters.random import SecretRandom
from portal.domain.errors import NotFound, ProviderUnavailable, Undeliverable
from portal.domain.messages.notice_kinds import fields_of
from portal.ports import (
    Clock,
    Mail,
    MailLook,
    RobotAddress,
    RobotAnswer,
    RobotMessage,
    TextMessage,
    WebhookAnswer,
    WebhookCall,
    WrittenNotice,
)

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Friday


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at
        self.rested = 0.0

    def now(self) -> datetime:
        return self._at

    def rest(self, seconds: float) -> None:
        self.rested += seconds

    def move(self, **by: float) -> datetime:
        """`move(hours=2)`, as timedelta takes them; backwards as well."""
        return self.set(self._at + timedelta(**by))

    def set(self, at: datetime) -> datetime:
        self._at = at.astimezone(UTC)
        return self._at


class SeededRandom(SecretRandom):
    """The same seed gives the same ids, tokens and codes."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(random.Random(seed).getrandbits)


class QuickHasher:
    """Salted, but quick: for tests that sign in and are not about passwords."""

    def hash(self, password: str) -> str:
        salt = random.randbytes(4).hex()
        return f"quick${salt}${_sha(salt + password)}"

    def verify(self, hashed: str | None, password: str) -> bool:
        match (hashed or "").split("$"):
            case ["quick", salt, digest]:
                return digest == _sha(salt + password)
        return False

    def is_easy_to_guess(self, password: str) -> bool:
        return password == "password"


class MemoryMailer:
    """Keeps what was sent, one per message_id; `is_down` makes it refuse, addresses in `gone` for good."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.is_down = False
        self.gone: set[str] = set()

    def send(self, mail: Mail) -> None:
        if self.is_down:
            raise ProviderUnavailable("mail", "down")
        if mail.to in self.gone:
            raise Undeliverable("mail", "550 5.1.1")
        if mail.message_id not in {earlier.message_id for earlier in self.sent}:
            self.sent.append(mail)

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.sent if mail.to == address]


class MemoryTexts:
    """As MemoryMailer, for text messages."""

    def __init__(self) -> None:
        self.sent: list[TextMessage] = []
        self.is_down = False
        self.gone: set[str] = set()

    def send(self, message: TextMessage) -> None:
        if self.is_down:
            raise ProviderUnavailable("sms", "down")
        if message.to in self.gone:
            raise Undeliverable("sms", "no_such_number")
        if message.message_id not in {earlier.message_id for earlier in self.sent}:
            self.sent.append(message)

    def to(self, number: str) -> list[TextMessage]:
        return [message for message in self.sent if message.to == number]


class MemoryStore:
    """Keeps files in memory; `is_down` makes it refuse."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.files: dict[str, tuple[bytes, datetime]] = {}
        self.is_down = False

    def put(self, key: str, content: bytes) -> None:
        self._answer_if_down()
        self.files[key] = (content, self._clock.now())

    def get(self, key: str) -> bytes:
        self._answer_if_down()
        if key not in self.files:
            raise NotFound("file")
        return self.files[key][0]

    def delete(self, keys: Sequence[str]) -> None:
        self._answer_if_down()
        for key in keys:
            self.files.pop(key, None)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        self._answer_if_down()
        found = [(key, at) for key, (_content, at) in self.files.items() if key.startswith(f"{prefix}/")]
        yield from sorted(found)

    def _answer_if_down(self) -> None:
        if self.is_down:
            raise ProviderUnavailable("store", "down")


class MemoryHeads:
    """Signed heads in memory, as a test may want to bend them."""

    def __init__(self) -> None:
        self.files: dict[str, list[str]] = {}

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def write(self, name: str, lines: Iterable[str]) -> bool:
        if name in self.files:
            return False
        self.files[name] = list(lines)
        return True

    def read(self, name: str) -> Iterator[str]:
        yield from self.files[name]


class PlainNotices:
    """Writes the kind and the parameters down, and is as strict about them as the real one."""

    def __init__(self) -> None:
        self.written: list[tuple[str, Mapping[str, Any]]] = []

    def write(
        self,
        *,
        kind: str,
        params: Mapping[str, Any],
        locale: str,
        zone: str,
        shop_name: str,
        home: str = "",
        withdraw: str = "",
    ) -> WrittenNotice:
        check_params(kind, params)
        self.written.append((kind, dict(params)))
        subject = f"{kind} {locale}"
        body = json.dumps(params, ensure_ascii=False, sort_keys=True, default=str)
        return WrittenNotice(subject=subject, body=body, text=f"【{shop_name}】{subject} {params['link']}".rstrip())

    def in_html(self, written: WrittenNotice, look: MailLook) -> str:
        return f"<p>{written.subject}</p>"

    def fields(
        self, *, kind: str, params: Mapping[str, Any], locale: str, zone: str, shop_name: str, home: str = ""
    ) -> Mapping[str, str]:
        check_params(kind, params)
        return {"shop": shop_name, "path": ""} | {name: str(params[name]) for name in fields_of(kind) if name in params}


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class MemoryRobots:
    """Keeps what was posted; `answers` are given first, None for nobody there."""

    def __init__(self) -> None:
        self.posted: list[tuple[RobotAddress, RobotMessage]] = []
        self.answers: list[RobotAnswer | None] = []

    def post(self, address: RobotAddress, message: RobotMessage) -> RobotAnswer:
        answer = self.answers.pop(0) if self.answers else RobotAnswer(problem="", status=200, said='{"errcode":0}')
        if answer is None:
            raise ProviderUnavailable("robot", "TimeoutError")
        if not answer.problem:
            self.posted.append((address, message))
        return answer


class MemoryWebhooks:
    """Keeps every call that was made; `answers` are given first, by the call, None for the usual 204."""

    def __init__(self) -> None:
        self.calls: list[WebhookCall] = []
        self.answer: Callable[[WebhookCall], WebhookAnswer | None] = lambda _call: None

    def post(self, call: WebhookCall) -> WebhookAnswer:
        self.calls.append(call)
        return self.answer(call) or WebhookAnswer(problem="", status=204, took=3)

    @property
    def types(self) -> list[str]:
        return [json.loads(call.body)["type"] for call in self.calls]
