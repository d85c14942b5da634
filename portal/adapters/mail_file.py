"""Mail into a directory, one `.eml` each: the default of a single machine, and what tests read."""

from __future__ import annotations

from pathlib import Path

from portal.adapters.mail_message import as_mime
from portal.adapters.spool import Spool
from portal.domain.errors import ProviderUnavailable
from portal.ports import Clock, Mail


class FileMailer:
    def __init__(self, directory: Path, clock: Clock) -> None:
        self._spool = Spool(directory, ".eml")
        self._clock = clock

    def send(self, mail: Mail) -> None:
        at = self._clock.now()
        # Not encoded, so that a person who opens the file can read it.
        content = as_mime(mail, at, transfer="8bit").as_bytes()
        try:
            self._spool.put(at, mail.message_id, content)
        except OSError as error:
            raise ProviderUnavailable("mail", f"{type(error).__name__}: {error.strerror}") from error
