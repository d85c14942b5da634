"""Staff accounts: added by an operator, with a password and a TOTP secret that is shown once."""

from __future__ import annotations

from portal.domain.errors import Archived, Invalid, NotFound
from portal.domain.identity.access import ROLES, Actor
from portal.domain.identity.passwords import LONGEST, SHORTEST, password_problem
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.accounts import StaffAccount
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

_PASSWORD_PROBLEMS = {
    "too_short": f"must have at least {SHORTEST} characters",
    "too_long": f"must have at most {LONGEST} characters",
    "is_login": "must not be the login",
    "common": "is one of those that are tried first",
}


def add_staff(
    *, login: str, role: str, shop_keys: tuple[str, ...], password: str, totp_secret: str, deps: Deps, mail: str = ""
) -> None:
    """Grants the shops named. `totp_secret` is base32 and kept encrypted; `mail` gets what waits. Raises NotFound
    (shop), Invalid."""
    problems = []
    if mail and (mail.count("@") != 1 or len(mail) > 254 or not mail.isprintable() or " " in mail):
        problems.append(("mail", "must be a mail address"))
    if role not in ROLES:
        problems.append(("role", f"must be one of {', '.join(ROLES)}"))
    if not login.strip() or len(login) > 64:
        problems.append(("login", "must be 1 to 64 characters"))
    if wrong := _password_problem(password, login, deps):
        problems.append(("password", wrong))
    if problems:
        raise Invalid(tuple(problems))
    hashed = deps.passwords.hash(password)
    with unit_of_work(deps) as work:
        shop_ids = tuple(work.shops.get(key).id for key in shop_keys)
        staff_id = work.accounts.add_staff(
            shop_ids,
            login=login.strip(),
            role=role,
            mail=mail or None,
            password_hash=hashed,
            totp_secret=deps.vault.encrypt("totp", totp_secret),
        )
        for shop_id in shop_ids:
            actor = Actor(kind="operator", shop_id=shop_id)
            data = {"staff": staff_id, "role": role}
            work.events.append_without_order(actor, NewEvent(kind="operator:staff:added", data=data))


def disable_staff(*, login: str, deps: Deps) -> None:
    """Out at once: their sessions end, and no password or code lets them in until they are enabled. Raises NotFound."""
    with unit_of_work(deps) as work:
        staff = _found(work, login)
        work.accounts.set_staff(staff.id, disabled_at=staff.disabled_at or work.now)
        _note(work, staff, "disabled")


def enable_staff(*, login: str, deps: Deps) -> None:
    """In again, with the password and second factor they had. Raises NotFound."""
    with unit_of_work(deps) as work:
        staff = _found(work, login)
        work.accounts.set_staff(staff.id, disabled_at=None)
        _note(work, staff, "enabled")


def set_staff_password(*, login: str, password: str, deps: Deps) -> None:
    """Under the rules of customers' passwords; ends their sessions. Raises NotFound, Invalid."""
    if wrong := _password_problem(password, login, deps):
        raise Invalid((("password", wrong),))
    hashed = deps.passwords.hash(password)
    with unit_of_work(deps) as work:
        staff = _found(work, login)
        work.accounts.set_staff(staff.id, password_hash=hashed)
        _note(work, staff, "password_set")


def reset_totp(*, login: str, totp_secret: str, deps: Deps) -> None:
    """A new second factor in place of a lost one; ends their sessions. `totp_secret` is base32. Raises NotFound."""
    with unit_of_work(deps) as work:
        staff = _found(work, login)
        work.accounts.set_staff(staff.id, totp_secret=deps.vault.encrypt("totp", totp_secret), totp_step=0)
        _note(work, staff, "totp_reset")


def end_staff_sessions(*, login: str, deps: Deps) -> int:
    """How many sessions ended. Raises NotFound."""
    with unit_of_work(deps) as work:
        staff = _found(work, login)
        count = work.accounts.end_staff_sessions(staff.id)
        _note(work, staff, "sessions_ended")
        return count


def show_staff(*, login: str, deps: Deps) -> dict[str, str]:
    """What an operator asks about an account, without its secrets. Raises NotFound."""
    with reading(deps) as work:
        staff = _found(work, login)
        keys = [shop.key for shop in work.staff_sessions.shops_of(staff.id)]
    company = f"{staff.provider_subject} at {staff.provider_issuer}" if staff.provider_subject else "not linked"
    return {
        "login": staff.login,
        "role": staff.role,
        "shops": " ".join(keys),
        "state": f"disabled {staff.disabled_at:%Y-%m-%d}" if staff.disabled_at else "live",
        "password": "set" if staff.password_hash else "none",
        "authenticator": "set up" if staff.totp_secret else "none",
        "company account": company,
    }


def unlink_staff(*, login: str, deps: Deps) -> None:
    """Their company account opens nothing until it is linked again, as at the first time; sessions end. Raises
    NotFound."""
    with unit_of_work(deps) as work:
        staff = _found(work, login)
        work.accounts.set_staff(staff.id, provider_issuer=None, provider_subject=None)
        _note(work, staff, "unlinked")


def staff_actor(*, login: str, case_no: str = "", deps: Deps) -> Actor:
    """Who acts with `--as LOGIN`: in the shop of the case, or in their only one. Raises NotFound, Archived."""
    with reading(deps) as work:
        staff = work.accounts.find_staff(login)
        if staff is None or staff.disabled_at:
            raise NotFound("staff")
        granted = work.accounts.shops_of_staff(staff.id)
        shop_id = work.cases.shop_id_of(case_no) if case_no else next(iter(granted), None)
        if shop_id is None and (order := work.archive_lists.order_of_case(case_no)) and order.shop_id in granted:
            raise Archived(order.number, work.shops.get_by_id(order.shop_id).key)
    if shop_id is None or shop_id not in granted:
        raise NotFound("case" if case_no else "shop")
    return Actor(kind="staff", shop_id=shop_id, id=staff.id, role=staff.role)


def _found(work: UnitOfWork, login: str) -> StaffAccount:
    staff = work.accounts.find_staff(login.strip())
    if staff is None:
        raise NotFound("staff")
    return staff


def _note(work: UnitOfWork, staff: StaffAccount, what: str) -> None:
    """In the audit trail of every shop they work for."""
    for shop_id in work.accounts.shops_of_staff(staff.id):
        actor = Actor(kind="operator", shop_id=shop_id)
        work.events.append_without_order(actor, NewEvent(kind=f"operator:staff:{what}", data={"staff": staff.id}))


def _password_problem(password: str, login: str, deps: Deps) -> str:
    code = password_problem(password, logins=(login,), is_easy_to_guess=deps.passwords.is_easy_to_guess(password))
    return _PASSWORD_PROBLEMS[code] if code else ""
