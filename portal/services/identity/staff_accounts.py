"""Staff accounts: added by an operator, with a password and a TOTP secret that is shown once."""

from __future__ import annotations

from portal.domain.errors import Invalid, NotFound
from portal.domain.identity.access import ROLES, Actor
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work

_SHORTEST = 8


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
    if len(password) < _SHORTEST:
        problems.append(("password", f"must have at least {_SHORTEST} characters"))
    if problems:
        raise Invalid(tuple(problems))
    hashed = deps.passwords.hash(password)
    with unit_of_work(deps) as work:
        shop_ids = tuple(work.shops.get(key)["id"] for key in shop_keys)
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
            work.events.append_loose(actor, Event(kind="operator:staff:added", data=data))


def staff_actor(*, login: str, case_no: str = "", deps: Deps) -> Actor:
    """Who acts with `--as LOGIN`: in the shop of the case, or in their only one. Raises NotFound."""
    with reading(deps) as work:
        staff = work.accounts.find_staff(login)
        if staff is None or staff["disabled_at"]:
            raise NotFound("staff")
        granted = work.accounts.shops_of_staff(staff["id"])
        shop_id = work.cases.shop_id_of(case_no) if case_no else next(iter(granted), None)
    if shop_id is None or shop_id not in granted:
        raise NotFound("case" if case_no else "shop")
    return Actor(kind="staff", shop_id=shop_id, id=staff["id"], role=staff["role"])
