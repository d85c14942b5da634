"""The acknowledgement of a declaration that no account gets: in full to the contact on the order, in fixed words to any
other address (EU-9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from portal.domain.errors import Undeliverable
from portal.domain.identity.logins import one_mail
from portal.domain.identity.phones import country_of, may_be_texted, read_phone
from portal.ports import Deps
from portal.repos.declarations import KeptDeclaration
from portal.repos.orders import OrderContacts
from portal.repos.shops import StoredShop
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.identity.find_order import mails_of, phones_of
from portal.services.messages.strangers import may_be_told
from portal.services.messages.undelivered import Returned, note_acknowledgement_undelivered
from portal.services.outgoing import Telling, put_off_until, text_to
from portal.services.withdrawing.declare import address_of_declaration
from portal.services.withdrawing.match_declaration import acknowledged


def acknowledge_declaration(*, declaration_id: int, to: str, deps: Deps) -> None:
    """`to`: file or named. Nothing where it was erased meanwhile. Raises ProviderUnavailable; the job comes back."""
    with reading(deps) as work:
        kept = work.declarations.find_by_id(declaration_id)
        if kept is None or not kept.salt:
            return
        shop = work.shops.get_by_id(kept.shop_id)
        contacts = work.orders.find_contacts(kept.shop_id, kept.order) if kept.order else None
    if to == "file" and contacts is not None:
        _tell_whoever_is_on_file(kept, contacts, shop, deps)
    elif to == "named":
        _tell_a_stranger(kept, shop, deps)


def _tell_whoever_is_on_file(kept: KeptDeclaration, contacts: OrderContacts, shop: StoredShop, deps: Deps) -> None:
    params = {"order_no": kept.order, "case_no": kept.case_no, **acknowledged(kept, deps)}
    settings = deps.schemas.read_settings(shop.settings)
    telling = _telling("declaration_received", params, kept, shop, deps)
    if mails := mails_of(contacts):
        try:
            deps.mailer.send(telling.mail(mails[0], settings, deps))
        except Undeliverable as problem:
            returned = Returned("declaration_received", kept.case_no, "mail", problem.reason)
            note_acknowledgement_undelivered(shop_id=shop.id, order_no=kept.order, returned=returned, deps=deps)
        return
    country = (contacts.ship_to or {}).get("country") or country_of(settings.zone)
    phones = [read_phone(phone, country) or "" for phone in phones_of(contacts)]
    phone = next(filter(may_be_texted, phones), "")
    text = text_to(phone, telling, settings, deps) if phone else None
    if text and (at := put_off_until(telling, settings, deps.clock.now())):
        with unit_of_work(deps) as work:
            payload = {"declaration": kept.id, "to": "file"}
            work.jobs.enqueue("acknowledgement", payload, run_at=at, dedup_key=f"text:{telling.name}:{at:%Y%m%d}")
    elif text:
        deps.texts.send(text)


def _tell_a_stranger(kept: KeptDeclaration, shop: StoredShop, deps: Deps) -> None:
    """Nothing that was typed: whoever typed it may have named anybody."""
    address, name = one_mail(kept.contact), f"declaration-{kept.id}-named"
    if not address or not may_be_told(address, f"{shop.name} {kept.order_no}", message_id=name, deps=deps):
        return
    fixed = {"submitted_at": kept.made_at.isoformat(), "verify": address_of_declaration(kept.public_id, deps)}
    telling = replace(_telling("declaration_noted", fixed, kept, shop, deps), name=name)
    deps.mailer.send(telling.mail(address, deps.schemas.read_settings(shop.settings), deps))


def _telling(kind: str, params: Mapping[str, object], kept: KeptDeclaration, shop: StoredShop, deps: Deps) -> Telling:
    settings = deps.schemas.read_settings(shop.settings)
    locale = kept.locale or settings.locale
    reader = {"locale": locale, "zone": settings.zone, "shop_name": settings.name_in(locale, shop.name)}
    return Telling(kind=kind, params={**params, "link": ""}, reader=reader, name=name_of_acknowledgement(kept))


def name_of_acknowledgement(kept: KeptDeclaration) -> str:
    return f"declaration-{kept.id}-{kept.made_at:%Y%m%d%H%M%S%f}"
