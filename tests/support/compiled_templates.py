"""Templates compiled once a test run and language: every test of pages makes an app, which would compile them anew."""

from __future__ import annotations

from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache


class KeptInMemory(BytecodeCache):
    def __init__(self) -> None:
        self._codes: dict[tuple[Any, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(_name(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[_name(bucket)] = bucket.code


def _name(bucket: Bucket) -> tuple[Any, ...]:
    environment = bucket.environment
    return type(environment), getattr(environment, "language", ""), bucket.key, bucket.checksum


KEPT = KeptInMemory()
