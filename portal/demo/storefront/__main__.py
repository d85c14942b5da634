"""`python -m portal.demo.storefront PORT`: serves the shop of the demo; PORTAL_DEMO_SHOP is what it knows, as JSON."""

from __future__ import annotations

import json
import os
import sys

from werkzeug.serving import WSGIRequestHandler, make_server

from portal.demo.storefront import SHOP_VARIABLE, Merchant, make_storefront
from portal.processes.parent import end_with_parent


class Silent(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """The portal's own lines are what a demo is watched for."""


def main() -> None:
    end_with_parent()
    merchant = Merchant(**json.loads(os.environ[SHOP_VARIABLE]))
    server = make_server(
        "127.0.0.1", int(sys.argv[1]), make_storefront(merchant), threaded=True, request_handler=Silent
    )
    server.serve_forever()


if __name__ == "__main__":
    main()
