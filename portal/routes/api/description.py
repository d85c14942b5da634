"""What the machine API can do, for programs: OpenAPI 3.1. It holds nothing of any shop, so anybody may read it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.api import api
from portal.schemas.openapi import openapi
from portal.web.security.guards import public


@api.get("/openapi.json")
@public
def get_openapi() -> ResponseReturnValue:
    return openapi()
