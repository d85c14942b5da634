"""One-time codes: issued within limits, delivered by a job, checked and spent (SECURITY, one-time codes).

Whether anybody is behind a subject changes nothing that can be seen: the same rows, the same job, the same answer.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from portal.domain.identity import one_time_codes as rules
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.outgoing import Telling, text_to

Purpose = Literal["sign_in", "verify", "find_order", "password", "behalf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a code goes: a mail address or a phone; empty where there is nobody."""

    mail: str = ""
    phone: str = ""
    locale: str = ""
    zone: str = ""

    @property
    def address(self) -> str:
        return self.mail or self.phone


NOBODY = Destination()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAsk:
    """A code for `purpose`; `subject` is what was typed, `owner` whom the code lets in ("" for nobody)."""

    shop_id: int
    purpose: Purpose
    subject: str
    owner: str
    destination: Destination
    network_of: str


def issue_code(work: UnitOfWork, ask: CodeAsk, *, deps: Deps) -> int:
    """0: on its way, where there is somebody. Else seconds until one may be asked for again: nothing was issued.

    What is told counts what was typed and where it came from; the destination's own limits act without a word,
    or asking twice under two names would tell that both are one person.
    """
    subject = _subject(ask.shop_id, ask.purpose, ask.subject, deps)
    network = deps.vault.digest("code network", rules.network_of(ask.network_of))
    destination = deps.vault.digest("code destination", ask.destination.address or subject)
    work.codes.lock_digests(subject, network, destination)
    wait = max(
        rules.seconds_to_wait(
            work.codes.sent_for(ask.shop_id, ask.purpose, subject, rules.DAY), rules.PER_DESTINATION, work.now
        ),
        rules.seconds_to_wait(work.codes.sent_from(network, rules.HOUR), rules.PER_NEIGHBOURHOOD, work.now),
    )
    if wait:
        return wait
    is_silent = rules.seconds_to_wait(work.codes.sent_to(destination, rules.DAY), rules.PER_DESTINATION, work.now) > 0
    code = deps.random.code()
    expires_at = work.now + rules.LIFE
    work.codes.replace(
        shop_id=ask.shop_id,
        purpose=ask.purpose,
        subject=subject,
        destination=subject if is_silent else destination,
        network=network,
        code_hash=_code_hash(subject, ask.owner, code, deps),
        expires_at=expires_at,
    )
    _enqueue(work, ask, "" if is_silent else code, expires_at, deps)
    return 0


def check_code(
    work: UnitOfWork, *, shop_id: int, purpose: Purpose, typed: str, owner: str, code: str, deps: Deps
) -> bool:
    """Whether `code` was issued for this and is unspent; it is spent then. Each call costs one of its tries."""
    subject = _subject(shop_id, purpose, typed, deps)
    live = work.codes.use_attempt(shop_id, purpose, subject, most=rules.TRIES)
    expected = live.code_hash if live else ""
    is_right = hmac.compare_digest(expected, _code_hash(subject, owner, code, deps))
    return bool(live and owner and is_right and work.codes.spend(live.id))


def deliver_code(*, payload: Mapping[str, Any], deps: Deps) -> None:
    """The job: writes and sends what `issue_code` sealed. Late or for nobody, it does nothing.

    Raises ProviderUnavailable; the job comes back, until the code is too old to be of use.
    """
    sealed = json.loads(deps.vault.decrypt("one-time code", payload["sealed"]))
    to = Destination(**sealed["to"])
    if not to.address or not sealed["code"] or deps.clock.now() >= datetime.fromisoformat(sealed["until"]):
        return
    with reading(deps) as work:
        shop = work.shops.get_by_id(sealed["shop"])
    settings = deps.schemas.read_settings(shop.settings)
    is_for_staff = sealed["purpose"] == "behalf"
    params = {"code": sealed["code"], "link": ""} | ({} if is_for_staff else {"purpose": sealed["purpose"]})
    locale = to.locale or settings.locale
    reader = {"locale": locale, "zone": to.zone or settings.zone, "shop_name": settings.name_in(locale, shop.name)}
    kind = "behalf_code" if is_for_staff else "sign_in_code"
    telling = Telling(kind=kind, params=params, reader=reader, name=f"code-{sealed['name']}")
    if to.mail:
        deps.mailer.send(telling.mail(to.mail, settings, deps))
    elif text := text_to(to.phone, telling, settings, deps):
        deps.texts.send(text)


def _enqueue(work: UnitOfWork, ask: CodeAsk, code: str, expires_at: datetime, deps: Deps) -> None:
    content = {
        "to": asdict(ask.destination),
        "code": code,
        "purpose": ask.purpose,
        "shop": ask.shop_id,
        "until": expires_at.isoformat(),
        "name": deps.random.id(work.now),
    }
    work.jobs.enqueue("code", {"sealed": deps.vault.encrypt("one-time code", json.dumps(content))})


def _subject(shop_id: int, purpose: str, typed: str, deps: Deps) -> str:
    return deps.vault.digest("code subject", f"{shop_id}:{purpose}:{typed}")


def _code_hash(subject: str, owner: str, code: str, deps: Deps) -> str:
    return deps.vault.digest("code", f"{subject}:{owner}:{code}")
