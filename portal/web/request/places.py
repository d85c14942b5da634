"""Which of the portal's places an address belongs to: the staff's, a shop's frame, or neither. Only its path counts."""

from __future__ import annotations

from flask import request

FRAME = "/embed/"


def is_staff_request() -> bool:
    """Staff pages have a session, a cookie and a look of their own; an address of theirs that nobody serves, too."""
    path = request.path
    return path.startswith("/staff") and (path == "/staff" or path.startswith("/staff/"))


def is_frame_request() -> bool:
    """Below /embed/<shop>/, whether or not there is such a page or shop."""
    return request.path.startswith(FRAME)


def frame_key() -> str | None:
    """The key of the shop whose frame this is, None outside one."""
    path = request.path
    return path[len(FRAME) :].partition("/")[0] if path.startswith(FRAME) else None


def path_outside_frame(address: str) -> str:
    """The address as it is outside a frame: `/embed/tepai/orders?q=1` is `/orders?q=1`."""
    if not address.startswith(FRAME):
        return address
    return "/" + address[len(FRAME) :].partition("/")[2]
