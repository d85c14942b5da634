"""帮助 and 联系客服: open to everybody."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import NotFound
from portal.domain.help.search import search
from portal.pages.shop.contact import contact_page
from portal.pages.shop.help import help_facts
from portal.pages.values.help import HelpFacts, HelpIndexPage, HelpPage, HelpTopic
from portal.routes.shop import shop
from portal.web.answers.respond import respond
from portal.web.request.current import current_locale, current_shop, deps, find_actor
from portal.web.security.guards import public
from portal.web.shell.help_texts import help_text
from portal.words.codes import word

TOPICS: dict[str, tuple[str, ...]] = {
    "cancelling": ("cancel", "when-can-i-cancel", "after-cancelling", "late", "change", "buy-again"),
    "refunds": ("refunds", "partial-refunds", "apply", "evidence", "fault"),
    "returns": ("returns", "conditions", "send-back", "inspection", "carriage", "eu-withdrawal"),
    "after_applying": ("progress", "time-limits", "withdraw", "fee", "duplicates", "refused", "appeal", "record"),
    "other": ("payment-failed", "system-error", "contact", "safety"),
}
_LONGEST_QUERY = 60
_RELATED = {
    "cancel": ("when-can-i-cancel", "after-cancelling"),
    "when-can-i-cancel": ("cancel", "late", "returns"),
    "after-cancelling": ("refunds", "buy-again"),
    "late": ("cancel", "returns"),
    "change": ("cancel",),
    "refunds": ("progress", "partial-refunds"),
    "partial-refunds": ("refunds", "apply"),
    "apply": ("evidence", "time-limits"),
    "evidence": ("apply",),
    "fault": ("carriage", "evidence"),
    "returns": ("conditions", "send-back", "carriage"),
    "conditions": ("returns", "fault"),
    "send-back": ("carriage", "inspection"),
    "inspection": ("refunds", "appeal"),
    "carriage": ("send-back", "refunds"),
    "eu-withdrawal": ("send-back", "refunds"),
    "progress": ("time-limits", "refunds"),
    "time-limits": ("progress",),
    "withdraw": ("fee", "apply"),
    "fee": ("withdraw", "payment-failed"),
    "duplicates": ("withdraw", "progress"),
    "refused": ("appeal", "evidence"),
    "appeal": ("refused",),
    "record": ("progress",),
}


@shop.get("/help")
@public
def help() -> ResponseReturnValue:
    """`q`: what is looked for."""
    query, facts = request.args.get("q", "").strip()[:_LONGEST_QUERY], _facts()
    found = search(query, {slug: (word(slug, "help"), _text(slug, facts)) for slug in _slugs(facts)}) if query else ()
    topics = tuple(
        HelpTopic(name=name, slugs=tuple(slug for slug in slugs if slug in _slugs(facts)))
        for name, slugs in TOPICS.items()
    )
    page = HelpIndexPage(topics=topics, query=query, found=found, order_no=_order_no())
    return respond("pages/shop/help.html", "fragments/shop/help_index.html", page=page)


@shop.get("/help/<slug>")
@public
def help_page(slug: str) -> ResponseReturnValue:
    facts = _facts()
    if slug not in _slugs(facts):
        raise NotFound("help")
    page = HelpPage(slug=slug, facts=facts, related=_RELATED.get(slug, ("contact",)), order_no=_order_no())
    return respond("pages/shop/help_page.html", "pages/shop/help_page.html", page=page)


@shop.get("/contact")
@public
def contact() -> ResponseReturnValue:
    page = contact_page(
        order_no=request.args.get("order_no", ""),
        actor=find_actor(),
        shop=current_shop(),
        locale=current_locale(),
        deps=deps(),
    )
    return respond("pages/shop/contact.html", "pages/shop/contact.html", page=page)


def _facts() -> HelpFacts:
    return help_facts(
        order_no=_order_no(), actor=find_actor(), shop=current_shop(), locale=current_locale(), deps=deps()
    )


def _slugs(facts: HelpFacts) -> tuple[str, ...]:
    """The pages there are; one about a right that this shop's policy does not know is none of them."""
    slugs = (slug for group in TOPICS.values() for slug in group)
    return tuple(slug for slug in slugs if slug != "eu-withdrawal" or facts.has_contract_withdrawal)


def _text(slug: str, facts: HelpFacts) -> str:
    return help_text(f"fragments/shop/help/{slug}.html", HelpPage(slug=slug, facts=facts))


def _order_no() -> str:
    return request.args.get("order_no", "").strip()[:64]
