"""What goes out in a shop's name: whose reader it has, from whom it comes, which approved text stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.messages.mail_names import ADDRESS, SEAL
from portal.domain.messages.own_texts import OwnText, in_own_words, keeps_ours
from portal.domain.messages.quiet_hours import morning_after
from portal.domain.shops.settings import ShopSettings
from portal.domain.typed import folded_mail
from portal.ports import Deps, Mail, MailLook, TextMessage, WrittenNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A notice for one reader. `name`: of its messages, the same for every attempt; `reader`: locale, zone, home and
    shop_name as `NoticeWriter.write` takes them; `own`: what the shop says instead of us, None for nothing."""

    kind: str
    params: Mapping[str, Any]
    reader: Mapping[str, str]
    name: str
    own: OwnText | None = None

    def mail(
        self,
        to: str,
        settings: ShopSettings,
        deps: Deps,
        *,
        withdraw: str = "",
        unsubscribe: str = "",
        thread: str = "",
    ) -> Mail:
        """In plain text and in HTML. `withdraw`, `unsubscribe`: as in MailLook; `thread`: as in Mail."""
        written = self.write(deps, withdraw=withdraw)
        look = MailLook(
            kind=self.kind,
            locale=self.reader["locale"],
            shop_name=self.reader["shop_name"],
            theme=settings.theme,
            link=str(self.params.get("link", "")),
            withdraw=withdraw,
            unsubscribe=unsubscribe,
        )
        return Mail(
            to=to,
            sender=sender_of(settings),
            subject=written.subject,
            body=written.body,
            message_id=sealed_name(self.name, to, deps),
            html=deps.notices.in_html(written, look),
            thread=thread,
            unsubscribe=unsubscribe,
        )

    def write(self, deps: Deps, *, withdraw: str = "") -> WrittenNotice:
        ours = deps.notices.write(kind=self.kind, params=self.params, withdraw=withdraw, **self.reader)
        if self.own is None:
            return ours
        fields = deps.notices.fields(kind=self.kind, params=self.params, **self.reader)
        # A demonstration says of every refund that it is none, whatever its shop says.
        with_ours = keeps_ours(self.kind) or deps.is_sandbox
        subject, main = in_own_words(self.own, ours.main, fields, with_ours=with_ours)
        text = f"【{self.reader['shop_name']}】{subject} {self.params['link']}".rstrip()
        return WrittenNotice(subject=subject, body=f"{main}\n\n{ours.foot}\n", text=text, main=main, foot=ours.foot)


def sealed_name(name: str, to: str, deps: Deps) -> str:
    """Of a mail to `to`, with a part that nobody can guess: a report of it is believed for that (`mail_names`)."""
    seal, address = name_digests(name, deps)[0], address_digests(name, to, deps)[0]
    return f"{name}.{seal}{address}"


def name_digests(name: str, deps: Deps) -> tuple[str, ...]:
    """The seal as it is written now, then as it was under the key before."""
    return tuple(digest[:SEAL] for digest in deps.vault.digests("mail name", name))


def address_digests(name: str, to: str, deps: Deps) -> tuple[str, ...]:
    """As of `name_digests`, where it was sent to."""
    said = f"{name}:{folded_mail(to)}"
    return tuple(digest[:ADDRESS] for digest in deps.vault.digests("mail address", said))


def sender_of(settings: ShopSettings) -> str:
    """What stands in From."""
    return settings.mail_from or settings.contact.mail or "no-reply@localhost"


def text_to(phone: str, telling: Telling, settings: ShopSettings, deps: Deps) -> TextMessage | None:
    """None where the shop's gateway wants approved texts and has none for this (S15): other ways still tell of it."""
    written = telling.write(deps)
    templates = settings.sms.templates
    approved = templates.get(telling.kind)
    if templates and approved is None:
        return None
    sent = TextMessage(to=phone, sender=settings.sms_sender, body=written.text, message_id=telling.name)
    if approved is None:
        return sent
    said = deps.notices.fields(kind=telling.kind, params=telling.params, **telling.reader)
    return TextMessage(
        to=sent.to,
        sender=sent.sender,
        body=sent.body,
        message_id=sent.message_id,
        template_id=approved.template_id.in_locale(telling.reader["locale"]),
        params=tuple(said.get(name, "") for name in approved.params),
    )


def put_off_until(telling: Telling, settings: ShopSettings, now: datetime) -> datetime | None:
    """The morning, where it is night at its reader's; None where a text may go now."""
    return morning_after(telling.kind, settings.sms.quiet, telling.reader["zone"], now)
