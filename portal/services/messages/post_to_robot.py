"""What was gathered for a shop's group robot goes out as one message (issue 15, notices)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from portal.domain.errors import ProviderUnavailable
from portal.domain.messages.robots import MOST_BYTES, MOST_LINES, fitting, in_a_group
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps, RobotAddress, RobotAnswer, RobotItem, RobotMessage
from portal.repos.robots import KeptRobot
from portal.repos.staff_notes import KeptNote
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.notify_staff import link_to
from portal.services.shops.set_robot import SEAL

MOST_AT_ONCE = 500
"""What stood in one message, by name or as a number."""
RETRIES_WITHIN = timedelta(minutes=10)
"""A job that failed is back before that; if it is not, it was given up and the next one tries."""


class RobotRefused(Exception):
    """The robot has answered, and does not take it. It counts towards giving up, as a defect does: a wrong address does
    not mend itself."""


def post_to_robot(*, shop_id: int, job_id: int, deps: Deps) -> None:
    """One message for all that waits, nothing where nothing does. While a job is trying, the others leave it to that
    one. Raises ProviderUnavailable and RobotRefused; the job comes back with what there is then."""
    with reading(deps) as work:
        robot = work.robots.find(shop_id)
        if robot is None or _is_tried_elsewhere(robot, job_id, work):
            return
        notes, name, settings = _all_of(work, shop_id, deps)
    if not notes:
        return
    message = _message(robot, notes, (name, settings), deps)
    answer = post(robot, message, job_id=job_id, deps=deps)
    with unit_of_work(deps) as work:
        if not answer.problem:
            work.robots.drop_notes([note.id for note in notes])
    if answer.problem:
        raise RobotRefused(f"{answer.problem} {answer.status} {answer.said}".strip())


def _all_of(work: UnitOfWork, shop_id: int, deps: Deps) -> tuple[list[KeptNote], str, ShopSettings]:
    shop = work.shops.get_by_id(shop_id)
    settings = deps.schemas.read_settings(shop.settings)
    return work.robots.gathered(shop_id, limit=MOST_AT_ONCE), settings.name_in(settings.locale, shop.name), settings


def _is_tried_elsewhere(robot: KeptRobot, job_id: int, work: UnitOfWork) -> bool:
    return robot.retry_at is not None and robot.retry_at > work.now and robot.retry_job != job_id


def post(robot: KeptRobot, message: RobotMessage, *, job_id: int | None, deps: Deps) -> RobotAnswer:
    """The answer, kept for the page of the robot. Raises ProviderUnavailable, which is kept too. `job_id`: whoever
    comes again where it was not taken."""
    secret = deps.vault.decrypt(SEAL, robot.sealed_secret) if robot.sealed_secret else ""
    address = RobotAddress(form=robot.form, url=deps.vault.decrypt(SEAL, robot.sealed_url), secret=secret)
    try:
        answer = deps.robots.post(address, message)
    except ProviderUnavailable as problem:
        _keep(robot, "unreachable", 0, problem.reason, job_id, deps)
        raise
    _keep(robot, answer.problem, answer.status, answer.said, job_id, deps)
    return answer


def _keep(robot: KeptRobot, problem: str, status: int, said: str, job_id: int | None, deps: Deps) -> None:
    with unit_of_work(deps) as work:
        now = work.robots.find(robot.shop_id)
        if now is None or now.sealed_url != robot.sealed_url:
            return
        told = {"problem": problem, "status": status, "said": said}
        if problem and job_id is not None:
            told |= {"retry_at": work.now + RETRIES_WITHIN, "retry_job": job_id}
        elif not problem:
            told |= {"retry_at": None, "retry_job": None}
        work.robots.tried(robot.shop_id, **told)


def _message(robot: KeptRobot, notes: list[KeptNote], shop: tuple[str, ShopSettings], deps: Deps) -> RobotMessage:
    """Numbers, times and links, and nothing of a customer: a group is read by whoever is in it."""
    name, settings = shop
    items = tuple(
        RobotItem(
            what=in_a_group(note.what),
            order_no=note.order_no,
            case_no=note.case_no,
            link=link_to(asdict(note), deps),
            deadline=note.deadline_at,
        )
        for note in notes[:MOST_LINES]
    )

    def write(lines: int) -> str:
        tasks = [
            asdict(item) | {"deadline": item.deadline.isoformat() if item.deadline else ""} for item in items[:lines]
        ]
        params = {"tasks": tasks, "total": len(notes), "left": len(notes) - lines}
        return written("staff_robot", params, name, settings, deps)

    lines, text = fitting(len(items), write, MOST_BYTES[robot.form])
    return RobotMessage(shop=name, text=text, items=items[:lines])


def written(kind: str, params: dict[str, object], name: str, settings: ShopSettings, deps: Deps) -> str:
    """As a group reads it: 【店铺】 and what there is."""
    known = params | {"link": f"{deps.base_url}/staff/cases"}
    found = deps.notices.write(kind=kind, params=known, locale=settings.locale, zone=settings.zone, shop_name=name)
    return f"【{name}】{found.subject}\n{found.body}".strip()
