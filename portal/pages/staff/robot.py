"""A shop's group robot as administrators see it: never its address, never its secret."""

from __future__ import annotations

from portal.domain.identity.access import Actor, may
from portal.domain.messages.robots import OFF
from portal.pages.values.robot import RobotPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading

MOST_COUNTED = 100


def robot_page(*, actor: Actor, deps: Deps) -> RobotPage:
    """One query, and one for what waits where there is a robot."""
    may_act = may(actor, "write", "settings")
    with reading(deps) as work:
        robot = work.robots.find(actor.shop_id)
        if robot is None:
            return RobotPage(may_act=may_act, form=OFF)
        waiting = len(work.robots.gathered(actor.shop_id, limit=MOST_COUNTED))
    return RobotPage(
        may_act=may_act,
        form=robot.form,
        host=robot.host,
        tail=robot.tail,
        is_signed=bool(robot.sealed_secret),
        kinds=tuple(robot.kinds),
        tried_at=robot.tried_at,
        problem=robot.problem,
        status=robot.status,
        said=robot.said,
        waiting=waiting,
    )
