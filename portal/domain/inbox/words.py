"""What of a mail is its sender's own: without what it quotes, its signature, and what a list or a phone adds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from portal.domain.typed import as_key, plain

LONGEST = 1000
"""Characters of a mail that go into a message, as of one that is typed."""
MOST_LINES, LONGEST_LINE = 2000, 500
MOST_NAMED = 60
_QUOTES = re.compile(
    r">|-{2,} ?(?:Original Message|原始邮件|原邮件|转发邮件|Forwarded message)|_{20,}\Z"
    r"|On .{4,200} wrote:\Z|在 ?.{4,200}写道[：:]\Z|(?:发件人|From)[：:] ?\S",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"--\Z|(?:Sent from my|发自我的|从我的).{1,60}\Z", re.IGNORECASE)
_NUMBER = re.compile(r"[#A-Za-z0-9][A-Za-z0-9._:\-]{1,63}")


def own_words(text: str) -> str:
    """Its lines down to the first that quotes somebody or signs. What is longer than LONGEST ends with …"""
    said = "\n".join(_own_lines(text)).strip()
    said = re.sub(r"\n{3,}", "\n\n", said)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1].rstrip()}…"


def _own_lines(text: str) -> Iterator[str]:
    for line in islice(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), MOST_LINES):
        said = line[:LONGEST_LINE].rstrip()
        if _QUOTES.match(said.lstrip()) or _SIGNATURE.match(said):
            return
        yield said


def numbers_named(*texts: str) -> tuple[str, ...]:
    """Whatever in them may be the number of an order or a case, as numbers are compared (`typed.as_key`), in the order
    in which it stands there: at most MOST_NAMED."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _NUMBER.finditer(plain(text[: MOST_LINES * 10])):
            if any(character.isdigit() for character in match[0]):
                found.setdefault(as_key(match[0].rstrip(".:-_")))
    return tuple(islice(found, MOST_NAMED))
