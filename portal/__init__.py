"""Self-service cancelling, refunding and returning for shops, Chinese first."""

from typing import Any

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: a job or a test that needs one module should not pay for the whole web side.
    if name == "create_app":
        from portal.app import create_app

        return create_app
    raise AttributeError(name)
