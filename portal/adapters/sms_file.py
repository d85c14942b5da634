"""Text messages into a directory, one `.json` each."""

from __future__ import annotations

import json
from pathlib import Path

from portal.adapters.sms_message import as_json
from portal.adapters.spool import Spool
from portal.domain.errors import ProviderUnavailable
from portal.ports import Clock, TextMessage


class FileTexts:
    def __init__(self, directory: Path, clock: Clock) -> None:
        self._spool = Spool(directory, ".json")
        self._clock = clock

    def send(self, message: TextMessage) -> None:
        at = self._clock.now()
        content = json.dumps({"at": at.isoformat(), **as_json(message)}, ensure_ascii=False, indent=1)
        try:
            self._spool.put(at, message.message_id, content.encode())
        except OSError as error:
            raise ProviderUnavailable("sms", f"{type(error).__name__}: {error.strerror}") from error
