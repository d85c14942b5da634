"""PDFs as evidence: opened, and refused where one would do anything but show its pages (SECURITY, uploads).

A PDF is kept as it came, because many are signed invoices and writing them again would break the signature; so it is
held to the letter instead: nothing before it, nothing behind it, nothing that had to be repaired.
"""

from __future__ import annotations

import io
import re

import pikepdf

from portal.domain.evidence.files import MOST_PAGES, BadFile
from portal.ports import CleanFile

BEGINS = b"%PDF-"
MOST_OBJECTS = 50_000
# What runs, opens, sends or carries something (ISO 32000-2, 7.11, 12.6, 13): as keys, and as kinds of actions.
ACTIVE_KEYS = frozenset(
    "/AA /JS /JavaScript /EF /EmbeddedFiles /AF /XFA /RichMediaContent /RichMediaSettings /Collection /Movie".split()
)
ACTIVE_ACTIONS = frozenset(
    "/JavaScript /Launch /SubmitForm /ImportData /GoToR /GoToE /Rendition /RichMediaExecute /Movie /Sound".split()
)
_BEHIND = re.compile(rb"%%EOF\s*\Z")


def clean_pdf(content: bytes) -> CleanFile:
    """Raises BadFile: broken, pages, active (scripts, actions on opening, files inside, a password)."""
    if not content.startswith(BEGINS) or not _BEHIND.search(content[-1024:]):
        raise BadFile("broken")
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            _judge(pdf)
    except pikepdf.PasswordError:
        raise BadFile("active") from None
    except BadFile:
        raise
    except Exception:
        # qpdf and its binding raise many things for what they cannot read.
        raise BadFile("broken") from None
    return CleanFile(content=content, media_type="application/pdf")


def _judge(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise BadFile("active")
    if len(pdf.objects) > MOST_OBJECTS:
        raise BadFile("broken")
    if not 0 < len(pdf.pages) <= MOST_PAGES:
        raise BadFile("pages")
    if isinstance(pdf.Root.get("/OpenAction"), pikepdf.Dictionary):
        raise BadFile("active")
    waiting: list[object] = [pdf.Root, *pdf.objects]
    while waiting:
        waiting.extend(_inside(waiting.pop()))


def _inside(thing: object) -> list[object]:
    """What stands directly inside a dictionary, stream or array; objects of their own are in the list of objects."""
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if isinstance(thing, pikepdf.Array):
        parts = list(thing.as_list())
    elif isinstance(thing, pikepdf.Dictionary):
        names = set(thing.keys())
        if names & ACTIVE_KEYS or (str(thing.get("/S", "")) in ACTIVE_ACTIONS):
            raise BadFile("active")
        parts = [thing[name] for name in names]
    else:
        return []
    return [part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect]
