"""A port whose calls are watched: each is a step, named after the port and the act, with the number it is about."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from portal.ports.watch import Fact, Watch

Port = TypeVar("Port")
_NUMBERS = ("number", "message_id", "key")
"""What an ask is known by, with us and with whoever is asked."""
_CALL_NOBODY = frozenset({"read_notice", "read_webhook"})


def watched(port: Port, name: str, watch: Watch) -> Port:
    """The same port. `name`: as logs and traces call it."""
    return cast("Port", _Watched(port, name, watch))


class _Watched:
    def __init__(self, port: object, name: str, watch: Watch) -> None:
        self._port, self._name, self._watch = port, name, watch

    def __getattr__(self, act: str) -> Any:
        found = getattr(self._port, act)
        if not callable(found) or act in _CALL_NOBODY:
            return found

        def call(*args: Any, **named: Any) -> Any:
            with self._watch.step("call", f"{self._name}.{act}", _facts(args)) as step:
                answer = found(*args, **named)
                step.problem = str(getattr(answer, "problem", ""))
                step.outcome = str(getattr(answer, "outcome", "") or step.problem)
                return answer

        return call


def _facts(args: tuple[Any, ...]) -> dict[str, Fact]:
    """Numbers that we gave, and the shop's; nothing that a customer did."""
    ask = args[0] if args else None
    facts: dict[str, Fact] = {name: str(value) for name in _NUMBERS if (value := getattr(ask, name, None))}
    shop = str(getattr(ask, "shop", ""))
    return facts | {"shop": int(shop)} if shop.isdecimal() else facts
