"""Photos of the demo: what the warehouse and customers took, drawn like the goods, kept as PNG as a camera sends it.

`python -m portal.demo.photos` draws them again.
"""

from __future__ import annotations

import io
from pathlib import Path

from portal.demo.drawings.as_returned import AS_ARRIVED, AS_RETURNED
from portal.demo.pictures import svg_of
from portal.domain.evidence.files import Upload

PHOTOS = tuple(AS_RETURNED)
"""The inspector's; `AS_ARRIVED` are those of customers."""
FOLDER = Path(__file__).parent
_PAGE = '#set page(width: 240pt, height: 240pt, margin: 0pt)\n#image(bytes({svg}), format: "svg", width: 240pt)'
_DOTS_PER_INCH = 216


def photo(name: str) -> Upload:
    """As a form would bring it. Raises OSError where there is none of that name."""
    content = (FOLDER / f"{name}.png").read_bytes()
    return Upload(name=f"{name}.png", size=len(content), content=io.BytesIO(content))


def write_all(folder: Path = FOLDER) -> None:
    import json

    import typst

    for name, drawing in {**AS_RETURNED, **AS_ARRIVED}.items():
        page = _PAGE.format(svg=json.dumps(svg_of(drawing)))
        picture = typst.compile(page.encode(), format="png", ppi=_DOTS_PER_INCH)
        assert isinstance(picture, bytes)
        (folder / f"{name}.png").write_bytes(picture)
