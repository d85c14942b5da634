"""Presses of administrators: keys, origins, looks and the team; each with the page that its form stands on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp

from portal.domain.identity.access import Actor
from portal.domain.messages.own_texts import OwnText
from portal.services.embedding.handoff_keys import add_key
from portal.services.identity.fresh_code import NO_CODE
from portal.services.messages.keep_notice_text import keep_notice_text
from portal.services.shops.api_tokens import add_token
from portal.services.shops.set_rail import set_rail
from portal.services.shops.set_robot import TypedRobot, set_robot
from portal.services.team.change_member import set_away
from tests.support.presses import MORE, Press
from tests.support.rails import MERCHANT
from tests.support.rails import SECRET as RAIL_SECRET
from tests.support.staff import SECRET, Office


def fresh_code(office: Office) -> str:
    """Of the step after the one that signing in uses up."""
    return pyotp.TOTP(SECRET).at(office.clock.now() + timedelta(seconds=30))


def key_add(office: Office) -> Press:
    typed, other = {"algorithm": "HS256", "code": fresh_code(office)}, {"algorithm": "EdDSA"}
    return Press("/staff/settings", typed, other, form="/settings/keys", role="admin", status=200)


def key_retire(office: Office) -> Press:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    add_key(actor=operator, algorithm="HS256", deps=office.deps)
    return Press("/staff/settings/keys/k1/retire", {}, MORE, form="/retire", role="admin")


def token_add(office: Office) -> Press:
    typed, other = {"scopes": "orders:read", "code": fresh_code(office)}, {"scopes": "embed"}
    return Press("/staff/settings/tokens", typed, other, form="/settings/tokens", role="admin", status=200)


def token_retire(office: Office) -> Press:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    add_token(actor=operator, scopes=("orders:read",), deps=office.deps)
    last = office.rows("SELECT max(id) AS id FROM shop_token")[0]["id"]
    return Press(f"/staff/settings/tokens/{last}/retire", {}, MORE, form="/retire", role="admin")


def member_invite(office: Office) -> Press:
    typed = {"login": "li", "role": "agent", "code": fresh_code(office)}
    return Press("/staff/team", typed, {"login": "wang"}, form="/staff/team", role="admin", status=200)


def member_reset(office: Office) -> Press:
    office.add("agent")
    page, typed = "/staff/team/agent-1", {"code": fresh_code(office)}
    return Press(page, typed, {"code": "000000"}, form="/reset", role="admin", status=200)


def member_change(office: Office) -> Press:
    office.add("agent")
    return Press("/staff/team/agent-1", {"role": "supervisor"}, {"role": "auditor"}, form="/agent-1", role="admin")


def member_away(office: Office) -> Press:
    office.add("agent")
    typed, other = {"until": "2026-12-24"}, {"until": "2026-12-25"}
    return Press("/staff/team/agent-1", typed, other, form="/away", role="admin")


def member_back(office: Office) -> Press:
    office.add("agent")
    away = datetime(2026, 12, 24, tzinfo=UTC)
    admin = office.made.staff("admin")
    set_away(login="agent-1", until=away, to="", actor=admin, request_id="away", deps=office.deps)
    return Press("/staff/team/agent-1", {}, MORE, form="/back", role="admin")


def member_disable(office: Office) -> Press:
    office.add("agent")
    return Press("/staff/team/agent-1", {}, MORE, form="/disable", role="admin")


def member_sign_out(office: Office) -> Press:
    office.add("agent")
    return Press("/staff/team/agent-1", {}, MORE, form="/end-sessions", role="admin")


def origin_add(office: Office) -> Press:
    typed, other = {"origin": "https://two.example", "code": fresh_code(office)}, {"origin": "https://three.example"}
    return Press("/staff/settings", typed, other, form="#origins form", role="admin")


def origin_remove(office: Office) -> Press:
    page = "/staff/settings/origins/remove?origin=https://shop.example"
    return Press(page, {}, MORE, form="/remove", role="admin")


def shop_section_save(office: Office) -> Press:
    typed, other = {"contact-phone": "400-1"}, {"contact-phone": "400-2"}
    return Press("/staff/settings/contact", typed, other, form="/settings/contact", role="admin")


def looks_save(office: Office) -> Press:
    typed, other = {"accent": "#0b5fff"}, {"radius": "4"}
    return Press("/staff/settings", typed, other, form="/looks", role="admin")


NOTICE = "/staff/settings/notices/refund_succeeded/zh"


def notice_text_keep(office: Office) -> Press:
    typed = {"subject": "退款{amount}到了", "body": "订单{order_no}的退款已退出。"}
    return Press(NOTICE, typed, {"subject": "退款{amount}"}, form="/refund_succeeded/zh", role="admin")


def notice_text_ours(office: Office) -> Press:
    office.add("admin")
    own = OwnText("退款{amount}到了", "订单{order_no}的退款已退出。")
    about, by = ("refund_succeeded", "zh"), office.made.staff("admin")
    keep_notice_text(about=about, typed=own, shown=0, actor=by, request_id="own", deps=office.deps)
    return Press(NOTICE, {}, MORE, form="/ours", role="admin")


def rail_save(office: Office) -> Press:
    config = f'methods = ["bank"]\nurl = "https://shop.example/r"\nsecret = "{RAIL_SECRET}"'
    typed = {"kind": "merchant", "rail_config": config, "code": fresh_code(office)}
    return Press("/staff/rails", typed, {"kind": "stripe"}, form="/staff/rails", role="admin")


def rail_check(office: Office) -> Press:
    _with_rail(office)
    return Press("/staff/rails", {}, MORE, form="/check", role="admin")


def rail_remove(office: Office) -> Press:
    _with_rail(office)
    return Press("/staff/rails/merchant/remove", {}, MORE, form="/remove", role="admin")


def rail_pages(office: Office) -> list[str]:
    """With one that is set."""
    _with_rail(office)
    return ["/staff/rails", "/staff/rails/merchant/remove"]


def _with_rail(office: Office) -> None:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    set_rail(config=MERCHANT, actor=operator, deps=office.deps)


def robot_save(office: Office) -> Press:
    typed = {"form_of": "wecom", "url": "https://robot.example/send?key=0123456789abcdef", "code": fresh_code(office)}
    return Press("/staff/settings/robot", typed, {"form_of": "feishu"}, form="/settings/robot", role="admin")


def robot_try(office: Office) -> Press:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    typed = TypedRobot(form="wecom", url="https://robot.example/send?key=0123456789abcdef", kinds=("appeal",))
    set_robot(typed=typed, code=NO_CODE, actor=operator, request_id="robot", deps=office.deps)
    return Press("/staff/settings/robot", {}, MORE, form="/try", role="admin")
