"""团队: who works in the shop, inviting somebody, and what becomes of their access."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.forms import ActForm, AwayForm, InviteForm, MemberForm, ResetForm
from portal.pages.staff.team import member_page, team_page
from portal.pages.values.cancelling import Changed
from portal.pages.values.team import LinkPage, MemberPage
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.team.change_member import change_member, set_away
from portal.services.team.end_access import disable_member, enable_member, reset_member, sign_out_member
from portal.services.team.invite_member import Invitation, invite_member
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request import languages
from portal.web.request.addresses import url_for
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

TEAM, MEMBER = "pages/staff/team.html", "pages/staff/member.html"
_ENDS = {"disable": disable_member, "enable": enable_member, "end-sessions": sign_out_member}


@staff.get("/team")
@staff_may("read", "team")
def team() -> ResponseReturnValue:
    page = team_page(actor=current_actor(), deps=deps())
    return respond(TEAM, TEAM, page=page, form=InviteForm(None, shop_choices=page.shops))


@staff.post("/team")
@staff_may("write", "team")
@idempotent
def member_invite() -> ResponseReturnValue:
    """`login`, `mail`, `role`, `shops`, `code`. The answer itself shows the link: no redirect could name it."""
    page = team_page(actor=current_actor(), deps=deps())
    form = InviteForm(shop_choices=page.shops)
    if form.validate():
        try:
            return _link(*_invite(form))
        except Invalid as invalid:
            form.refuse(invalid.problems)
    return respond(TEAM, TEAM, status=422, page=page, form=form)


@staff.route("/team/<login>", methods=["GET"])
@staff_may("read", "team")
def member(login: str) -> ResponseReturnValue:
    return _member(login)


@staff.post("/team/<login>")
@staff_may("write", "team")
@idempotent
def member_change(login: str) -> ResponseReturnValue:
    """`role`, `shops`."""
    form = MemberForm(shop_choices=_page(login).shops)
    if not form.validate():
        return _member(login, status=422, form=form)
    keys = tuple(form.shops.data)
    try:
        done = change_member(login=login, role=form.role.data, shop_keys=keys, **_acting())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _member(login, status=422, form=form)
    return go(".member", login=login, notice=done)


@staff.post("/team/<login>/away")
@staff_may("write", "team")
@idempotent
def member_away(login: str) -> ResponseReturnValue:
    """`until`, a day on which they are back, and `to`, a login or nobody."""
    form = _away_form(_page(login))
    if not form.validate():
        return _member(login, status=422, away_form=form)
    try:
        done = set_away(login=login, until=form.at, to=form.to.data or "", **_acting())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _member(login, status=422, away_form=form)
    return go(".member", login=login, notice=done)


@staff.post("/team/<login>/back")
@staff_may("write", "team")
@idempotent
def member_back(login: str) -> ResponseReturnValue:
    return go(".member", login=login, notice=set_away(login=login, until=None, to="", **_acting()))


@staff.post("/team/<login>/<what>")
@staff_may("write", "team")
@idempotent
def member_end(login: str, what: str) -> ResponseReturnValue:
    """Out at once, in again, or signed out everywhere: disable, enable, end-sessions."""
    if what not in _ENDS:
        raise NotFound
    try:
        done = _ENDS[what](login=login, **_acting())
    except Conflict as conflict:
        return _member(login, status=409, changed=Changed(who="staff", what=conflict.what, at=None))
    return go(".member", login=login, notice=done)


@staff.post("/team/<login>/reset")
@staff_may("write", "team")
@idempotent
def member_reset(login: str) -> ResponseReturnValue:
    """`code`. A new link in place of password, authenticator and recovery codes."""
    form = ResetForm()
    if not form.validate():
        return _member(login, status=422, reset_form=form)
    try:
        return _link(*reset_member(login=login, typed=typed_code(form.code.data), **_acting()))
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _member(login, status=422, reset_form=form)
    except Conflict as conflict:
        return _member(login, status=409, changed=Changed(who="staff", what=conflict.what, at=None))


def _invite(form: InviteForm) -> tuple[str, str]:
    invitation = Invitation(
        login=form.login.data, mail=form.mail.data or "", role=form.role.data, shop_keys=tuple(form.shops.data)
    )
    return invite_member(invitation=invitation, typed=typed_code(form.code.data), **_acting())


def _acting() -> dict[str, Any]:
    return {"actor": current_actor(), "request_id": sent(), "deps": deps()}


def _link(login: str, token: str) -> ResponseReturnValue:
    address = deps().base_url + url_for(".join", token=token) if token else ""
    page = LinkPage(login=login, address=address)
    template = "pages/staff/member_link.html"
    return respond(template, template, page=page)


def _page(login: str) -> MemberPage:
    return member_page(login=login, actor=current_actor(), deps=deps())


def _away_form(page: MemberPage, formdata: Any = ...) -> AwayForm:
    given = {} if formdata is ... else {"formdata": formdata}
    zone = languages.zone()
    return AwayForm(colleagues=page.colleagues, zone=zone, now=deps().clock.now(), **given)


def _member(login: str, *, status: int = 200, changed: Changed | None = None, **forms: Any) -> ResponseReturnValue:
    page = _page(login)
    given = {
        "form": MemberForm(None, shop_choices=page.shops, data={"role": page.row.role, "shops": list(page.keys)}),
        "away_form": _away_form(page, None),
        "reset_form": ResetForm(None),
        "act_form": ActForm(None),
        "changed": changed,
    }
    return respond(MEMBER, MEMBER, status=status, page=page, **(given | forms))
