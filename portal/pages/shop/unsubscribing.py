"""The page that a mail's 不再接收这类邮件 leads to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribePage:
    """`group`: of notices, as they are chosen; `is_done`: their mails have stopped."""

    group: str
    is_done: bool
    token: str
