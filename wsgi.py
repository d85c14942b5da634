"""The application for a WSGI server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`."""

import gc
import os
import sys

from portal.adapters.silent_server import leave_silent_servers
from portal.app import create_app
from portal.config import BadSetting, Settings
from portal.extensions import db

# What it writes below var/ is this user's alone, as under `portal serve`.
os.umask(0o077)
try:
    app = create_app(Settings.from_env().ready_to_serve())
except BadSetting as problem:
    sys.exit(str(problem))
with app.app_context():
    leave_silent_servers(db.engine)

# What is loaded by now stays to the end, and pages make few cycles: looked for less often, they cost a tenth less.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
