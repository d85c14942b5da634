"""The application for a WSGI server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`."""

import sys

from portal.app import create_app
from portal.config import BadSetting, Settings

try:
    app = create_app(Settings.from_env().ready_to_serve())
except BadSetting as problem:
    sys.exit(str(problem))
