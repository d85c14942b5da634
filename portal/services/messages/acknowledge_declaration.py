"""The acknowledgement of a declaration that no account gets: in full to the contact on the order, in fixed words to any
other address (EU-9)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.identity.logins import one_mail
from portal.domain.identity.phones import country_of, may_be_texted, read_phone
from portal.ports import Deps, Mail, TextMessage, WrittenNotice
from portal.repos.declarations import KeptDeclaration
from portal.repos.orders import OrderContacts
from portal.repos.shops import StoredShop
from portal.repos.unit_of_work import reading
from portal.services.identity.find_order import mails_of, phones_of
from portal.services.messages.strangers import may_be_told
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
    written = _write("declaration_received", params, kept, shop, deps)
    name = f"declaration-{kept.id}-{kept.made_at:%Y%m%d%H%M%S%f}"
    if mails := mails_of(contacts):
        deps.mailer.send(_mail(mails[0], written, name, shop, deps))
        return
    settings = deps.schemas.read_settings(shop.settings)
    country = (contacts.ship_to or {}).get("country") or country_of(settings.zone)
    phones = [read_phone(phone, country) or "" for phone in phones_of(contacts)]
    if phone := next(filter(may_be_texted, phones), ""):
        deps.texts.send(TextMessage(to=phone, sender=settings.sms_sender, body=written.text, message_id=name))


def _tell_a_stranger(kept: KeptDeclaration, shop: StoredShop, deps: Deps) -> None:
    """Nothing that was typed: whoever typed it may have named anybody."""
    address, name = one_mail(kept.contact), f"declaration-{kept.id}-named"
    if not address or not may_be_told(address, f"{shop.name} {kept.order_no}", message_id=name, deps=deps):
        return
    fixed = {"submitted_at": kept.made_at.isoformat(), "verify": address_of_declaration(kept.public_id, deps)}
    written = _write("declaration_noted", fixed, kept, shop, deps)
    deps.mailer.send(_mail(address, written, name, shop, deps))


def _write(
    kind: str, params: Mapping[str, object], kept: KeptDeclaration, shop: StoredShop, deps: Deps
) -> WrittenNotice:
    settings = deps.schemas.read_settings(shop.settings)
    return deps.notices.write(
        kind=kind,
        params={**params, "link": ""},
        locale=kept.locale or settings.locale,
        zone=settings.zone,
        shop_name=settings.name_in(kept.locale or settings.locale, shop.name),
    )


def _mail(to: str, written: WrittenNotice, name: str, shop: StoredShop, deps: Deps) -> Mail:
    settings = deps.schemas.read_settings(shop.settings)
    sender = settings.mail_from or settings.contact.mail or "no-reply@localhost"
    return Mail(to=to, sender=sender, subject=written.subject, body=written.body, message_id=name)
