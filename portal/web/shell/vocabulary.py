"""The words of codes where no page is shown: mails and texts speak with the tables and catalogues of the pages."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel, force_locale

from portal.words.codes import FAMILIES, word

_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


class CatalogueWords:
    """Words by language, outside of a request: Flask-Babel finds its catalogues through an app, so it has one."""

    def __init__(self) -> None:
        self._app = Flask("portal")
        Babel(self._app, default_locale=_LOCALES["zh"])

    def find_word(self, code: str, family: str, language: str) -> str | None:
        """None where the family has no word for the code. Raises KeyError for another family or language."""
        if code not in FAMILIES[family]:
            return None
        with self._app.app_context(), force_locale(_LOCALES[language]):
            return word(code, family)
