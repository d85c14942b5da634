"""The machine API: /api/v1, bearer token of a shop, problem+json for errors."""

from flask import Blueprint

from portal.web.security.limits import few_calls

api = Blueprint("api", __name__, url_prefix="/api/v1")
few_calls(api)

from portal.routes.api import (  # noqa: E402, F401 - registers their addresses
    acts,
    bulk,
    cases,
    credit,
    customers,
    description,
    embed,
    options,
    orders,
    products,
    refunds,
)
