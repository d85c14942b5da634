"""The failures the sandbox is to simulate: PORTAL_SANDBOX_PLAN, read again at every call.

Lines are `refund|payment|pickup PATTERN KIND`; PATTERN is a shell glob. Blank lines and `#` comments are
skipped, the first match wins, a file that is missing plans nothing.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, get_args

from portal.domain.errors import ProviderUnavailable

Subject = Literal["refund", "payment", "pickup"]
Kind = Literal[
    "slow", "down", "double", "late", "lying", "wrong_password", "no_funds", "less", "unknown", "refused", "missed"
]
# A hash begins a comment only where a blank follows: order numbers like #1001 exist.
_COMMENT = re.compile(r"(?:^|\s)#(?:\s|$)")
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


class SandboxPlan:
    def __init__(self, path: Path | None) -> None:
        self._path = path

    def kind_for(self, subject: Subject, *names: str) -> Kind | None:
        """The first line whose pattern matches one of `names`. Raises ProviderUnavailable for a line nobody can read.

        A test may be rewriting the file just now: then nothing can be concluded, and the call is made again later.
        """
        for number, line in enumerate(self._lines(), start=1):
            words = _COMMENT.split(line, maxsplit=1)[0].split()
            if not words:
                continue
            if len(words) < 3 or words[0] not in get_args(Subject) or words[-1] not in _KINDS:
                raise ProviderUnavailable(
                    "sandbox", f"line {number} of the plan is not `refund|payment|pickup PATTERN KIND`"
                )
            # An order number may hold blanks, so the pattern is everything in between.
            if words[0] == subject and any(fnmatchcase(name, " ".join(words[1:-1])) for name in names):
                return _KINDS[words[-1]]
        return None

    def _lines(self) -> list[str]:
        if self._path is None:
            return []
        try:
            return self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise ProviderUnavailable("sandbox", f"the plan cannot be read: {type(error).__name__}") from error
