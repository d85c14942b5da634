"""A message to a shop's group robot that says it is connected; the answer is kept for its page."""

from __future__ import annotations

from contextlib import suppress

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.sent import RequestKey
from portal.domain.shops.results import RobotTried
from portal.ports import Deps, RobotMessage
from portal.repos.unit_of_work import unit_of_work
from portal.services.messages.post_to_robot import post, written


def try_robot(*, actor: Actor, request_id: RequestKey, deps: Deps) -> RobotTried:
    """Once for a `request_id`. What it came to, also that nobody answered, is shown on the robot's page.

    Errors: Forbidden, NotFound (there is none), Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["robot", "try"]), RobotTried):
            return done
        robot = work.robots.find(actor.shop_id)
        if robot is None:
            raise NotFound("robot")
        shop = work.shops.get_by_id(actor.shop_id)
        tried = work.requests.finish(actor, request_id, RobotTried())
    settings = deps.schemas.read_settings(shop.settings)
    name = settings.name_in(settings.locale, shop.name)
    text = written("staff_robot_test", {}, name, settings, deps)
    with suppress(ProviderUnavailable):
        post(robot, RobotMessage(shop=name, text=text), job_id=None, deps=deps)
    return tried
